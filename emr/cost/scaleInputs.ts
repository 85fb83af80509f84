/** How a figure is known. */
export type Mark = 'measured' | 'documented' | 'assumed'

export interface ScaleInput {
  readonly value: number
  readonly unit: string
  readonly what: string
  readonly mark: Mark
  /** Where it is from, as Markdown. */
  readonly source: string
}

const input = (value: number, unit: string, what: string, mark: Mark, source: string): ScaleInput => ({
  ...{ value, unit, what, mark, source },
})

const mxnet =
  '[MXNet](https://github.com/apache/mxnet/blob/master/docs/static_site/src/pages/api/faq/perf.md)'
const cvdf = '[CVDF](https://github.com/cvdfoundation/open-images-dataset)'
const s3Prices = '[S3](https://aws.amazon.com/s3/pricing/), us-east-1, Standard'

/** What the plan for Open Images rests on. */
export const scaleInputs = {
  boxes: input(1_743_042, 'photos', 'training photos with boxes', 'documented', cvdf),
  labels: input(
    5_655_108,
    'photos',
    'photos with human-verified labels',
    'documented',
    '[OIDv4_ToolKit](https://github.com/EscVM/OIDv4_ToolKit)',
  ),
  boxesGigabytes: input(513, 'GB', 'size of those with boxes, at most 1024 px', 'documented', cvdf),
  gpuRate: input(960.2, 'photos/s', 'InceptionV3 on a V100, float32, batches of 256', 'documented', mxnet),
  halfRate: input(
    2546.29,
    'photos/s',
    'InceptionV3 on an RTX 3090, half precision, batches of 1,024',
    'documented',
    '[timm](https://github.com/huggingface/pytorch-image-models/blob/main/results/benchmark-infer-amp-nhwc-pt210-cu121-rtx3090.csv)',
  ),
  gpuShare: input(
    5 / 8,
    '',
    'what is left of a published rate in onnxruntime, with copies to the GPU and waiting',
    'assumed',
    'nothing but caution',
  ),
  v100Bandwidth: input(
    900,
    'GB/s',
    "V100's memory",
    'documented',
    '[NVIDIA](https://www.nvidia.com/en-us/data-center/v100/)',
  ),
  rtx3090Bandwidth: input(
    936.2,
    'GB/s',
    "RTX 3090's memory",
    'documented',
    '[TechPowerUp](https://www.techpowerup.com/gpu-specs/geforce-rtx-3090.c3622)',
  ),
  a10gBandwidth: input(
    600,
    'GB/s',
    "A10G's memory (g5)",
    'documented',
    '[Baseten](https://www.baseten.co/blog/nvidia-a10-vs-a10g-for-ml-model-inference/)',
  ),
  l4Bandwidth: input(
    300,
    'GB/s',
    "L4's memory (g6)",
    'documented',
    '[NVIDIA](https://www.nvidia.com/en-us/data-center/l4/)',
  ),
  t4Bandwidth: input(
    320,
    'GB/s',
    "T4's memory (g4dn)",
    'documented',
    '[NVIDIA](https://www.nvidia.com/en-us/data-center/tesla-t4/)',
  ),
  cpuRate: input(
    42.72 / 8,
    'photos/s',
    'InceptionV3 on one vCPU of c5.2xlarge, taken for one of m6i',
    'documented',
    `${mxnet}: 42.72 on eight`,
  ),
  coreDecode: input(
    5,
    'ms',
    'reading, checking and decoding a photo to 299 px, on one core here',
    'measured',
    '[spark.md](spark.md#measured)',
  ),
  coreInspect: input(
    8.9,
    'ms',
    'ingest: reading, decoding whole, judging a photo, on one core here',
    'measured',
    '1,580 photos more took 14.0 s of CPU more, 26 November 2026',
  ),
  vcpuShare: input(
    0.5,
    '',
    'what a vCPU does of a core here: on Intel, and on g5, it is half of one',
    'assumed',
    '[AWS](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-optimize-cpu.html): two threads a core',
  ),
  startMinutes: input(10, 'min', 'until machines, EMR and Spark are there', 'assumed', 'never measured'),
  spotShare: input(
    0.5,
    '',
    'what a spot machine costs of one on demand',
    'assumed',
    '[EMR](https://aws.amazon.com/emr/pricing/): up to 90 % less',
  ),
  dimensions: input(
    2048,
    'floats',
    'an embedding, 4 bytes each',
    'documented',
    '[featurize.md](featurize.md)',
  ),
  getDollars: input(0.0004, 'dollars', '1,000 GET', 'documented', s3Prices),
  putDollars: input(
    0.005,
    'dollars',
    '1,000 PUT, LIST or parts of a multipart upload',
    'documented',
    s3Prices,
  ),
  storageDollars: input(0.023, 'dollars', 'a GB for a month', 'documented', s3Prices),
  transferDollars: input(
    0.02,
    'dollars',
    'a GB out of another region of AWS; none within one',
    'documented',
    '[EC2](https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer)',
  ),
  requestsOfPart: input(
    6,
    'requests',
    "a finished part: Spark's writing, renaming and reading it",
    'assumed',
    'never counted on AWS',
  ),
  uploadMegabytes: input(
    8.388608,
    'MB',
    'a part of a multipart upload',
    'documented',
    '[s3Upload.ts](../storage/s3Upload.ts)',
  ),
  prefixGets: input(
    5500,
    'GET/s',
    'what S3 answers from one prefix before it has divided it',
    'documented',
    '[S3](https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html)',
  ),
  sparkRate: input(
    689.084 / 16,
    'photos/s',
    'a T4 under Spark 3.3.1, ResNet50, 16 of them',
    'documented',
    '[amogkam](https://github.com/amogkam/batch-inference-benchmarks/tree/master/spark)',
  ),
} as const satisfies Record<string, ScaleInput>

export type ScaleInputName = keyof typeof scaleInputs

/** The inputs as numbers, to be changed one by one. */
export type ScaleNumbers = Readonly<Record<ScaleInputName, number>>

export const scaleNumbers = Object.fromEntries(
  Object.entries(scaleInputs).map(([name, { value }]) => [name, value]),
) as ScaleNumbers
