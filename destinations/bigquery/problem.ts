import { errorCode } from 'landfall/sdk'

/** An error of the API or of a job, in the parts that say what it is. */
export type Problem = {
  /** HTTP status; absent for a job's own error and for a broken connection. */
  readonly status: number | undefined
  /** Google's word for the kind of error, or the code of the network's. */
  readonly reason: string
  readonly message: string
}

/** https://cloud.google.com/bigquery/docs/error-messages */
const passingReasons: ReadonlySet<string> = new Set([
  'backendError',
  'internalError',
  'jobBackendError',
  'jobInternalError',
  'jobRateLimitExceeded',
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'tableUnavailable',
  'timeout',
  'stopped',
])

const passingStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

/** Two transactions changed the same table; BigQuery lets one of them win. */
const isConflict = /aborted due to concurrent|could not serialize access/i

export function readProblem(error: unknown): Problem {
  if (typeof error !== 'object' || error === null)
    return { status: undefined, reason: '', message: String(error) }
  const { code, errors, message } = error as {
    code?: unknown
    errors?: readonly { readonly reason?: string }[]
    message?: unknown
  }
  const reason = errors?.[0]?.reason ?? errorCode(error) ?? ''
  return {
    status: typeof code === 'number' ? withoutMissing(code, error) : undefined,
    reason: String(reason),
    message: String(message),
  }
}

/** What is missing on a server of tokens is no table and no job that may be missing. */
function withoutMissing(status: number, error: object): number {
  return status === 404 && tokenAddress(error) !== undefined ? 401 : status
}

/** Where the library for tokens sent its request. Requests to BigQuery go another way, without this field. */
export function tokenAddress(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('config' in error)) return undefined
  const { config } = error
  if (typeof config !== 'object' || config === null || !('url' in config)) return undefined
  return String(config.url)
}

/** Whether nobody knows if the request was carried out, or it may be carried out later. */
export function isPassing({ status, reason, message }: Problem): boolean {
  if (passingReasons.has(reason) || isConflict.test(message)) return true
  return status === undefined ? isNetworkProblem(reason, message) : passingStatuses.has(status)
}

/** An answer that was cut, or that something on the way has put in place of the API's. */
const isNoAnswer = /is not valid JSON|invalid json response|unexpected (end|token)/i

/** Of a file that holds a token: it will not be there a moment later. */
const fileReasons: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'ELOOP'])

function isNetworkProblem(reason: string, message: string): boolean {
  if (fileReasons.has(reason)) return false
  return (
    /^(E[A-Z_]+|ERR_[A-Z_]+|UND_[A-Z_]+)$/.test(reason) ||
    /socket|network|premature close|timed? ?out/i.test(message) ||
    isNoAnswer.test(message)
  )
}
