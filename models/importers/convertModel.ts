import { constants } from 'node:fs'
import { copyFile, open, readFile, stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { HubError, toError, userError } from '../../base/HubError.ts'
import { naming } from '../../storage/fileError.ts'
import { type EmbeddingModel, embedWith, openInferenceSession } from '../EmbeddingSession.ts'
import { inceptionV3Graph } from '../inceptionV3.ts'
import type { ModelFacts } from '../ModelManifest.ts'
import { halfPrecision } from '../onnx/halfPrecision.ts'
import { scanOnnx } from '../onnx/scanOnnx.ts'
import { hdf5Signature, useKerasH5 } from './kerasH5.ts'
import { readNsfwjs } from './nsfwjs.ts'
import { describeOnnx, type ModelDescription, parseDescription, readDescription } from './onnxFile.ts'

export interface ConversionRequest {
  /** A file (Keras h5 or ONNX, told apart by their content), or the InceptionV3 of the npm package nsfwjs. */
  readonly from: { readonly path: string } | { readonly package: 'nsfwjs' }
  /** Path of the ONNX file to write. */
  readonly to: string
  /** Beats the JSON file beside an ONNX model, field by field. */
  readonly description?: ModelDescription
  /** Weights and arithmetic in half precision, for GPUs. @default false */
  readonly half?: boolean
}

export type ConvertedModel = EmbeddingModel & ModelFacts

const maxModelBytes = 2 ** 31 - 1 // protobuf's own limit, which ONNX files in one piece share

/**
 * Writes any model that can be imported as an ONNX file and tries it out on two images: the output's shape must be right and every
 * number finite. Deterministic: the same source gives the same bytes. Reads hostile files with native code: see convertApart.
 * @throws HubError with the codes of the importers, `model_missing`, `model_too_large`, `external_data`, `not_finite`,
 *   `half_unsupported`, `half_differs`
 */
export async function convertModel(request: ConversionRequest): Promise<ConvertedModel> {
  const { from, to } = request
  // By way of JSON, as in a file: fields that are undefined are left out.
  const said = parseDescription(JSON.stringify(request.description ?? {}), 'the description')
  if ('package' in from) {
    await write(to, inceptionV3Graph({ convolutions: await readNsfwjs() }).segments())
    return await finish(request, said, `npm package ${from.package}`)
  }
  const { path } = from
  if (await isHdf5(path)) {
    // The graph holds the weights itself: the file may be closed before it is written.
    const segments = await useKerasH5(path, convolutions => inceptionV3Graph({ convolutions }).segments())
    await write(to, segments)
    return await finish(request, said, basename(path))
  }
  const { externalFiles } = scanOnnx(await readFile(path), path)
  if (externalFiles.length > 0) {
    const some = externalFiles.slice(0, 3).map(file => JSON.stringify(file))
    throw userError(
      'external_data',
      `${path} keeps weights in other files: ${some.join(', ')}${externalFiles.length > 3 ? ', ...' : ''}`,
      'save the model as one file: onnx.save_model(model, path, save_as_external_data=False)',
    )
  }
  const beside = await readDescription(path)
  const description = { ...beside, ...said, input: { ...beside.input, ...said.input } }
  await naming('write', to, () => copyFile(path, to, constants.COPYFILE_FICLONE))
  return await finish(request, description, basename(path))
}

/** Least cosine of an embedding in half precision to the one in full. */
const leastCosine = 0.999

/** Tries the written model, and brings it to half precision where that is asked for. */
async function finish(
  { to, half = false }: ConversionRequest,
  description: ModelDescription,
  source: string,
): Promise<ConvertedModel> {
  const { model, embeddings } = await tryModel(to, description)
  const facts = factsOf(description, source)
  if (!half) return { ...model, ...facts }
  await write(to, halfPrecision(await readFile(to)).segments)
  const { embeddings: halved } = await tryModel(to, description)
  const cosine = leastCosineOf(embeddings, halved, model.output.dimensions)
  if (cosine < leastCosine)
    throw userError(
      'half_differs',
      `in half precision the model gives other embeddings: their cosine to those in full precision is ${cosine.toFixed(4)}, at least ${leastCosine} is asked`,
      'import it in full precision',
    )
  const notes = [facts.notes, 'in half precision (fp16)'].filter(note => note !== undefined)
  return { ...model, ...facts, notes: notes.join('; ') }
}

/** Of equal embeddings, such as two of zeros, the cosine is 1. */
function leastCosineOf(one: Float32Array, other: Float32Array, dimensions: number): number {
  const dot = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
  let least = 1
  for (let start = 0; start < one.length; start += dimensions) {
    const [a, b] = [one.subarray(start, start + dimensions), other.subarray(start, start + dimensions)]
    const lengths = Math.sqrt(dot(a, a) * dot(b, b))
    const equal = a.every((value, index) => value === b[index])
    least = Math.min(least, equal ? 1 : lengths === 0 ? 0 : dot(a, b) / lengths)
  }
  return least
}

function write(to: string, segments: readonly Uint8Array[]): Promise<void> {
  return naming('write', to, () => writeFile(to, segments))
}

function factsOf({ source, licence, notes }: ModelDescription, defaultSource: string): ModelFacts {
  return {
    source: source ?? defaultSource,
    ...(licence === undefined ? {} : { licence }),
    ...(notes === undefined ? {} : { notes }),
  }
}

async function isHdf5(path: string): Promise<boolean> {
  try {
    const info = await stat(path)
    if (!info.isFile()) throw userError('model_missing', `${path} is not a file`, 'give a .h5 or .onnx file')
    if (info.size > maxModelBytes) {
      throw userError(
        'model_too_large',
        `${path} has ${info.size} bytes`,
        `at most ${maxModelBytes} are read`,
      )
    }
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(hdf5Signature.length))
    return buffer.subarray(0, bytesRead).equals(hdf5Signature)
  } catch (error) {
    if (error instanceof HubError) throw error
    throw userError(
      'model_missing',
      `${path} cannot be read: ${toError(error).message}`,
      'give a .h5 or .onnx file',
      error,
    )
  }
}

/** Runs the model on two images, one black and one of fixed noise. */
async function tryModel(
  path: string,
  description: ModelDescription,
): Promise<{ readonly model: EmbeddingModel; readonly embeddings: Float32Array }> {
  const session = await openInferenceSession({ path })
  try {
    const { input, output } = describeOnnx(session, description)
    const pixels = new Uint8Array(2 * input.height * input.width * 3)
    for (let index = pixels.length / 2; index < pixels.length; index++) {
      pixels[index] = Math.imul(index, 0x9e3779b1) >>> 24
    }
    const dimensions = output.dimensions
    if (dimensions === undefined) {
      throw userError(
        'unsupported_model',
        `the length of output ${output.name} is not stated in the file`,
        'export the model with a fixed length of its output: [N, dimensions]',
      )
    }
    const model = { input, output: { name: output.name, dimensions } }
    const embeddings = await (await embedWith(session, model)).run(pixels, 2)
    const bad = embeddings.findIndex(value => !Number.isFinite(value))
    if (bad >= 0) {
      throw userError(
        'not_finite',
        `the model gives ${embeddings[bad]} on ${bad < dimensions ? 'a black image' : 'noise'}`,
        'check its weights and the normalisation (mean, scale) it is described with',
      )
    }
    return { model, embeddings }
  } finally {
    await session.release()
  }
}
