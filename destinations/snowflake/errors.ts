import { DestinationError, type ErrorCode, errorCode, type FailureType } from 'landfall/sdk'

/** An error of the driver: Snowflake's number where the server answered, the driver's own from 400000 on. */
export type DriverError = Error & {
  readonly code?: number | string | undefined
  readonly sqlState?: string | undefined
  readonly cause?: unknown
}

type Rule = {
  readonly code: ErrorCode
  readonly failureType?: FailureType
  readonly applies: (number: string, error: DriverError) => boolean
  readonly explain: (error: DriverError) => string
}

/** https://docs.snowflake.com/en/developer-guide/node-js/nodejs-driver; the first match counts. */
const rules: readonly Rule[] = [
  {
    code: 'LOGIN_FAILED',
    applies: (number) => ['390100', '390101', '390102', '390191'].includes(number),
    explain: () => 'Snowflake refuses the user name or the password. Check `username` and `credentials`.',
  },
  {
    code: 'LOGIN_FAILED',
    applies: (number) => ['390144', '394300', '394303', '394304', '394307'].includes(number),
    explain: () =>
      'Snowflake refuses the key pair. Check that the public key of `private_key` is the RSA_PUBLIC_KEY of `username`, that `host` names the right account, and that the clock is right.',
  },
  {
    code: 'DATABASE_MISSING',
    applies: (number, { message }) =>
      ['390201', '390189'].includes(number) ||
      /^(No active warehouse|Cannot perform .* does not have a current database)/.test(message),
    explain: (error) => `${firstLine(error)} Check \`database\`, \`warehouse\` and \`role\`.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    // Sessions and tokens that have ended, statements that were aborted for room, locks that were waited for too long.
    applies: (number) =>
      /^(390110|390111|390112|390114|390195|000604|000625|000629|000630|604|625|629|630|390189)$/.test(
        number,
      ),
    explain: (error) => `${firstLine(error)} The next attempt opens a new session.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    applies: (number, error) =>
      /^40[12]\d{3}$/.test(number) ||
      isNetworkCode(errorCode(error)) ||
      isNetworkCode(errorCode(error.cause)),
    explain: (error) => `the connection to Snowflake was lost (${firstLine(error)}).`,
  },
  {
    code: 'PERMISSION_DENIED',
    applies: (number, { message }) =>
      number === '003001' ||
      number === '3001' ||
      /Insufficient privileges|but current role has no privileges on it|not allowed to access Snowflake/.test(
        message,
      ),
    explain: (error) => `${lastLine(error)} Grant this right to the role that the connector uses.`,
  },
  {
    code: 'DATA_REFUSED',
    // 1000xx to 1001xx: conversions, NULL, sizes of values.
    applies: (number) => /^(100(0[3-9]\d|1\d\d)|100069|100078)$/.test(number),
    explain: () => 'Snowflake refused a value.',
  },
]

/**
 * What went wrong, with the right failure type.
 * @param activity what was being done, in gerund form with names in backticks
 */
export function classifySnowflakeError(
  error: unknown,
  activity: string,
  statement?: string,
): DestinationError {
  if (DestinationError.is(error)) return error
  const failure: DriverError = error instanceof Error ? error : new Error(String(error))
  const number = failure.code === undefined ? '' : String(failure.code).padStart(6, '0')
  const rule = rules.find((candidate) => candidate.applies(number, failure))
  const isAboutData = rule?.code === 'DATA_REFUSED'
  const detail = [number && `error ${number}`, failure.sqlState && `SQLSTATE ${failure.sqlState}`, statement]
    .filter(Boolean)
    .join(', ')
  if (rule === undefined && number === '') {
    return new DestinationError('INTERNAL', `${activity} failed: ${firstLine(failure)}`, { cause: error })
  }
  return new DestinationError(
    rule?.code ?? 'STATEMENT_FAILED',
    `${activity} failed: ${rule?.explain(failure) ?? `Snowflake answered: ${lastLine(failure)}`}`,
    {
      detail,
      failureType: rule?.failureType,
      // Messages about data repeat them.
      ...(isAboutData ? {} : { cause: error }),
    },
  )
}

/** The number of the row, counted from 1, and the file that a COPY stopped at. */
export function findRefusedRow(error: unknown): { readonly file: string; readonly row: number } | undefined {
  const message = error instanceof Error ? error.message : ''
  const [, file] = /File '([^']+)'/.exec(message) ?? []
  const row = Number(/\bRow (\d+)/.exec(message)?.[1])
  return file !== undefined && row >= 1 ? { file: file.split('/').at(-1) ?? file, row } : undefined
}

/** Whether a statement failed because the object that it names is not there, or cannot be seen. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['002003', '2003', '002043', '2043'].includes(String(error.code))
  )
}

function isNetworkCode(code: string | undefined): boolean {
  return [
    'ECONNRESET',
    'ECONNREFUSED',
    'EPIPE',
    'ETIMEDOUT',
    'ECONNABORTED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EAI_AGAIN',
    'ENOTFOUND',
  ].includes(code ?? '')
}

function firstLine(error: DriverError): string {
  return (error.message.split('\n')[0] ?? '').trim()
}

/** Behind `SQL compilation error:` comes what is meant. */
function lastLine(error: DriverError): string {
  return error.message.split('\n').slice(0, 2).join(' ').trim()
}
