import { existsSync, readFileSync } from 'node:fs'

/** The version in package.json, which stands one folder above the sources and two above the compiled code. */
export function codeVersion(): string {
  const file = [
    new URL('../package.json', import.meta.url),
    new URL('../../package.json', import.meta.url),
  ].find(url => existsSync(url))
  return file === undefined
    ? 'unknown'
    : (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
