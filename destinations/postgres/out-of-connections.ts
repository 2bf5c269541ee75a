import type { ServerError } from './known-error.ts'

/** Whether the server or a pooler says that it has no room for one more connection. */
export function saysNoRoom({ code, message }: ServerError): boolean {
  return (
    code?.startsWith('53') === true ||
    /no more connections allowed|max_client_conn|too many clients/.test(message)
  )
}

/** Whether that is what a failure came from, be it that a pooler let the session wait for too long. */
export function isOutOfConnections(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (saysNoRoom(cause) || /query_wait_timeout/.test(cause.message)) return true
  }
  return false
}
