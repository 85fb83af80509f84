import type { Options } from 'yargs'
import { userError } from '../../base/HubError.ts'

export const regionOption = {
  region: { type: 'string', describe: 'the AWS region; AWS_REGION unless given', requiresArg: true },
} as const satisfies Record<string, Options>

/** @throws HubError `usage`, `bad_option` */
export function regionOf({ region }: { readonly region: string | undefined }): string {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env
  const given = region ?? AWS_REGION ?? AWS_DEFAULT_REGION
  if (given === undefined) throw userError('usage', 'no region is given', 'give --region, or set AWS_REGION')
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(given)) return given
  throw userError('bad_option', `the region is ${JSON.stringify(given)}`, 'give one such as eu-central-1')
}
