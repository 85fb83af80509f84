/** A shape of the AWS SDK: its schemas are arrays whose first element says what they are (https://github.com/smithy-lang/smithy-typescript). */
type Shape = number | string | readonly unknown[] | (() => Shape)

/** Kinds of simple shapes: strings, numbers, booleans, time stamps; 64 is added for a list of them, 128 for a map. */
const [string, number, boolean, timestamp, listOf, mapOf] = [0, 1, 2, 4, 64, 128]
const [listShape, mapShape, structure] = [1, 2, 3]

export interface ShapeProblem {
  /** Where: `Instances.InstanceFleets[0].Name`. */
  readonly path: string
  readonly problem: string
}

/**
 * What of a value is not as a shape of the SDK has it: unknown names, missing members, wrong types, values that an enumeration does not have.
 * @param enums values by the name of the member that takes them
 */
export function* checkShape(
  value: unknown,
  shape: Shape,
  enums: Readonly<Record<string, readonly string[]>>,
  path = '',
): Generator<ShapeProblem> {
  if (typeof shape === 'function') return yield* checkShape(value, shape(), enums, path)
  if (typeof shape === 'number') return yield* checkSimple(value, shape, enums, path)
  // Wraps a shape, to which it adds traits: [0, namespace, name, traits, shape].
  if (typeof shape === 'string') return
  const [kind, , , , fourth, fifth, required] = shape as readonly [
    number,
    string,
    string,
    unknown,
    unknown,
    unknown,
    number | undefined,
  ]
  if (kind === string) return yield* checkShape(value, fourth as Shape, enums, path)
  if (kind === listShape) {
    if (!Array.isArray(value)) return yield { path, problem: `is ${describe(value)}, not a list` }
    for (const [index, item] of value.entries())
      yield* checkShape(item, fourth as Shape, enums, `${path}[${index}]`)
    return
  }
  if (!isObject(value)) return yield { path, problem: `is ${describe(value)}, not an object` }
  if (kind === mapShape) {
    for (const [key, item] of Object.entries(value))
      yield* checkShape(item, fifth as Shape, enums, `${path}.${key}`)
    return
  }
  if (kind !== structure) return
  const names = fourth as readonly string[]
  const shapes = fifth as readonly Shape[]
  // Required members stand first.
  for (const name of names.slice(0, required ?? 0))
    if (value[name] === undefined) yield { path: at(path, name), problem: 'is missing' }
  for (const [name, item] of Object.entries(value)) {
    const index = names.indexOf(name)
    if (index < 0)
      yield { path: at(path, name), problem: `is unknown there: allowed are ${names.join(', ')}` }
    else if (item !== undefined) yield* checkShape(item, shapes[index] as Shape, enums, at(path, name))
  }
}

function* checkSimple(
  value: unknown,
  kind: number,
  enums: Readonly<Record<string, readonly string[]>>,
  path: string,
): Generator<ShapeProblem> {
  if (kind >= mapOf) {
    if (!isObject(value)) return yield { path, problem: `is ${describe(value)}, not an object` }
    for (const [key, item] of Object.entries(value))
      yield* checkSimple(item, kind - mapOf, enums, `${path}.${key}`)
    return
  }
  if (kind >= listOf) {
    if (!Array.isArray(value)) return yield { path, problem: `is ${describe(value)}, not a list` }
    for (const [index, item] of value.entries())
      yield* checkSimple(item, kind - listOf, enums, `${path}[${index}]`)
    return
  }
  const wanted = kind === number ? 'number' : kind === boolean ? 'boolean' : kind === string ? 'string' : null
  if (kind === timestamp && !(value instanceof Date))
    yield { path, problem: `is ${describe(value)}, not a date` }
  if (wanted === null) return
  if (typeof value !== wanted || (wanted === 'number' && !Number.isFinite(value)))
    return yield { path, problem: `is ${describe(value)}, not a ${wanted}` }
  const allowed = enums[path.replaceAll(/\[\d+\]$|^.*\./g, '')]
  if (allowed !== undefined && !allowed.includes(value as string))
    yield { path, problem: `is ${describe(value)}, which is none of ${allowed.join(', ')}` }
}

const at = (path: string, name: string) => (path === '' ? name : `${path}.${name}`)

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describe(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? String(value)
}
