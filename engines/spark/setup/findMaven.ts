import { userError } from '../../../base/HubError.ts'
import { runTool } from './runTool.ts'

/** What the plugin that copies the jars asks for. */
const oldest = [3, 6, 3] as const
const hint = `bringing Spark needs Maven ${oldest.join('.')} or newer: install it (for example the package maven) so that mvn is on PATH`

/**
 * The version of the Maven on PATH.
 * @throws HubError `maven_missing`, `maven_too_old`
 */
export async function findMaven(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const text = await runTool({ program: 'mvn', args: ['--batch-mode', '--version'], environment }).catch(
    thrown => {
      throw userError('maven_missing', 'mvn does not run', hint, thrown)
    },
  )
  const version = mavenVersion(text)
  if (version === undefined) throw userError('maven_missing', 'mvn --version does not tell a version', hint)
  if (isOlder(version.split('.').map(Number), oldest))
    throw userError('maven_too_old', `mvn is Maven ${version}`, hint)
  return version
}

/** The version in what `mvn --version` prints. */
export function mavenVersion(text: string): string | undefined {
  return /Apache Maven (\d+\.\d+\.\d+)/.exec(text)?.[1]
}

function isOlder(version: readonly number[], than: readonly number[]): boolean {
  const different = than.findIndex((part, place) => part !== version[place])
  return different >= 0 && (version[different] ?? 0) < (than[different] ?? 0)
}
