import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type AddModelOptions, ModelStore } from '../../models/ModelStore.ts'
import { findModel, listModels, userModelsFolder, verifyModel } from '../../models/modelStores.ts'
import { FileStorage } from '../../storage/fileStorage.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

interface Scene {
  readonly folder: string
  readonly store: ModelStore
  /** What `add` takes, for a model file of this text. */
  readonly model: (id: string, text: string) => Promise<AddModelOptions>
}

async function scene(t: TestContext, prefix = ''): Promise<Scene> {
  const root = await temporaryFolder(t)
  const folder = join(root, 'models')
  return {
    folder,
    store: new ModelStore(new FileStorage(folder), prefix),
    async model(id, text) {
      const path = join(root, 'source.onnx')
      await rm(path, { force: true })
      await writeFile(path, text)
      return {
        path,
        model: {
          id,
          input: {
            name: 'image',
            height: 2,
            width: 4,
            layout: 'nhwc',
            dtype: 'uint8',
            channels: 'rgb',
            mean: [0, 0, 0],
            scale: [1, 1, 1],
          },
          output: { name: 'embedding', dimensions: 3 },
          resize: { kernel: 'linear', fit: 'fill' },
          source: 'a test',
        },
      }
    },
  }
}

const sha256OfAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' // FIPS 180-2, B.1

test('a model that was added is found, listed, verified and removed', async t => {
  const { folder, store, model } = await scene(t, 'models/')
  assert.deepEqual(await store.list(), [])
  assert.equal(await store.find('abc'), null)
  const manifest = await store.add(await model('abc', 'abc'))
  assert.equal(manifest.sha256, sha256OfAbc)
  assert.equal(manifest.bytes, 3)
  const found = await store.get('abc')
  assert.deepEqual(found.manifest, manifest)
  assert.equal(await readFile(found.path, 'utf8'), 'abc')
  assert.deepEqual(await store.list(), [{ id: 'abc', manifest }])
  assert.deepEqual(await store.verify('abc'), manifest)
  assert.deepEqual((await readdir(join(folder, 'models/abc'))).sort(), [
    'manifest.json',
    'model-ba7816bf8f01.onnx',
  ])
  assert.equal(fileURLToPath(store.location), join(folder, 'models'))

  assert.equal(await store.remove('abc'), true)
  assert.equal(await store.remove('abc'), false)
  await assert.rejects(store.get('abc'), { code: 'unknown_model' })
})

test('the same model again changes nothing; another under its id needs replace, which leaves one file', async t => {
  const { folder, store, model } = await scene(t)
  const first = await store.add(await model('m', 'one'))
  assert.deepEqual(await store.add(await model('m', 'one')), first)
  await assert.rejects(store.add(await model('m', 'two')), { code: 'model_exists', hint: /--replace/ })
  const { path, model: other } = await model('m', 'one')
  const rescaled = { ...other, input: { ...other.input, channels: 'bgr' as const } }
  await assert.rejects(store.add({ path, model: rescaled }), { code: 'model_exists', message: /input/ })

  const second = await store.add({ ...(await model('m', 'two')), replace: true })
  assert.notEqual(second.sha256, first.sha256)
  assert.equal(await readFile((await store.get('m')).path, 'utf8'), 'two')
  assert.equal((await readdir(join(folder, 'm'))).length, 2)
})

test('of many that add different models under one id at once, one wins and its file is whole', async t => {
  const { folder, store } = await scene(t)
  const scenes = await Promise.all(Array.from({ length: 8 }, () => scene(t)))
  const results = await Promise.allSettled(
    scenes.map(async ({ model }, index) => store.add(await model('raced', `model ${index}`))),
  )
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const result of results)
    if (result.status === 'rejected') assert.equal(result.reason.code, 'model_exists')
  await store.verify('raced')
  assert.equal((await readdir(join(folder, 'raced'))).length, 2)
})

