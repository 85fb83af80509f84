import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import test from 'node:test'
import { emrBundle } from '../../../emr/bundle/emrBundle.ts'
import { defaultCacheFolder } from '../../../storage/defaultCacheFolder.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const cacheFolder = defaultCacheFolder()

test('the same program gives the same bundle, which is made once', async t => {
  const [first, folder] = [await emrBundle({ cacheFolder }), await temporaryFolder(t)]
  const second = await emrBundle({ cacheFolder: folder })
  assert.equal(second.sha256, first.sha256)
  const { mtimeMs } = await stat(second.path)
  assert.deepEqual(await emrBundle({ cacheFolder: folder }), second)
  assert.equal((await stat(second.path)).mtimeMs, mtimeMs)
})
