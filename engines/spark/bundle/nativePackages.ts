/** Packages with native code: they are in the worker archive, a stage's bundle leaves them out. */
export const nativePackages = ['onnxruntime-node', 'sharp'] as const
