import { availableParallelism, loadavg } from 'node:os'
import { LocalEngine } from '../engines/local/LocalEngine.ts'
import featurize from '../stages/featurize/featurize.ts'
import { conditions } from './conditions.ts'
import { runFeaturizeStage, steadyRate } from './featurizeRun.ts'
import { setFeaturizeScene } from './featurizeScene.ts'
import decodeOnly from './stages/decodeOnly.ts'
import inferOnly from './stages/inferOnly.ts'

// Method: photos of some 1024 px (links to open_images_jpeg) go through the local engine three times a round: decode alone (read, hash,
// decode, resize), inference alone (pixels at hand), and the fused stage; same workers, same batches, in turn, so that drift of the
// machine hits all three. What the parts cost together is 1 / (1/decode + 1/inference). Rates are steady ones (from 10 % to 95 % of the
// rows); the ratio is taken within each round, the median counts. Usage: featurize.bench.ts [rounds] [images]
const rounds = Number(process.argv[2] ?? 3)
const images = Number(process.argv[3] ?? 320)
const least = 0.95
const workers = availableParallelism()

await using scene = await setFeaturizeScene()
const { folder, model } = scene
const input = await scene.input(images)
const engine = new LocalEngine({ workers })
const rate = async (stage: Parameters<typeof runFeaturizeStage>[0]['stage']) =>
  steadyRate(await runFeaturizeStage({ stage, model, input, folder, engine }))
console.log(`${conditions()}, ${workers} workers`)
const rows: { decode: number; inference: number; together: number; fused: number; ratio: number }[] = []
for (let round = 0; round < rounds; round++) {
  const decode = await rate(decodeOnly)
  const inference = await rate(inferOnly)
  const fused = await rate(featurize)
  const together = 1 / (1 / decode + 1 / inference)
  rows.push({ decode, inference, together, fused, ratio: fused / together })
  console.log(
    `round ${round + 1}: ${JSON.stringify(rows.at(-1), (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value))}`,
  )
}
const ratios = rows.map(({ ratio }) => ratio).sort((a, b) => a - b)
const median = ratios[Math.floor(ratios.length / 2)] ?? 0
const reached = median >= least
console.log(
  `${reached ? 'reached' : 'MISSED'}: fused / parts together, median ${median.toFixed(3)} (${ratios[0]?.toFixed(3)} to ${ratios.at(-1)?.toFixed(3)}), at least ${least}; load now ${loadavg()[0]?.toFixed(1)}`,
)
if (!reached) process.exitCode = 1
