import { DestinationError } from '../errors.ts'

/** For a server that answered before: if it does not now, it is restarting or out of reach for a while. */
export function asTransient(error: unknown): unknown {
  if (!DestinationError.is(error) || error.code !== 'CONNECTION_FAILED') return error
  const { message, detail, cause } = error
  return new DestinationError('CONNECTION_FAILED', message, {
    detail,
    cause,
    failureType: 'transient_error',
  })
}
