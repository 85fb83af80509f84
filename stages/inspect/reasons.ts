import { imageProblems } from '../image/imageProblem.ts'

/** Why an origin could not be read this time; the next run tries again. */
export const readProblems = {
  not_found: 'There is nothing at the origin.',
  not_a_file: 'The origin is a folder, a pipe or a device, not a file.',
  access_denied: 'The origin may not be read with these credentials.',
  storage_unavailable: 'The storage did not answer, or answered with an error of its own.',
  storage_timeout: 'The storage took too long to answer.',
  body_cut_short: 'The connection ended before all bytes had come.',
  unreadable: 'The origin could not be read.',
} as const

/** Why a picture that decodes is not accepted all the same: by the rules on size and scores, or because the hub has it already. */
const ruleProblems = {
  too_small: 'The shorter side has fewer pixels than the rules ask for.',
  odd_aspect_ratio: 'The picture is a sliver: one side is many times the other.',
  too_dark: 'The picture is almost black.',
  too_bright: 'The picture is almost white.',
  low_information: 'The picture is next to uniform: a blank, a solid colour, a placeholder.',
  blurry: 'The picture has hardly any edges: out of focus or shaken.',
  exact_duplicate: 'Another origin has the same bytes.',
  duplicate_id: 'Another origin has the same image id and other bytes.',
} as const

/** Every reason code of a verdict, with a sentence for people. */
export const reasons = { ...imageProblems, ...readProblems, ...ruleProblems } as const

export type ReasonCode = keyof typeof reasons
type ReadProblemCode = keyof typeof readProblems

export function isReadProblem(code: string): code is ReadProblemCode {
  return Object.hasOwn(readProblems, code)
}
