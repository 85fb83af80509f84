import assert from 'node:assert/strict'
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { bundleStage } from '../../../../engines/spark/bundle/bundleStage.ts'
import { runProcess } from '../../../support/commandLine.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

const project = join(import.meta.dirname, '../../../..')
const predict = pathToFileURL(join(project, 'stages/predict/predict.ts')).href

test('a stage gives the same bundle wherever and whenever it is bundled, named by its hash', async t => {
  const first = await bundleStage(predict, { cacheFolder: await temporaryFolder(t) })
  const [second, again] = await Promise.all(
    [await temporaryFolder(t)].flatMap(cacheFolder => [
      bundleStage(predict, { cacheFolder }),
      bundleStage(predict, { cacheFolder }),
    ]),
  )
  assert.match(first.name, /^stage-[0-9a-f]{16}\.mjs$/)
  assert.equal(second?.name, first.name)
  assert.deepEqual(again, second)
  assert.ok((await readFile(first.path)).equals(await readFile(second?.path ?? '')))
  const text = await readFile(first.path, 'utf8')
  assert.ok(!text.includes(project), 'it says nothing of where it was made')
  const others = (await readdir(join(first.path, '..'))).filter(name => name !== first.name)
  assert.deepEqual(others, [])
})

test('two stages have two bundles', async t => {
  const cacheFolder = await temporaryFolder(t)
  const inspect = pathToFileURL(join(project, 'stages/inspect/inspect.ts')).href
  const [a, b] = [await bundleStage(predict, { cacheFolder }), await bundleStage(inspect, { cacheFolder })]
  assert.notEqual(a.name, b.name)
})

test('what cannot be bundled is refused by name', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'package.json'), '{}')
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'))
  const bundle = async (text: string) => {
    const path = join(folder, 'stage.js')
    await writeFile(path, text)
    await bundleStage(pathToFileURL(path).href, { cacheFolder: folder })
  }
  await assert.rejects(bundle("import '@duckdb/node-api'; export default {}"), {
    code: 'unsupported_package',
    fault: 'user',
    message: /@duckdb\/node-api/,
  })
  await assert.rejects(bundle("import 'no-such-package'; export default {}"), {
    code: 'bundle_failed',
    message: /no-such-package.*stage\.js:1/,
  })
  await assert.rejects(bundle('this is no program'), { code: 'bundle_failed', message: /stage\.js:1/ })
  await assert.rejects(bundle('export const stage = 1'), { code: 'bundle_failed', message: /default/ })
  await assert.rejects(bundleStage(pathToFileURL(join(folder, 'absent.ts')).href, { cacheFolder: folder }), {
    code: 'bundle_failed',
    message: /absent\.ts/,
  })
})

test('the compiled package bundles stages and makes archives like the sources', async t => {
  const folder = await temporaryFolder(t)
  const dist = join(folder, 'dist')
  const tsc = join(project, 'node_modules/typescript/bin/tsc')
  const options = [
    '-p',
    join(project, 'tsconfig.build.json'),
    '--outDir',
    dist,
    '--noCheck',
    '--declaration',
    'false',
  ]
  const compiled = await runProcess(process.execPath, [tsc, ...options])
  assert.equal(compiled.code, 0, compiled.stdout)
  await copyFile(join(project, 'package.json'), join(folder, 'package.json'))
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'))
  const program = join(folder, 'make.mjs')
  await mkdir(join(folder, 'cache'))
  await writeFile(
    program,
    `import { bundleStage } from './dist/engines/spark/bundle/bundleStage.js'
     import { workerArchive } from './dist/engines/spark/bundle/workerArchive.js'
     import stage from './dist/stages/predict/predict.js'
     const cacheFolder = ${JSON.stringify(join(folder, 'cache'))}
     const { name } = await bundleStage(stage.module, { cacheFolder })
     const { folder } = await workerArchive({ cacheFolder })
     console.log(JSON.stringify({ name, folder }))`,
  )
  const made = await runProcess(process.execPath, [program])
  assert.equal(made.code, 0, made.stderr)
  const { name, folder: archive } = JSON.parse(made.stdout) as { name: string; folder: string }
  const text = await readFile(join(folder, 'cache/spark', name), 'utf8')
  assert.match(text, /serveStage/)
  assert.deepEqual((await readdir(archive)).sort(), ['bin', 'node_modules', 'thread.mjs', 'worker.mjs'])
})
