import { z } from 'zod'

/** A model's id becomes a folder name and part of a table's file names: strict, and the same on every file system. */
export const modelIdPattern = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/

const perChannel = z.tuple([z.number(), z.number(), z.number()])

/** What a model wants to see. */
export const modelInput = z.strictObject({
  /** Name of the ONNX input. */
  name: z.string().min(1),
  /** Pixels. */
  height: z.int().min(1).max(4096),
  width: z.int().min(1).max(4096),
  /** nhwc: [N, height, width, 3]; nchw: [N, 3, height, width]. */
  layout: z.enum(['nhwc', 'nchw']),
  dtype: z.enum(['uint8', 'float32']),
  /** Order of the three channels. */
  channels: z.enum(['rgb', 'bgr']),
  /** The model is given (pixel - mean) * scale, pixel 0..255, per channel in the order of `channels`. */
  mean: perChannel,
  scale: perChannel,
})
export type ModelInput = z.infer<typeof modelInput>

/** What a model gives: float32 [N, dimensions]. */
export const modelOutput = z.strictObject({
  name: z.string().min(1),
  dimensions: z.int().min(1).max(1_000_000),
})

/** How an image is brought to the model's size: sharp's names. The kernel is part of what the features mean. */
const modelResize = z.strictObject({ kernel: z.literal('linear'), fit: z.literal('fill') })

/** Facts that a person gives about a model. */
export const modelFacts = z.strictObject({
  /** Where the model comes from: a URL, a file name, a package. */
  source: z.string().min(1),
  licence: z.string().optional(),
  /** What a user should know, for example that the features are weak. */
  notes: z.string().optional(),
})
export type ModelFacts = z.infer<typeof modelFacts>

/** What is known of a stored model; `<id>/manifest.json` in a ModelStore. */
export const modelManifest = z.strictObject({
  id: z.string().regex(modelIdPattern),
  /** Of the ONNX file, in lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the ONNX file. */
  bytes: z.int().positive(),
  input: modelInput,
  output: modelOutput,
  resize: modelResize,
  ...modelFacts.shape,
  created_at: z.iso.datetime(),
})
export type ModelManifest = z.infer<typeof modelManifest>

/** Pixels as they are. */
export const plainNormalization: Pick<ModelInput, 'mean' | 'scale'> = { mean: [0, 0, 0], scale: [1, 1, 1] }

export const defaultResize = { kernel: 'linear', fit: 'fill' } satisfies ModelManifest['resize']
