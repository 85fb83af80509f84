import { spawnSync } from 'node:child_process'

/**
 * What node:test's `skip` wants: false where a Java of at least version 17 is on the PATH, else why not; with CI=true a missing one is
 * an error.
 */
export function javaSkip(): string | false {
  const found = spawnSync('java', ['-version'], { encoding: 'utf8' })
  const version = /version "(\d+)/.exec(found.stderr ?? '')?.[1]
  if (Number(version) >= 17) return false
  const skip = version === undefined ? 'no Java' : `Java ${version} is too old: 17 is needed`
  if (process.env.CI === 'true') throw new Error(skip)
  console.error(`skipping tests with Java: ${skip}`)
  return skip
}
