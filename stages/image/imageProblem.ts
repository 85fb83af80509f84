import { HubError } from '../../base/HubError.ts'

/** Why the bytes of an image are unfit, with a sentence for people. The codes are stable: they are stored in tables. */
export const imageProblems = {
  empty_file: 'The file has no bytes.',
  not_an_image: 'The content is not an image, whatever the name says.',
  unsupported_format: 'It is an image of a format that the hub does not read.',
  too_many_bytes: 'The file is larger than the limit on bytes.',
  too_many_pixels: 'The picture has more pixels than the limit allows.',
  animated: 'It is an animation, not one photo.',
  multi_page: 'The file holds several pages, not one photo.',
  truncated: 'The file ends before the picture does.',
  corrupt: 'The image data is damaged.',
  decode_timeout: 'Decoding took longer than the limit on seconds.',
  crashed_decoder: 'Reading the picture crashed the process that did it.',
} as const

export type ImageProblemCode = keyof typeof imageProblems

export interface ImageProblem {
  readonly code: ImageProblemCode
  /** One sentence about this file; it depends on the bytes and limits alone, never on what else is being decoded. */
  readonly detail: string
}

/** A problem as an error, for callers that want pixels or nothing. Its `code` is the reason code. */
export function problemError({ code, detail }: ImageProblem): HubError {
  return new HubError({ code, message: detail, hint: imageProblems[code], fault: 'user' })
}
