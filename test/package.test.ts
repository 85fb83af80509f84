import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { delimiter, dirname, join, sep } from 'node:path'
import test from 'node:test'
import ts from 'typescript'
import type { IngestResult } from '../operations/ingest.ts'
import { commandLine, program, runProcess } from './support/commandLine.ts'
import { drawnPhotos, writeFiles, writePixelModel } from './support/drawnPhotos.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

const root = dirname(import.meta.dirname)

interface Package {
  readonly version: string
  readonly files: readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package
const { dependencies, optionalDependencies, devDependencies } = description

/** What would be committed: tracked files and new ones that are not ignored. Absent where there is no git. */
function repositoryFiles(): string[] | undefined {
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\0')
      .filter(file => file !== '' && existsSync(join(root, file)))
  } catch {
    return undefined
  }
}

/** Names of the packages that a file imports. */
function packagesOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(join(root, file), 'utf8'))
    .importedFiles.map(({ fileName }) => fileName)
    .filter(name => !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name))
    .map(name =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    )
}

test('every dependency has one exact version', () => {
  const loose = Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  )
  assert.deepEqual(loose, [])
})

test('what ships imports shipped dependencies only, and each of them is imported', () => {
  const shipped = globSync('{index.ts,*/**/*.ts}', {
    cwd: root,
    exclude: ['node_modules/**', 'dist/**', 'test/**', 'bench/**', 'notebooks/**', 'examples/**'],
  })
  assert.ok(shipped.length > 100)
  const imported = new Set(shipped.flatMap(packagesOf))
  assert.deepEqual(
    [...imported].filter(name => dependencies[name] === undefined),
    [],
  )
  // Waits for the floor emr.
  const expected = Object.keys(dependencies).filter(name => name !== '@aws-sdk/client-emr')
  assert.deepEqual(
    expected.filter(name => !imported.has(name)),
    [],
  )
})

test('the lock has every optional package of every platform, or npm ci refuses it', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const absent = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  )
  assert.deepEqual(absent, [])
})

test('the lock names no registry, and every package of it has an integrity hash', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string; integrity?: string }>
  }
  const faulty = Object.entries(packages).filter(
    ([path, { resolved, integrity }]) => path !== '' && (resolved !== undefined || integrity === undefined),
  )
  assert.deepEqual(
    faulty.map(([path]) => path),
    [],
  )
})

