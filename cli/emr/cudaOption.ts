import type { Options } from 'yargs'
import { type CudaFiles, cudaFiles } from '../../emr/bundle/cudaFiles.ts'

export const cudaOption = {
  cuda: {
    type: 'string',
    describe: 'for GPUs: folder with CUDA and the CUDA part of onnxruntime; IMAGEHUB_CUDA unless given',
    requiresArg: true,
  },
} as const satisfies Record<string, Options>

/** Undefined where none is named. @throws HubError `cuda_missing` */
export async function cudaOf({
  cuda = process.env.IMAGEHUB_CUDA,
}: {
  readonly cuda: string | undefined
}): Promise<CudaFiles | undefined> {
  return cuda === undefined ? undefined : await cudaFiles(cuda)
}
