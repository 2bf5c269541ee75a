import { DestinationError, type TlsMode, tlsModes } from 'landfall/sdk'

/** What `jdbc_url_params` may ask for, in the terms of the Node driver. */
export type ConnectionParameters = {
  /** Milliseconds; 0 waits for ever. */
  readonly connectTimeout?: number
  readonly applicationName?: string
  /** Server settings for the session, as `-c name=value`. */
  readonly options?: string
  /** The session's search path. */
  readonly currentSchema?: string
  readonly keepAlive?: boolean
}

type ParsedParameters = ConnectionParameters & { readonly sslmode?: TlsMode }

/**
 * Reads `k=v&k2=v2` as the JDBC driver does: percent-encoded, the last of two equal keys wins. A key without
 * an equivalent is refused rather than ignored, because somebody wrote it for a reason.
 */
export function parseConnectionParameters(text: string): ParsedParameters {
  let parameters: ParsedParameters = {}
  const unsupported: string[] = []
  for (const pair of text.trim().replace(/^\?/, '').split('&')) {
    if (pair.trim() === '') continue
    const separator = pair.indexOf('=')
    if (separator < 1) throw invalid('has a part without a name or without `=`')
    const key = decode(pair.slice(0, separator))
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined
    const read = reader?.(decode(pair.slice(separator + 1)), key)
    if (read) parameters = { ...parameters, ...read }
    else unsupported.push(key)
  }
  if (unsupported.length > 0) throw unsupportedKeys(unsupported)
  return parameters
}

/** By the JDBC driver's names: https://jdbc.postgresql.org/documentation/use/. `undefined` is "no equivalent". */
const readers: { readonly [key: string]: (value: string, key: string) => ParsedParameters | undefined } = {
  connectTimeout: (value, key) => ({ connectTimeout: seconds(value, key) * 1000 }),
  loginTimeout: (value, key) => ({ connectTimeout: seconds(value, key) * 1000 }),
  // A statement may think for hours without a byte on the wire, so only "no limit" can be promised.
  socketTimeout: (value, key) => (seconds(value, key) === 0 ? {} : undefined),
  ApplicationName: (value) => ({ applicationName: value }),
  options: (value) => ({ options: value }),
  currentSchema: (value) => ({ currentSchema: value }),
  tcpKeepAlive: (value, key) => {
    if (value !== 'true' && value !== 'false') throw invalid(`has \`${key}\`, which must be true or false`)
    return { keepAlive: value === 'true' }
  },
  sslmode: (value, key) => {
    const sslmode = tlsModes.find((mode) => mode === value)
    if (!sslmode) throw invalid(`has \`${key}\`, which must be one of ${tlsModes.join(', ')}`)
    return { sslmode }
  },
}

const supportedKeys = Object.keys(readers).join(', ')

function seconds(value: string, key: string): number {
  if (!/^\d{1,6}$/.test(value)) throw invalid(`has \`${key}\`, which must be a whole number of seconds`)
  return Number(value)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // The driver's own error would repeat the text, which may be a secret.
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
      `honour. Remove it; supported are ${supportedKeys} (of socketTimeout only 0), and TLS has its own fields.`,
  )
}
