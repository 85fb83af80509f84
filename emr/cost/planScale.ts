import { planPartitions, rowBytes } from '../../engines/spark/planPartitions.ts'
import type { Cluster } from '../../jobs/define/Cluster.ts'
import { cpuCluster, gpuCluster } from '../../jobs/define/Cluster.ts'
import {
  type CpuInstanceType,
  type GpuInstanceType,
  gpuInstanceTypes,
  type InstanceType,
  instanceTypes,
} from '../../jobs/define/instanceTypes.ts'
import { type CostEstimate, estimateCost } from './estimateCost.ts'
import { type Prices, priceOf, publicPrices } from './Prices.ts'
import { type ScaleNumbers, scaleNumbers } from './scaleInputs.ts'

/** Of a model's weights and arithmetic on a GPU: 32 or 16 bits. */
export type Precision = 'single' | 'half'

/** What one machine does of InceptionV3 in a second. */
export interface MachineRate {
  /** By its GPUs alone; null where it has none. */
  readonly gpus: number | null
  /** That its vCPUs read and decode, with nothing else to do. */
  readonly decode: number
  /** The lesser of both; on vCPUs alone what they embed, which has decoding in it. */
  readonly photos: number
  /** Dollars an hour as a spot machine, EMR's charge included. */
  readonly hourly: number
  /** For 1,000,000 photos, of such machines alone while they work. */
  readonly dollarsPerMillion: number
}

export function machineRate(
  type: InstanceType,
  numbers: ScaleNumbers = scaleNumbers,
  precision: Precision = 'single',
): MachineRate {
  const { vcpus, gpus } = instanceTypes[type]
  const decode = (1000 * vcpus * numbers.vcpuShare) / numbers.coreDecode
  const byGpus = isGpu(type) ? gpus * gpuRate(type, numbers, precision) : null
  const photos = byGpus === null ? vcpuRate(numbers) * vcpus : Math.min(byGpus, decode)
  const { ec2, emr } = priceOf(publicPrices, type)
  const hourly = ec2 * numbers.spotShare + emr
  return { gpus: byGpus, decode, photos, hourly, dollarsPerMillion: (1e6 * hourly) / (photos * 3600) }
}

/** Published for the network alone; decoding comes to it. */
function vcpuRate({ cpuRate, coreDecode, vcpuShare }: ScaleNumbers): number {
  return 1 / (1 / cpuRate + coreDecode / vcpuShare / 1000)
}

/** A published rate of another GPU, by the speed of its memory: what convolutions of this size wait for. */
function gpuRate(type: GpuInstanceType, numbers: ScaleNumbers, precision: Precision): number {
  const { gpu } = gpuInstanceTypes[type]
  const bandwidth = { A10G: numbers.a10gBandwidth, L4: numbers.l4Bandwidth, T4: numbers.t4Bandwidth }[gpu]
  const [published, itsBandwidth] =
    precision === 'single'
      ? [numbers.gpuRate, numbers.v100Bandwidth]
      : [numbers.halfRate, numbers.rtx3090Bandwidth]
  return (published * numbers.gpuShare * bandwidth) / itsBandwidth
}

const isGpu = (type: InstanceType): type is GpuInstanceType => instanceTypes[type].gpus > 0

export interface ScaleRunOptions {
  readonly type: InstanceType
  readonly count: number
  readonly photos: number
  readonly numbers?: ScaleNumbers
  /** Photos a second of a machine. @default what `machineRate` says */
  readonly rate?: number
}

/** Embedding so many photos on a cluster: one machine on demand, the others spot. */
export function scaleRun(options: ScaleRunOptions): CostEstimate {
  const { type, count, photos, numbers = scaleNumbers } = options
  const { rate = machineRate(type, numbers).photos } = options
  const { vcpus, gpus } = instanceTypes[type]
  return estimateCost({
    cluster: clusterOf(type, count),
    images: photos,
    rate: rate / Math.max(gpus, gpus === 0 ? vcpus : 0),
    prices: pricesWith(numbers),
    startHours: numbers.startMinutes / 60,
  })
}

/** Reading and judging them, which comes first, on processors. */
export function ingestRun({ type, count, photos, numbers = scaleNumbers }: ScaleRunOptions): CostEstimate {
  const rate = (1000 * instanceTypes[type].vcpus * numbers.vcpuShare) / numbers.coreInspect
  return scaleRun({ type, count, photos, numbers, rate })
}

function clusterOf(type: InstanceType, count: number): Cluster {
  const spot = true
  return isGpu(type)
    ? gpuCluster({ release: 'emr-7.13.0', workers: { type, count, spot } })
    : cpuCluster({ release: 'emr-spark-8.0.0', workers: { type: type as CpuInstanceType, count, spot } })
}

const pricesWith = ({ spotShare }: ScaleNumbers): Prices => ({ ...publicPrices, spotShare })

export interface StorageUse {
  /** GB of photos, read once by ingest and once by featurize. */
  readonly photoGigabytes: number
  readonly embeddingGigabytes: number
  readonly requests: {
    readonly list: number
    readonly get: number
    readonly parts: number
    readonly uploads: number
  }
  /** Dollars of these requests. */
  readonly requestDollars: number
  /** Dollars a month to keep the embeddings, and the photos in a bucket of one's own. */
  readonly keepEmbeddings: number
  readonly keepPhotos: number
  /** Dollars to read the photos twice out of another region. */
  readonly otherRegion: number
}

/** Keys in one answer of LIST. */
const listPage = 1000
/** Rows of a batch, below which no partition goes: of ingest, and of featurize on GPUs. */
const batchRows = { ingest: 32, featurize: 256 }

/** What ingest and featurize ask of S3. `slots` are the tasks at once. */
export function storageUse(photos: number, slots: number, numbers: ScaleNumbers = scaleNumbers): StorageUse {
  const bytes = (1e9 * numbers.boxesGigabytes) / numbers.boxes
  const photoGigabytes = (photos * bytes) / 1e9
  const embeddingGigabytes = (photos * numbers.dimensions * 4) / 1e9
  const partitions = (batchRows: number) =>
    planPartitions({ rows: photos, bytes: photos * (bytes + rowBytes), slots, batchRows })
  const requests = {
    list: Math.ceil(photos / listPage),
    get: 2 * photos,
    parts: (partitions(batchRows.ingest) + partitions(batchRows.featurize)) * numbers.requestsOfPart,
    uploads: Math.ceil((1000 * embeddingGigabytes) / numbers.uploadMegabytes),
  }
  const { list, get, parts, uploads } = requests
  return {
    photoGigabytes,
    embeddingGigabytes,
    requests,
    requestDollars: (get * numbers.getDollars + (list + parts + uploads) * numbers.putDollars) / 1000,
    keepEmbeddings: embeddingGigabytes * numbers.storageDollars,
    keepPhotos: photoGigabytes * numbers.storageDollars,
    otherRegion: 2 * photoGigabytes * numbers.transferDollars,
  }
}
