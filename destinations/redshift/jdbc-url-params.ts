import { DestinationError, type TlsMode, tlsModes } from 'landfall/sdk'

/** What `jdbc_url_params` may ask for, in the terms of the Node driver. */
export type ConnectionParameters = {
  /** Milliseconds; 0 waits for ever. */
  readonly connectTimeout?: number
  readonly applicationName?: string
  readonly keepAlive?: boolean
  /** What `sslmode` or `ssl` ask for. */
  readonly sslmode?: TlsMode
}

/**
 * Reads `k=v&k2=v2`. Names of the driver for Redshift count in any case; the last of two equal keys wins. A key
 * without an equivalent is refused rather than ignored, because somebody wrote it for a reason.
 */
export function parseConnectionParameters(text: string): ConnectionParameters {
  let parameters: ConnectionParameters = {}
  const unsupported: string[] = []
  for (const pair of text.trim().replace(/^\?/, '').split('&')) {
    if (pair.trim() === '') continue
    const separator = pair.indexOf('=')
    if (separator < 1) throw invalid('has a part without a name or without `=`')
    const key = decode(pair.slice(0, separator))
    const name = key.toLowerCase()
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    const read = reader?.(decode(pair.slice(separator + 1)), key)
    if (read) parameters = { ...parameters, ...read }
    else unsupported.push(key)
  }
  if (unsupported.length > 0) throw unsupportedKeys(unsupported)
  return parameters
}

type Reader = (value: string, key: string) => ConnectionParameters | undefined

/** https://docs.aws.amazon.com/redshift/latest/mgmt/jdbc20-configuration-options.html; `undefined` is "no equivalent". */
const readers: { readonly [key: string]: Reader } = {
  connecttimeout: (value, key) => ({ connectTimeout: seconds(value, key) * 1000 }),
  logintimeout: (value, key) => ({ connectTimeout: seconds(value, key) * 1000 }),
  // A COPY may run for hours without a byte on the wire, so only "no limit" can be promised.
  sockettimeout: (value, key) => (seconds(value, key) === 0 ? {} : undefined),
  applicationname: (value) => ({ applicationName: value }),
  tcpkeepalive: (value, key) => ({ keepAlive: flag(value, key) }),
  // Without encryption there is no connection.
  ssl: (value, key) => (flag(value, key) ? {} : undefined),
  sslmode: (value, key) => {
    const sslmode = tlsModes.find((mode) => mode === value.toLowerCase())
    if (sslmode === 'disable' || sslmode === 'allow' || sslmode === 'prefer') return undefined
    if (!sslmode) throw invalid(`has \`${key}\`, which must be require, verify-ca or verify-full`)
    return { sslmode }
  },
}

const supportedKeys =
  'connectTimeout, loginTimeout, socketTimeout (only 0), ApplicationName, TCPKeepAlive, ssl (only true), sslmode (require, verify-ca, verify-full)'

function seconds(value: string, key: string): number {
  if (!/^\d{1,6}$/.test(value)) throw invalid(`has \`${key}\`, which must be a whole number of seconds`)
  return Number(value)
}

function flag(value: string, key: string): boolean {
  const text = value.toLowerCase()
  if (text !== 'true' && text !== 'false') throw invalid(`has \`${key}\`, which must be true or false`)
  return text === 'true'
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // The language's own error would repeat the text, which may be a secret.
    throw invalid('has a `%` that is not followed by two hexadecimal digits')
  }
}

function invalid(what: string): DestinationError {
  return new DestinationError(
    'CONFIG_INVALID',
    `\`jdbc_url_params\` ${what}. Write it as \`key=value&key2=value2\`.`,
  )
}

function unsupportedKeys(keys: readonly string[]): DestinationError {
  return new DestinationError(
    'CONFIG_UNSUPPORTED',
    `\`jdbc_url_params\` has ${keys.map((key) => `\`${key}\``).join(', ')}, which this connector cannot ` +
      `honour. Remove it; supported are ${supportedKeys}.`,
  )
}
