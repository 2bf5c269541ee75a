import { DestinationError } from 'landfall/sdk'

/** What `jdbc_url_params` may ask for. */
export type ConnectionParameters = {
  readonly loginTimeoutSeconds?: number
  /** Session parameters by their names in upper case. */
  readonly session: { readonly [name: string]: number }
}

/** https://docs.snowflake.com/en/sql-reference/parameters */
const sessionParameters: ReadonlySet<string> = new Set([
  'LOCK_TIMEOUT',
  'STATEMENT_QUEUED_TIMEOUT_IN_SECONDS',
  'STATEMENT_TIMEOUT_IN_SECONDS',
])

/** Settings of the JDBC driver itself, which mean nothing here or are always as they should be. */
const ignoredParameters: ReadonlySet<string> = new Set([
  'APPLICATION',
  'CLIENT_SESSION_KEEP_ALIVE',
  'JDBC_QUERY_RESULT_FORMAT',
  'NETWORKTIMEOUT',
  'TRACING',
])

/**
 * Reads `k=v&k2=v2`, names in any case, the last of two equal ones wins. A key without an equivalent is refused
 * rather than ignored, because somebody wrote it for a reason.
 */
export function parseConnectionParameters(text: string): ConnectionParameters {
  const session: { [name: string]: number } = {}
  let loginTimeoutSeconds: number | undefined
  const unsupported: string[] = []
  for (const pair of text.trim().replace(/^\?/, '').split('&')) {
    if (pair.trim() === '') continue
    const [key = '', value = ''] = pair.split('=', 2).map(decode)
    const name = key.trim().toUpperCase()
    if (sessionParameters.has(name)) session[name] = wholeNumber(value, key)
    else if (name === 'LOGINTIMEOUT') loginTimeoutSeconds = wholeNumber(value, key)
    else if (!ignoredParameters.has(name)) unsupported.push(key)
  }
  if (unsupported.length > 0) throw unsupportedKeys(unsupported)
  return { session, ...(loginTimeoutSeconds === undefined ? {} : { loginTimeoutSeconds }) }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that starts no escape stands for itself.
    return text
  }
}

function wholeNumber(value: string, key: string): number {
  if (/^\d{1,9}$/.test(value.trim())) return Number(value)
  throw new DestinationError(
    'CONFIG_INVALID',
    `The parameter \`${key}\` in \`jdbc_url_params\` must be a whole number.`,
  )
}

function unsupportedKeys(keys: readonly string[]): DestinationError {
  const known = [...sessionParameters, 'loginTimeout'].map((name) => `\`${name}\``).join(', ')
  return new DestinationError(
    'CONFIG_UNSUPPORTED',
    `\`jdbc_url_params\` has ${keys.map((key) => `\`${key}\``).join(', ')}, which this connector has no equivalent for. Remove it; known are ${known}.`,
  )
}
