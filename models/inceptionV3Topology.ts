/**
 * InceptionV3 as data: the feature extractor of Szegedy et al., "Rethinking the Inception Architecture for Computer Vision"
 * (arXiv:1512.00567), in the arrangement of Keras Applications. The graph, the number of its 94 convolutions and the shape of
 * every weight follow from it.
 */
export interface Convolution {
  readonly kind: 'convolution'
  readonly filters: number
  readonly rows: number
  readonly columns: number
  readonly stride: 1 | 2
  readonly padding: 'same' | 'valid'
}

/** `max`: 3x3, stride 2, valid. `average`: 3x3, stride 1, same, the padding not counted. */
export interface Pool {
  readonly kind: 'max' | 'average'
}

/** Paths that all start from the same value and are joined along the channels, in order. */
export interface Branches {
  readonly kind: 'branches'
  readonly name: string
  readonly paths: readonly (readonly Step[])[]
}

export type Step = Convolution | Pool | Branches

/** A convolution of the plan with the number Keras gives it (from 1, in order of creation) and the channels that reach it. */
export interface NumberedConvolution extends Convolution {
  readonly number: number
  readonly inputChannels: number
}

export const inceptionV3InputSize = 299
export const inceptionV3Dimensions = 2048

const maxPool: Pool = { kind: 'max' }
const averagePool: Pool = { kind: 'average' }

function convolution(filters: number, rows: number, columns = rows): Convolution {
  return { kind: 'convolution', filters, rows, columns, stride: 1, padding: 'same' }
}

function valid(filters: number, size: number, stride: 1 | 2 = 1): Convolution {
  return { ...convolution(filters, size), stride, padding: 'valid' }
}

function branches(name: string, ...paths: Step[][]): Branches {
  return { kind: 'branches', name, paths }
}

function block35(name: string, poolFilters: number): Branches {
  return branches(
    name,
    [convolution(64, 1)],
    [convolution(48, 1), convolution(64, 5)],
    [convolution(64, 1), convolution(96, 3), convolution(96, 3)],
    [averagePool, convolution(poolFilters, 1)],
  )
}

function block17(name: string, width: number): Branches {
  return branches(
    name,
    [convolution(192, 1)],
    [convolution(width, 1), convolution(width, 1, 7), convolution(192, 7, 1)],
    [
      convolution(width, 1),
      convolution(width, 7, 1),
      convolution(width, 1, 7),
      convolution(width, 7, 1),
      convolution(192, 1, 7),
    ],
    [averagePool, convolution(192, 1)],
  )
}

function block8(name: string): Branches {
  const crossed = (part: string) =>
    branches(`${name}_${part}`, [convolution(384, 1, 3)], [convolution(384, 3, 1)])
  return branches(
    name,
    [convolution(320, 1)],
    [convolution(384, 1), crossed('a')],
    [convolution(448, 1), convolution(384, 3), crossed('b')],
    [averagePool, convolution(192, 1)],
  )
}

export const inceptionV3Topology: readonly Step[] = [
  valid(32, 3, 2),
  valid(32, 3),
  convolution(64, 3),
  maxPool,
  valid(80, 1),
  valid(192, 3),
  maxPool,
  block35('mixed0', 32),
  block35('mixed1', 64),
  block35('mixed2', 64),
  branches(
    'mixed3',
    [valid(384, 3, 2)],
    [convolution(64, 1), convolution(96, 3), valid(96, 3, 2)],
    [maxPool],
  ),
  block17('mixed4', 128),
  block17('mixed5', 160),
  block17('mixed6', 160),
  block17('mixed7', 192),
  branches(
    'mixed8',
    [convolution(192, 1), valid(320, 3, 2)],
    [convolution(192, 1), convolution(192, 1, 7), convolution(192, 7, 1), valid(192, 3, 2)],
    [maxPool],
  ),
  block8('mixed9'),
  block8('mixed10'),
]

/** What to do at each kind of step, walking the plan in the order in which Keras creates its layers. */
export interface TopologyVisitor<Value> {
  convolution(input: Value, convolution: NumberedConvolution): Value
  pool(input: Value, pool: Pool): Value
  concatenate(inputs: readonly Value[], branches: Branches): Value
}

interface Reached<Value> {
  readonly value: Value
  readonly channels: number
}

/** Walks a plan from an image of three channels to its last value. */
export function walkTopology<Value>(
  steps: readonly Step[],
  image: Value,
  visitor: TopologyVisitor<Value>,
): Reached<Value> {
  let number = 0
  const walk = (path: readonly Step[], start: Reached<Value>): Reached<Value> =>
    path.reduce(({ value, channels }, step) => {
      switch (step.kind) {
        case 'convolution': {
          number += 1
          const numbered = { ...step, number, inputChannels: channels }
          return { value: visitor.convolution(value, numbered), channels: step.filters }
        }
        case 'branches': {
          const ends = step.paths.map(branch => walk(branch, { value, channels }))
          return {
            value: visitor.concatenate(
              ends.map(end => end.value),
              step,
            ),
            channels: ends.reduce((sum, end) => sum + end.channels, 0),
          }
        }
        default:
          return { value: visitor.pool(value, step), channels }
      }
    }, start)
  return walk(steps, { value: image, channels: 3 })
}

/** The 94 convolutions in the order of their numbers. */
export function inceptionV3Convolutions(): NumberedConvolution[] {
  const convolutions: NumberedConvolution[] = []
  walkTopology(inceptionV3Topology, null, {
    convolution: (_, convolution) => {
      convolutions.push(convolution)
      return null
    },
    pool: () => null,
    concatenate: () => null,
  })
  return convolutions
}