test('ids that are no plain name never reach the file system', async t => {
  const { folder, store, model } = await scene(t)
  for (const id of ['', '..', '../x', 'a/b', '/etc', 'A', 'a.', '.a', 'a b', 'ä', 'x'.repeat(65), 'a\0b']) {
    await assert.rejects(store.find(id), { code: 'bad_model_id' }, id)
    await assert.rejects(store.verify(id), { code: 'bad_model_id' })
    await assert.rejects(store.remove(id), { code: 'bad_model_id' })
    const { path, model: options } = await model('fine', 'x')
    await assert.rejects(store.add({ path, model: { ...options, id } }))
  }
  await assert.rejects(readdir(folder), { code: 'ENOENT' })
})

test('a changed, cut or missing file and a damaged manifest are told apart, and replacing mends them', async t => {
  const { folder, store, model } = await scene(t)
  await store.add(await model('m', 'abc'))
  const { path } = await store.get('m')
  await rm(path)
  await writeFile(path, 'abd')
  await assert.rejects(store.verify('m'), {
    code: 'model_damaged',
    message: /SHA-256 a52d159f.*, not ba7816bf/,
  })
  await writeFile(path, 'ab')
  await assert.rejects(store.get('m'), { code: 'model_damaged', message: /2 bytes, not 3/ })
  await rm(path)
  await assert.rejects(store.get('m'), { code: 'model_damaged', message: /gone/ })
  await store.add(await model('m', 'abc'))
  await store.verify('m')

  for (const text of [
    '',
    '{',
    '[]',
    '{"id": "m"}',
    (await readFile(join(folder, 'm/manifest.json'), 'utf8')).replace('"m"', '"n"'),
  ]) {
    await writeFile(join(folder, 'm/manifest.json'), text)
    await assert.rejects(store.find('m'), { code: 'damaged_manifest', message: /m\/manifest\.json/ })
    const [listed] = await store.list()
    assert(listed && 'problem' in listed && listed.problem.code === 'damaged_manifest')
  }
  await store.add({ ...(await model('m', 'abc')), replace: true })
  await store.verify('m')
})

test('what a killed import left is no model, and the next import completes it', async t => {
  const { folder, store, model } = await scene(t)
  await mkdir(join(folder, 'm'), { recursive: true })
  await writeFile(join(folder, 'm/model-ba7816bf8f01.onnx'), 'ab')
  assert.deepEqual(await store.list(), [])
  await store.add(await model('m', 'abc'))
  await store.verify('m')
})

test('a model is looked for in the hub before the person’s own store, and an unknown one lists what there is', async t => {
  const [hub, own] = [await scene(t), await scene(t)]
  await hub.store.add(await hub.model('shared', 'hub'))
  await own.store.add(await own.model('shared', 'own'))
  await own.store.add(await own.model('mine', 'own'))
  const stores = [hub.store, own.store]
  assert.equal(await readFile((await findModel('shared', stores)).path, 'utf8'), 'hub')
  assert.equal(await readFile((await findModel('mine', stores)).path, 'utf8'), 'own')
  await assert.rejects(findModel('other', stores), {
    code: 'unknown_model',
    hint: /installed are mine, shared; .*models pull .*models import/,
  })
  await assert.rejects(verifyModel('other', stores), { code: 'unknown_model' })
  assert.equal((await verifyModel('mine', stores)).id, 'mine')
  assert.deepEqual(
    (await listModels(stores)).map(({ id, state }) => [id, state]),
    [
      ['shared', 'installed'],
      ['mine', 'installed'],
      ['inception-v3-imagenet', 'available'],
      ['inception-v3-nsfwjs', 'available'],
    ],
  )
})

test('the person’s own store is where IMAGEHUB_MODELS or XDG_DATA_HOME says', () => {
  assert.equal(userModelsFolder({ IMAGEHUB_MODELS: '/m', XDG_DATA_HOME: '/d' }), '/m')
  assert.equal(userModelsFolder({ XDG_DATA_HOME: '/d' }), '/d/imagehub/models')
  assert.match(userModelsFolder({}), /\/\.local\/share\/imagehub\/models$/)
})
