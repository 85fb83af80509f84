import { userError } from '../base/HubError.ts'

/**
 * Values by name, from NAME=VALUE each.
 * @throws HubError `bad_option`
 */
export function namedValues(option: string, pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map(pair => {
      const [name = '', value] = pair.split(/=(.*)/s)
      if (name === '' || value === undefined)
        throw userError('bad_option', `${option} ${pair} has no value`, 'write NAME=VALUE')
      return [name, value]
    }),
  )
}