test('the repository holds no large file, no build and no path of a machine', t => {
  const files = repositoryFiles()
  if (files === undefined) return t.skip('this is no git checkout')
  const large = files.filter(file => statSync(join(root, file)).size > 400_000)
  assert.deepEqual(large, [])
  assert.deepEqual(
    files.filter(file => /\.(onnx|h5|tgz|node|parquet|duckdb)$|^dist\//.test(file)),
    [],
  )
  const places = /(?:^|[\s"'`(=])\/(?:work|root|home\/(?!user\b|you\b|me\b)\w+|Users\/\w+)\//
  const told = files.filter(
    file => file !== 'package-lock.json' && places.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(told, [])
  assert.match(readFileSync(join(root, 'LICENSE'), 'utf8'), /Apache License\s+Version 2\.0/)
})

test('the program starts from anywhere, also through a link', async t => {
  const folder = await temporaryFolder(t)
  const link = join(folder, 'imagehub')
  await symlink(program, link)
  const { code, stdout } = await runProcess(process.execPath, [link, '--version'], { cwd: folder })
  assert.deepEqual([code, stdout.trim()], [0, description.version])
})

test('an older Node hands over to the one that npm installed', async t => {
  const older = olderNode()
  if (older === undefined) return t.skip('no Node older than 24 is on the PATH')
  const line = await commandLine(t)
  const { code, stdout } = await runProcess(older, [program, '--version'], { cwd: line.home })
  assert.deepEqual([code, stdout.trim()], [0, description.version])
  const failed = await runProcess(older, [program, 'sql', '--hub', line.home, 'SELECT 1'])
  assert.deepEqual([failed.code, failed.stdout], [2, ''], 'with its exit code')
})

function olderNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(folder => !folder.includes(`node_modules${sep}.bin`))
    .map(folder => join(folder, 'node'))
    .find(path => {
      if (!existsSync(path)) return false
      const version = execFileSync(path, ['--version'], { encoding: 'utf8' })
      return Number.parseInt(version.slice(1), 10) < 24
    })
}

const consumer = `import { Hub, HubError, LocalEngine, defineJob, defineStage, ingest, openHubCatalog, tables, type Pipeline, type Row } from 'imagehub'
import { defineJob as sameDefineJob } from 'imagehub/job'
import { column, defineStage as sameDefineStage } from 'imagehub/stage'

export type Image = Row<typeof tables.images>
export const verdict = (image: Image): string => image.verdict
export const owner = column('text', 'who took it')
if (sameDefineJob !== defineJob) throw new Error('a job is declared by two copies of the package')
if (sameDefineStage !== defineStage) throw new Error('a stage is defined by two copies of the package')
export const name = (pipeline: Pipeline): string => pipeline.name
// @ts-expect-error the table has no such column
export const wrong = (image: Image) => image.colour

const hub = await Hub.open(process.argv[2] ?? '', { create: true })
try {
  const { verdicts } = await ingest({
    hub,
    source: { kind: 'folder', uri: process.argv[3] ?? '' },
    labels: { kind: 'folder' },
    engine: new LocalEngine({ workers: 1 }),
    cacheFolder: process.argv[4] ?? '',
    signal: AbortSignal.timeout(300_000),
  })
  await using catalog = await openHubCatalog(hub)
  const { rows } = await catalog.query('SELECT count(*) AS n FROM images')
  console.log(JSON.stringify({ verdicts, rows }))
} catch (error) {
  if (error instanceof HubError) console.error(error.code)
  throw error
} finally {
  await hub.close()
}
export { defineStage }
`

test('the package installs elsewhere and runs there from compiled code, with types', {
  timeout: 400_000,
}, async t => {
  const folder = await temporaryFolder(t)
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))
  const run = async (command: string, args: readonly string[], cwd = folder) => {
    const result = await runProcess(command, args, { env: { ...env, HOME: folder }, cwd })
    assert.equal(result.code, 0, `${command} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
    return result.stdout
  }
  const npm = (args: readonly string[], cwd?: string) =>
    runProcess('npm', args, { env, cwd: cwd ?? folder }).then(result => {
      assert.equal(result.code, 0, `npm ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
    })
  await npm(['pack', '--silent', '--pack-destination', folder], root)
  const [archive] = (await readdir(folder)).filter(name => name.endsWith('.tgz'))
  assert.ok(archive !== undefined)
  const app = join(folder, 'app')
  await mkdir(app)
  await writeFile(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }')
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  await npm(['install', join(folder, archive), ...quietly], app)
  const installed = join(app, 'node_modules/imagehub')
  assert.deepEqual(
    globSync('**/*.ts', { cwd: installed, exclude: ['**/*.d.ts'] }),
    [],
    'no source in it that a Node would have to strip',
  )

  const imagehub = join(app, 'node_modules/.bin/imagehub')
  const cli = async <T>(...args: readonly string[]) =>
    JSON.parse(await run(imagehub, [...args, '--json'])) as T
  assert.equal((await run(imagehub, ['--version'])).trim(), description.version)
  await writeFiles(join(folder, 'photos'), await drawnPhotos())
  await writePixelModel(join(folder, 'pixels.onnx'))
  await cli('models', 'import', '--from', 'pixels.onnx', '--id', 'pixels', '--hub', 'hub')
  const { verdicts } = await cli<IngestResult>(
    'ingest',
    '--hub',
    'hub',
    '--from',
    'photos',
    '--labels',
    'folder',
  )
  assert.deepEqual(verdicts, { accepted: 16, rejected: 3 })
  await cli('featurize', '--hub', 'hub', '--model', 'pixels')
  await cli('train', '--hub', 'hub', '--model', 'pixels', '--name', 'tint')
  await cli('predict', '--hub', 'hub', '--head', 'tint')
  assert.deepEqual(
    await cli('sql', '--hub', 'hub', 'SELECT count(*) AS n FROM latest_predictions WHERE rank = 1'),
    [{ n: 16 }],
  )
  await cli('report', '--hub', 'hub', '--out', 'report.html')

  // The bundle for EMR is made of the package as it is installed.
  const list = `import { bundleEntries } from './node_modules/imagehub/dist/emr/bundle/bundleEntries.js'
console.log(JSON.stringify((await bundleEntries([])).map(({ name }) => name)))`
  await writeFile(join(app, 'list.js'), list)
  const names = JSON.parse(await run(process.execPath, ['list.js'], app)) as string[]
  for (const name of [
    'bin/node',
    'driver.mjs',
    'imagehub/dist/emr/driver/main.js',
    'node_modules/zod/package.json',
  ])
    assert.ok(names.includes(name), name)
  assert.deepEqual(
    names.filter(name => /typescript|biome|\.d\.ts$|\.\./.test(name)),
    [],
  )

  await writeFile(join(app, 'consumer.ts'), consumer)
  await writeFile(
    join(app, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2023',
        lib: ['es2024', 'esnext.disposable'],
        module: 'nodenext',
        strict: true,
        skipLibCheck: true,
        types: ['node'],
      },
      files: ['consumer.ts'],
    }),
  )
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], app)
  const told = await run(
    process.execPath,
    ['consumer.js', join(folder, 'hub2'), join(folder, 'photos'), folder],
    app,
  )
  assert.deepEqual(JSON.parse(told), { verdicts: { accepted: 16, rejected: 3 }, rows: [{ n: 19 }] })
})
