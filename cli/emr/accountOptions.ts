import type { Options } from 'yargs'
import { userError } from '../../base/HubError.ts'

/** What ARNs are made with. */
export const accountOptions = {
  account: { type: 'string', describe: 'the AWS account, twelve digits', requiresArg: true },
  partition: {
    type: 'string',
    choices: ['aws', 'aws-cn', 'aws-us-gov'] as const,
    default: 'aws' as const,
    describe: 'part of AWS that the account is in',
  },
} as const satisfies Record<string, Options>

/** @throws HubError `bad_option` */
export function checkAccount(account: string): string {
  if (/^\d{12}$/.test(account)) return account
  throw userError('bad_option', `--account is ${JSON.stringify(account)}`, 'give twelve digits')
}
