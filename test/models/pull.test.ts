import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { knownModels } from '../../models/knownModels.ts'
import { modelIdPattern } from '../../models/ModelManifest.ts'
import { ModelStore } from '../../models/ModelStore.ts'
import { type PullModelOptions, pullModel } from '../../models/pull.ts'
import { FileStorage } from '../../storage/fileStorage.ts'
import { type Behaviour, faultyServer, serve } from '../support/faultyServer.ts'
import { sharedFolder } from '../support/shared.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import { tinyModel } from './tinyModel.ts'

const id = 'inception-v3-imagenet'
const fileName = 'inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5'
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')

/** A store, a downloads folder and a stand-in for the file server; the file is told by size and MD5. */
async function scene(t: TestContext, body: Uint8Array, behaviour: Behaviour) {
  const folder = await temporaryFolder(t)
  const { url, paths, ranges } = await faultyServer(t, behaviour)
  const store = new ModelStore(new FileStorage(join(folder, 'models')))
  const downloadsFolder = join(folder, 'downloads')
  const options: PullModelOptions = {
    id,
    store,
    downloadsFolder,
    download: { url, md5: md5(body), bytes: body.length },
    retry: { attempts: 3, baseMilliseconds: 1, capMilliseconds: 2, attemptTimeoutMilliseconds: 0 },
  }
  return { store, paths, ranges, options, downloadsFolder, url }
}

test('a pulled model is downloaded through faults, checked, imported and remembered with its source', async t => {
  const body = tinyModel().toBytes()
  let has = 0
  const { store, ranges, options, downloadsFolder, url } = await scene(t, body, (request, response, nth) =>
    serve(request, response, { body, received: () => has, ...(nth === 0 && { cutAfter: 100 }) }),
  )
  const onProgress = ({ bytes }: { bytes: number }) => {
    has = bytes
  }
  const manifest = await pullModel({ ...options, onProgress })
  assert.equal(manifest.source, url)
  assert.equal(manifest.licence, 'Apache-2.0')
  assert.deepEqual(ranges, [undefined, 'bytes=100-'])
  assert.deepEqual(new Uint8Array(await readFile((await store.get(id)).path)), body)
  assert.deepEqual(await readdir(downloadsFolder), [])

  assert.deepEqual(await pullModel(options), manifest)
  assert.equal(ranges.length, 2, 'a model that is there is not downloaded again')
})

test('a wrong file is refused by its hash, and neither it nor a model is kept', async t => {
  const body = tinyModel().toBytes()
  const { store, options, downloadsFolder } = await scene(t, body, (request, response) =>
    serve(request, response, { body: body.map(value => value ^ 1) }),
  )
  await assert.rejects(pullModel(options), { code: 'wrong_hash', message: new RegExp(`not ${md5(body)}`) })
  assert.deepEqual(await readdir(downloadsFolder), [])
  assert.deepEqual(await store.list(), [])
})

test('IMAGEHUB_MODELS_URL names a mirror, which must serve the very file', async t => {
  const body = Buffer.from('not the weights')
  const { options, url, paths } = await scene(t, body, (request, response) =>
    serve(request, response, { body }),
  )
  process.env.IMAGEHUB_MODELS_URL = `${dirname(url)}/`
  t.after(() => {
    delete process.env.IMAGEHUB_MODELS_URL
  })
  const { download, ...known } = options
  await assert.rejects(pullModel(known), { code: 'wrong_size', message: /15 bytes, expected 87910968/ })
  assert.deepEqual(paths, [`/files/${fileName}`])
  assert.equal(download?.bytes, 15)
})

test('an id that is not known is refused with those that are', async t => {
  const { options } = await scene(t, new Uint8Array(1), (_, response) => response.destroy())
  await assert.rejects(pullModel({ ...options, id: 'resnet' }), {
    code: 'unknown_model',
    hint: /inception-v3-imagenet, inception-v3-nsfwjs.*models import/,
  })
})

test('known models have ids that a store takes and facts that a person needs', () => {
  for (const known of knownModels) {
    assert.match(known.id, modelIdPattern)
    assert(known.facts.licence && known.facts.notes)
  }
})

test('weights in the official layout are pulled and become a model of 2048 dimensions', async t => {
  const path = sharedFolder(t, 'models/inception_v3_keras_legacy_notop.h5')
  if (path === undefined) return
  const body = await readFile(path)
  const { store, options } = await scene(t, body, (request, response, nth) =>
    serve(request, response, { body, ...(nth === 0 && { cutAfter: 40_000_000 }) }),
  )
  const manifest = await pullModel(options)
  assert.equal(manifest.output.dimensions, 2048)
  assert.deepEqual(await store.verify(id), manifest)
})

test('the model in the npm package is pulled without a network', async t => {
  const { store, options, ranges } = await scene(t, new Uint8Array(1), (_, response) => response.destroy())
  const manifest = await pullModel({ ...options, id: 'inception-v3-nsfwjs' })
  assert.equal(manifest.output.dimensions, 2048)
  assert.match(manifest.notes ?? '', /weaker/)
  assert.equal(ranges.length, 0)
  assert.equal((await store.list()).length, 1)
})
