import assert from 'node:assert/strict'
import test from 'node:test'
import { ingestRun, machineRate, scaleRun, storageUse } from '../../../emr/cost/planScale.ts'
import { scaleInputs, scaleNumbers } from '../../../emr/cost/scaleInputs.ts'

const close = (found: number, expected: number, what = '') =>
  assert.ok(Math.abs(found / expected - 1) < 1e-3, `${what} ${found} is not ${expected}`)

test('a machine does what the slower of its GPU and its vCPUs lets it', () => {
  const float = machineRate('g5.2xlarge')
  // By hand: 960.2 photos/s x 600/900 GB/s x 5/8; eight half cores at 5 ms; spot at half of 1.212, and 0.27 to EMR.
  close(float.gpus ?? 0, 400.08)
  close(float.decode, 800)
  close(float.photos, 400.08)
  close(float.hourly, 0.876)
  close(float.dollarsPerMillion, 0.876 / (0.00040008 * 3600))
  const half = machineRate('g5.2xlarge', scaleNumbers, 'half')
  close(half.gpus ?? 0, (2546.29 * 0.625 * 600) / 936.2)
  close(half.photos, 800)
  const cpu = machineRate('m6i.4xlarge')
  // 187.3 ms of inference and 10 of decoding for each of 16.
  close(cpu.photos, 16 / (1 / 5.34 + 0.01))
  assert.equal(cpu.gpus, null)
})

test('a plan of a cluster is an hour of photos by hand', () => {
  const photos = 12 * 400.083 * 3600
  const { hours, dollars, imagesPerSecond } = scaleRun({ type: 'g5.2xlarge', count: 12, photos })
  close(imagesPerSecond, 4801)
  close(hours, 7 / 6)
  close(dollars, (0.24 + 1.482 + 11 * 0.876) * (7 / 6))
  close(scaleRun({ type: 'g5.12xlarge', count: 1, photos, rate: 1600 }).imagesPerSecond, 1600)
  const { imagesPerSecond: judged } = ingestRun({ type: 'm6i.4xlarge', count: 4, photos })
  close(judged, (64 * 0.5) / 0.0089)
})

test('what is asked of S3 is counted by photo, by part and by gigabyte', () => {
  const { requests, requestDollars, photoGigabytes, embeddingGigabytes, ...dollars } = storageUse(
    1_743_042,
    96,
  )
  assert.equal(requests.get, 3_486_084)
  assert.equal(requests.list, 1744)
  close(photoGigabytes, 513)
  close(embeddingGigabytes, 14.279)
  assert.equal(requests.uploads, Math.ceil(14_279_000_064 / 8_388_608))
  // A partition holds 256 MiB, each row counted with 1 MiB more than its bytes, and for a GPU 256 rows at least; six requests each.
  const rowsOfPart = (256 << 20) / ((1 << 20) + 513e9 / 1_743_042)
  assert.ok(rowsOfPart < 256)
  close(requests.parts, 6 * 1_743_042 * (1 / rowsOfPart + 1 / 256))
  close(requestDollars, 3486.084 * 0.0004 + ((1744 + requests.parts + requests.uploads) / 1000) * 0.005)
  close(dollars.keepEmbeddings, 14.279 * 0.023)
  close(dollars.keepPhotos, 513 * 0.023)
  close(dollars.otherRegion, 2 * 513 * 0.02)
})

test('every input says how it is known and where it is from', () => {
  for (const { what, value, mark, source } of Object.values(scaleInputs)) {
    assert.ok(value > 0 && source.length > 5, what)
    if (mark === 'documented') assert.match(source, /^\[[^\]]+\]\((https:\/\/|\w|\.\.\/)/, what)
  }
})
