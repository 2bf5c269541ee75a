/** The codes of gRPC that are read here. https://grpc.io/docs/guides/status-codes/ */
export const grpcCode = {
  invalidArgument: 3,
  notFound: 5,
  alreadyExists: 6,
} as const

/** What the REST API answers with in the same situation, so that one list of rules serves both. */
const sameInHttp: ReadonlyMap<number, { readonly status: number; readonly reason: string }> = new Map([
  [1, { status: 503, reason: 'CANCELLED' }],
  [2, { status: 503, reason: 'UNKNOWN' }],
  [3, { status: 400, reason: 'INVALID_ARGUMENT' }],
  [4, { status: 504, reason: 'DEADLINE_EXCEEDED' }],
  [5, { status: 404, reason: 'notFound' }],
  [6, { status: 409, reason: 'ALREADY_EXISTS' }],
  [7, { status: 403, reason: 'PERMISSION_DENIED' }],
  [8, { status: 429, reason: 'quotaExceeded' }],
  [9, { status: 400, reason: 'FAILED_PRECONDITION' }],
  [10, { status: 503, reason: 'ABORTED' }],
  [11, { status: 400, reason: 'OUT_OF_RANGE' }],
  [13, { status: 503, reason: 'INTERNAL' }],
  [14, { status: 503, reason: 'UNAVAILABLE' }],
  [16, { status: 401, reason: 'UNAUTHENTICATED' }],
])

export function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'number' ? error.code : undefined
}

/** An error of gRPC, or one of a response, as one of the REST API. Others stay as they are. */
export function toProblem(error: unknown): unknown {
  const same = sameInHttp.get(codeOf(error) ?? -1)
  const message = error instanceof Error ? error.message : ''
  const [, said] = withoutToken.exec(message) ?? []
  if (said !== undefined) return loginProblem(said, error, same === undefined ? codeOf(error) : undefined)
  if (same === undefined) return error
  return { code: same.status, errors: [{ reason: same.reason }], message, cause: error }
}

/** What gRPC makes of an error on the way to a token: its words, and its code where that is a number. */
const withoutToken = /Getting metadata from plugin failed with error: (.*)/s

function loginProblem(message: string, cause: unknown, status: number | undefined): unknown {
  const [reason = ''] = /\bE[A-Z]{4,}\b/.exec(message) ?? []
  return { code: status, errors: [{ reason }], message, cause }
}
