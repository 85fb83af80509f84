/** What a machine of EC2 has. */
export interface InstanceFacts {
  readonly vcpus: number
  /** Memory. */
  readonly gibibytes: number
  readonly gpus: number
  /** Name of its GPUs. */
  readonly gpu: string | null
}

const cpu = (vcpus: number, gibibytes: number) => ({ vcpus, gibibytes, gpus: 0, gpu: null }) as const
const gpu = <const Gpu extends string>(vcpus: number, gibibytes: number, gpus: number, gpu: Gpu) => ({
  vcpus,
  gibibytes,
  gpus,
  gpu,
})

/** x86-64 types, from AWS's tables of instance types; the bundle is for x86-64 alone. */
export const cpuInstanceTypes = {
  'm5.xlarge': cpu(4, 16),
  'm5.2xlarge': cpu(8, 32),
  'm5.4xlarge': cpu(16, 64),
  'm6i.xlarge': cpu(4, 16),
  'm6i.2xlarge': cpu(8, 32),
  'm6i.4xlarge': cpu(16, 64),
  'm6i.8xlarge': cpu(32, 128),
  'm7i.xlarge': cpu(4, 16),
  'm7i.2xlarge': cpu(8, 32),
  'm7i.4xlarge': cpu(16, 64),
  'c6i.2xlarge': cpu(8, 16),
  'c6i.4xlarge': cpu(16, 32),
  'c6i.8xlarge': cpu(32, 64),
  'c7i.2xlarge': cpu(8, 16),
  'c7i.4xlarge': cpu(16, 32),
  'c7i.8xlarge': cpu(32, 64),
  'r5.24xlarge': cpu(96, 768),
  'r6i.2xlarge': cpu(8, 64),
} as const satisfies Record<string, InstanceFacts>

export const gpuInstanceTypes = {
  'g4dn.xlarge': gpu(4, 16, 1, 'T4'),
  'g4dn.2xlarge': gpu(8, 32, 1, 'T4'),
  'g4dn.4xlarge': gpu(16, 64, 1, 'T4'),
  'g4dn.8xlarge': gpu(32, 128, 1, 'T4'),
  'g4dn.12xlarge': gpu(48, 192, 4, 'T4'),
  'g5.xlarge': gpu(4, 16, 1, 'A10G'),
  'g5.2xlarge': gpu(8, 32, 1, 'A10G'),
  'g5.4xlarge': gpu(16, 64, 1, 'A10G'),
  'g5.8xlarge': gpu(32, 128, 1, 'A10G'),
  'g5.12xlarge': gpu(48, 192, 4, 'A10G'),
  'g6.xlarge': gpu(4, 16, 1, 'L4'),
  'g6.2xlarge': gpu(8, 32, 1, 'L4'),
  'g6.4xlarge': gpu(16, 64, 1, 'L4'),
  'g6.8xlarge': gpu(32, 128, 1, 'L4'),
  'g6.12xlarge': gpu(48, 192, 4, 'L4'),
} as const satisfies Record<string, InstanceFacts>

export type CpuInstanceType = keyof typeof cpuInstanceTypes
export type GpuInstanceType = keyof typeof gpuInstanceTypes
export type InstanceType = CpuInstanceType | GpuInstanceType

export const instanceTypes: Readonly<Record<InstanceType, InstanceFacts>> = {
  ...cpuInstanceTypes,
  ...gpuInstanceTypes,
}
