import { userError } from '../base/HubError.ts'

/** What computes: the CPU, or an NVIDIA GPU by its number as CUDA counts those that a process sees. */
export type ExecutionDevice = { readonly kind: 'cpu' } | { readonly kind: 'cuda'; readonly id: number }

export const cpu: ExecutionDevice = { kind: 'cpu' }

/**
 * The GPU at an address as schedulers give them: its number. Without an address the first one.
 * @throws HubError `bad_gpu_address`
 */
export function cudaDevice(address = '0'): ExecutionDevice {
  if (/^\d{1,3}$/.test(address)) return { kind: 'cuda', id: Number(address) }
  throw userError(
    'bad_gpu_address',
    `${JSON.stringify(address)} is no address of a GPU`,
    "the discovery script must name GPUs by their numbers (0, 1, ...), as Spark's getGpusResources.sh does",
  )
}
