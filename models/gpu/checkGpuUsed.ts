import { HubError } from '../../base/HubError.ts'

/** Operators that take nearly all of a network's time, by onnxruntime's names (FusedConv, NhwcFusedConv, QLinearConv, ...). */
const heavy = /Conv|MatMul|Gemm|Attention|LSTM|GRU/

const gpuProviders: ReadonlySet<string> = new Set(['CUDAExecutionProvider', 'TensorrtExecutionProvider'])

interface RanNode {
  readonly name: string
  readonly operator: string
  readonly provider: string
}

/**
 * Makes sure by onnxruntime's profile of a run that the heavy nodes of a model ran on the GPU: where a kernel is missing, onnxruntime
 * computes on the CPU and says nothing. A model without heavy nodes must have run more than half of its nodes there.
 * @param profile JSON as onnxruntime writes it
 * @throws HubError `gpu_not_used`, naming nodes and what computed them
 */
export function checkGpuUsed(profile: string): void {
  const nodes = ranNodes(profile)
  const heavyNodes = nodes.filter(({ operator }) => heavy.test(operator))
  const elsewhere = (heavyNodes.length > 0 ? heavyNodes : nodes).filter(
    ({ provider }) => !gpuProviders.has(provider),
  )
  if (nodes.length > 0 && elsewhere.length <= (heavyNodes.length > 0 ? 0 : nodes.length / 2)) return
  const some = elsewhere
    .slice(0, 3)
    .map(({ name, operator, provider }) => `${name} (${operator}) on ${provider}`)
  throw new HubError({
    code: 'gpu_not_used',
    message:
      nodes.length === 0
        ? 'the profile of the first batch shows no node that ran: there is no telling whether the GPU computed'
        : `${elsewhere.length} of ${heavyNodes.length || nodes.length} nodes that matter did not run on the GPU: ${some.join(', ')}${elsewhere.length > 3 ? ', ...' : ''}`,
    hint: 'run with --device cpu, or use a model whose operators onnxruntime has for CUDA',
    fault: 'user',
  })
}

function ranNodes(profile: string): RanNode[] {
  const events = JSON.parse(profile) as readonly Partial<{
    cat: string
    name: string
    args: Partial<{ op_name: string; provider: string }>
  }>[]
  return events.flatMap(({ cat, name = '', args }) =>
    cat === 'Node' && name.endsWith('_kernel_time')
      ? [
          {
            name: name.replace(/_kernel_time$/, ''),
            operator: args?.op_name ?? '',
            provider: args?.provider ?? 'an unknown provider',
          },
        ]
      : [],
  )
}
