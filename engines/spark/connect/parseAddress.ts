import { userError } from '../../../base/HubError.ts'
import { Secret } from './Secret.ts'
import { type SparkAddress, staysHere } from './SparkAddress.ts'

const defaultPort = 15002
const form = 'an address reads sc://host[:port][/;use_ssl=true;token=...;user_id=...]'

/**
 * Reads the address of a Spark Connect server as Spark's own clients write it: `sc://host:port/;token=...;use_ssl=true;user_id=...`.
 * Parameter values are percent-encoded.
 * @throws HubError `bad_spark_address`; what it quotes of the address ends before the parameters, as a token may be among them
 */
export function parseAddress(text: string): SparkAddress {
  const [shown = '', ...parameters] = text.split(';')
  const url = URL.parse(shown)
  // What stands before @ and after ? may be secret, whoever put it there.
  const harmless = shown.replace(/\/\/[^/]*@/, '//').replace(/[?#].*$/s, '')
  const wrong = (what: string) => userError('bad_spark_address', `${what}: ${quoted(harmless)}`, form)
  if (url === null || url.protocol !== 'sc:' || url.hostname === '')
    throw wrong('not the address of a Spark Connect server')
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    throw wrong('a Spark Connect address has no path')
  }
  if (url.username !== '' || url.password !== '') throw wrong('a Spark Connect address has no user name')
  const { token, userId, useTls } = readParameters(parameters)
  const address = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase(),
    port: url.port === '' ? defaultPort : Number(url.port),
    useTls,
    token,
    userId,
  }
  if (address.port === 0) throw wrong('no port 0')
  checkToken(address)
  return address
}

/**
 * A token must not cross a network in the clear.
 * @throws HubError `bad_spark_address`
 */
export function checkToken(address: SparkAddress): void {
  if (address.token === undefined || staysHere(address)) return
  if (!('host' in address) || address.useTls) return
  throw userError(
    'bad_spark_address',
    `a token for ${address.host} would be sent without TLS`,
    'add use_ssl=true, or connect over loopback or a Unix socket',
  )
}

interface Parameters {
  readonly token: Secret | undefined
  readonly userId: string | undefined
  readonly useTls: boolean
}

function readParameters(parameters: readonly string[]): Parameters {
  const values = new Map<string, string>()
  for (const parameter of parameters.filter(text => text !== '')) {
    const [, key = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(parameter) ?? []
    if (!['token', 'use_ssl', 'user_id'].includes(key)) {
      throw userError(
        'bad_spark_address',
        `unknown parameter ${quoted(key)} of a Spark Connect address`,
        form,
      )
    }
    if (value === '')
      throw userError('bad_spark_address', `parameter ${key} of a Spark Connect address is empty`, form)
    if (values.has(key)) throw userError('bad_spark_address', `parameter ${key} is given twice`, form)
    values.set(key, decoded(key, value))
  }
  const ssl = values.get('use_ssl')?.toLowerCase()
  if (ssl !== undefined && ssl !== 'true' && ssl !== 'false') {
    throw userError('bad_spark_address', `use_ssl is ${quoted(ssl)}`, 'true or false')
  }
  const token = values.get('token')
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw userError('bad_spark_address', 'the token holds a character that no HTTP header takes', form)
  }
  return {
    token: token === undefined ? undefined : new Secret(token),
    userId: values.get('user_id'),
    useTls: ssl === 'true',
  }
}

function decoded(key: string, value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw userError(
      'bad_spark_address',
      `parameter ${key} is not percent-encoded correctly`,
      'write % as %25',
    )
  }
}

const quoted = (text: string) => JSON.stringify(text.slice(0, 200))
