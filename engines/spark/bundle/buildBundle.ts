import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { type BuildFailure, build, type OutputFile, type Plugin, stop } from 'esbuild'
import { userError } from '../../../base/HubError.ts'
import { nativePackages } from './nativePackages.ts'

export interface BuildBundleOptions {
  /** Program text, TypeScript or JavaScript; what it imports by absolute path is brought in. */
  readonly text: string
  /** Paths in the bundle and its map are relative to this folder. */
  readonly root: string
  /** With a map to the sources that are the project's own. */
  readonly map: boolean
  /** What it finds where it runs, and is not brought in. @default what the worker archive has */
  readonly provided?: ProvidedModules
}

/** Modules that are where a bundle runs. */
export interface ProvidedModules {
  /** Paths that stay as they are in the bundle. */
  readonly packages: readonly string[]
  /** Changes or marks what is imported, before esbuild looks for it. */
  readonly plugin?: Plugin
  /** What to tell of another package with native code. */
  readonly where: string
}

const workerArchive: ProvidedModules = { packages: nativePackages, where: 'the worker archive' }

/** What CommonJS packages expect to find. */
const banner = `import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);`

/** Stands for the text among the inputs. */
const textName = 'imagehub-bundle.js'

/** Builds under way. esbuild's own process, of some 150 MB, would stay as long as this one: the last build ends it. */
let building = 0

/** A module, and the files that it was made of. */
export interface Bundle {
  readonly bytes: Uint8Array
  /** Absolute paths. */
  readonly inputs: readonly string[]
}

/**
 * One self-contained ES module for the Node of the worker archive. The same sources give the same bytes.
 * @throws HubError `bundle_failed`, `unsupported_package`
 */
export async function buildBundle({
  text,
  root,
  map,
  provided = workerArchive,
}: BuildBundleOptions): Promise<Bundle> {
  building++
  const { outputFiles, metafile } = await build({
    stdin: { contents: text, resolveDir: root, sourcefile: textName, loader: 'js' },
    absWorkingDir: root,
    outdir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // DuckDB's package is recognised here, to be refused below by name rather than by its parts.
    external: [...provided.packages, '@duckdb/*'],
    plugins: provided.plugin === undefined ? [] : [provided.plugin],
    banner: { js: banner },
    legalComments: 'none',
    // Without whitespace no comments with paths are left either.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: map ? 'external' : false,
    logLevel: 'silent',
  })
    .catch((thrown: unknown) => {
      throw bundleFailed(thrown)
    })
    .finally(async () => {
      if (--building === 0) await stop()
    })
  refuseOthers(
    Object.values(metafile.outputs).flatMap(({ imports }) => imports),
    provided,
  )
  const code = find(outputFiles, '.js')
  const inputs = Object.keys(metafile.inputs)
    .filter(input => input !== textName)
    .map(input => join(root, input))
  if (!map) return { bytes: code.contents, inputs }
  const json = JSON.stringify(ownSources(find(outputFiles, '.js.map').text))
  const url = `data:application/json;base64,${Buffer.from(json).toString('base64')}`
  return { bytes: Buffer.from(`${code.text}\n//# sourceMappingURL=${url}\n`), inputs }
}

interface SourceMapJson {
  readonly sources: readonly string[]
  readonly sourcesContent?: readonly (string | null)[]
}

/** Without the text of packages, which is most of it and nobody looks for there. */
function ownSources(json: string): SourceMapJson {
  const map = JSON.parse(json) as SourceMapJson
  const texts = map.sources.map((source, index) =>
    source.includes('node_modules/') ? null : (map.sourcesContent?.[index] ?? null),
  )
  return { ...map, sourcesContent: texts }
}

function refuseOthers(
  imports: readonly { readonly path: string; readonly external?: boolean }[],
  { packages, where }: ProvidedModules,
): void {
  for (const { path, external } of imports) {
    const isProvided = packages.includes(path) || path.startsWith('../imagehub/')
    if (external !== true || isProvided || isBuiltin(path)) continue
    throw userError(
      'unsupported_package',
      `a stage for Spark imports ${path}, which has native code and is not in ${where}`,
      `of packages with native code it may use ${packages.join(', ')}`,
    )
  }
}

function find(files: readonly OutputFile[], ending: string): OutputFile {
  const file = files.find(({ path }) => path.endsWith(ending))
  if (file === undefined) throw new Error(`esbuild gave no ${ending}`)
  return file
}

function bundleFailed(thrown: unknown): Error {
  const errors = (thrown as Partial<BuildFailure>).errors ?? []
  const [first] = errors
  const place = first?.location ? ` (${first.location.file}:${first.location.line})` : ''
  return userError(
    'bundle_failed',
    `a stage cannot be bundled for Spark: ${first === undefined ? String(thrown) : `${first.text}${place}`}`,
    'a stage, with all that it imports, is bundled into one ES module; packages with native code cannot be',
    thrown,
  )
}
