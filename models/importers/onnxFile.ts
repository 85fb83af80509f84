import { readFile } from 'node:fs/promises'
import type { InferenceSession } from 'onnxruntime-node'
import { z } from 'zod'
import { systemCode, toError, userError } from '../../base/HubError.ts'
import { type ModelInput, modelFacts, modelInput, plainNormalization } from '../ModelManifest.ts'

/**
 * What a person says about an ONNX model where the file leaves it open, as options or as a JSON file beside it
 * (`model.onnx` + `model.json`). A model with a uint8 [N, height, width, 3] input and an output `embedding` needs none.
 */
const modelDescription = z.strictObject({
  input: modelInput.partial().optional(),
  output: z.strictObject({ name: z.string().min(1) }).optional(),
  ...modelFacts.partial().shape,
})
export type ModelDescription = z.infer<typeof modelDescription>

/** The description beside a model, or an empty one where there is none. */
export async function readDescription(modelPath: string): Promise<ModelDescription> {
  const path = modelPath.replace(/(\.onnx)?$/i, '.json')
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '{}'
    throw userError(
      'bad_model_description',
      `${path} cannot be read: ${toError(error).message}`,
      undefined,
      error,
    )
  })
  return parseDescription(text, path)
}

/** @throws HubError `bad_model_description` naming the field, what it holds and what it takes */
export function parseDescription(json: string, path: string): ModelDescription {
  const problem = (reason: string, cause: unknown) =>
    userError(
      'bad_model_description',
      `${path}: ${reason}`,
      'it takes { "input": { "name", "height", "width", "layout": "nhwc" | "nchw", "dtype": "uint8" | "float32", "channels": "rgb" | "bgr", "mean": [3 numbers], "scale": [3 numbers] }, "output": { "name" }, "source", "licence", "notes" }; all are optional',
      cause,
    )
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw problem(toError(error).message, error)
  }
  const parsed = modelDescription.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw problem(`${issue?.path.join('.') || 'the description'}: ${issue?.message}`, parsed.error)
}

/**
 * Joins what the file says of its input and output with what a person says.
 * @returns the input, and the output with its dimensions where the file states them
 * @throws HubError `unsupported_model` where it cannot be an embedding model of images, `model_description_needed` where something
 *   is left open, `model_description_wrong` where the two contradict each other
 */
export function describeOnnx(
  session: Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>,
  description: ModelDescription,
): { input: ModelInput; output: { name: string; dimensions: number | undefined } } {
  return {
    input: describeInput(session.inputMetadata, description.input ?? {}),
    output: describeOutput(session.outputMetadata, description.output?.name),
  }
}

type Metadata = readonly InferenceSession.ValueMetadata[]

function describeInput(metadata: Metadata, said: NonNullable<ModelDescription['input']>): ModelInput {
  const [found] = metadata
  if (found === undefined || metadata.length > 1) {
    throw unsupported(`it has ${metadata.length} inputs (${metadata.map(input => input.name).join(', ')})`)
  }
  if (!found.isTensor || (found.type !== 'uint8' && found.type !== 'float32') || found.shape.length !== 4) {
    const type = found.isTensor ? `${found.type} [${found.shape.join(', ')}]` : 'no tensor'
    throw unsupported(`its input ${found.name} is ${type}`)
  }
  const { name, type, shape } = found
  const text = `${name} ${type} [${shape.join(', ')}]`
  const layout = agree('layout', said.layout, layoutOf(shape), text)
  const [height, width] = layout === 'nhwc' ? [shape[1], shape[2]] : [shape[2], shape[3]]
  const dtype = agree('dtype', said.dtype, type, text)
  const normalized = said.mean !== undefined || said.scale !== undefined
  if (dtype === 'uint8' && normalized) {
    throw userError(
      'model_description_wrong',
      `mean and scale are given, but the input is ${text}`,
      'a uint8 input takes pixels as they are: leave mean and scale out',
    )
  }
  if (dtype === 'float32' && (said.mean === undefined || said.scale === undefined)) {
    throw needed('mean and scale', text)
  }
  const input = modelInput.safeParse({
    name: agree('name', said.name, name, text),
    height: agree('height', said.height, numberOf(height), text),
    width: agree('width', said.width, numberOf(width), text),
    layout,
    dtype,
    channels: said.channels ?? 'rgb',
    mean: said.mean ?? plainNormalization.mean,
    scale: said.scale ?? plainNormalization.scale,
  })
  if (input.success) return input.data
  const [issue] = input.error.issues
  throw unsupported(`its input is ${text}; ${issue?.path.join('.')}: ${issue?.message}`)
}

function describeOutput(metadata: Metadata, said: string | undefined) {
  const name = said ?? 'embedding'
  const found = metadata.find(output => output.name === name)
  if (found === undefined) {
    const names = metadata.map(output => output.name).join(', ')
    if (said === undefined) throw needed('output.name', `outputs ${names}, none of them named embedding`)
    throw userError('model_description_wrong', `the model has no output ${said}`, `it has ${names}`)
  }
  if (!found.isTensor || found.type !== 'float32') {
    throw unsupported(`its output ${name} is ${found.isTensor ? found.type : 'no tensor'}, not float32`)
  }
  const lengths = found.shape.slice(1).map(numberOf)
  const dimensions = lengths.reduce<number | undefined>(
    (product, length) => (product === undefined || length === undefined ? undefined : product * length),
    1,
  )
  return { name, dimensions: found.shape.length < 2 ? undefined : dimensions }
}

function layoutOf(shape: readonly (number | string)[]): ModelInput['layout'] | undefined {
  const [last, second] = [shape[3] === 3, shape[1] === 3]
  if (last === second) return undefined
  return last ? 'nhwc' : 'nchw'
}

function numberOf(dimension: number | string | undefined): number | undefined {
  return typeof dimension === 'number' ? dimension : undefined
}

function agree<T>(field: string, said: T | undefined, found: T | undefined, input: string): T {
  const value = said ?? found
  if (value === undefined) throw needed(field, input)
  if (found !== undefined && value !== found) {
    throw userError(
      'model_description_wrong',
      `the description says ${field} ${String(said)}, the model's input is ${input}`,
      'correct the description, or leave the field out',
    )
  }
  return value
}

function needed(field: string, found: string) {
  return userError(
    'model_description_needed',
    `the model leaves ${field} open: ${found}`,
    'put it in a JSON file beside the model (model.onnx, model.json), for example {"input": {"mean": [123.675, 116.28, 103.53], "scale": [0.01712, 0.01751, 0.01743]}, "output": {"name": "features"}}: the model is given (pixel - mean) * scale, pixel 0..255',
  )
}

function unsupported(message: string) {
  return userError(
    'unsupported_model',
    `the model cannot embed images: ${message}`,
    'it must have one input, uint8 or float32 [N, height, width, 3] or [N, 3, height, width], and a float32 output [N, dimensions]',
  )
}
