import { findSourceMap } from 'node:module'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'

interface SourceMapPayload {
  readonly sources: readonly string[]
  readonly sourcesContent?: readonly (string | null)[]
}

/**
 * A stack of a stage's bundle for people: paths as in the stage's own project instead of the folder that the bundle happens to lie in, and the
 * source line of the first place that is the project's own. Node has mapped the places back to the sources already.
 */
export function mapSource(stack: string, bundle: string): string {
  const folder = `${dirname(bundle)}/`
  const places = stack.replaceAll(pathToFileURL(folder).href, '').replaceAll(folder, '')
  const lines = places.split('\n')
  for (const [index, line] of lines.entries()) {
    const place = /^\s+at .*?\(?([^\s()]+):(\d+):(\d+)\)?$/.exec(line)
    const source = place && sourceLine(bundle, place[1] ?? '', Number(place[2]))
    if (!source) continue
    const marked = `      > ${source.trim()}`
    return [...lines.slice(0, index + 1), marked, ...lines.slice(index + 1)].join('\n')
  }
  return places
}

function sourceLine(bundle: string, path: string, line: number): string | undefined {
  // HubErrors are made there, for whoever calls.
  const elsewhere = path.startsWith('node:') || path.includes('node_modules/') || path === 'base/HubError.ts'
  if (elsewhere) return undefined
  const payload = findSourceMap(bundle)?.payload as SourceMapPayload | undefined
  const index = payload?.sources.findIndex(source => source === path || source.endsWith(`/${path}`)) ?? -1
  return payload?.sourcesContent?.[index]?.split('\n')[line - 1]
}
