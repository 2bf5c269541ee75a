import {
  atStage,
  DestinationError,
  describeNetworkError,
  describeTlsError,
  fill,
  isTlsError,
  timeoutCode,
} from 'landfall/sdk'
import { loginErrors, unknownLoginError } from './errors-at-login.ts'
import { findKnownError, firstLine, type KnownError, type ServerError } from './known-error.ts'

/** What a message about a failed connection may name. Never the password. */
export type ConnectionTarget = {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly username: string
}

/** What a server of the family can say to a login. */
export type LoginErrors = { readonly known: readonly KnownError[]; readonly unknown: KnownError }

const postgresLogin: LoginErrors = { known: loginErrors, unknown: unknownLoginError }

/**
 * Says at which stage a connection failed, and which field of the configuration to look at.
 * @param errors what the server may say to a login; a relative has a table of its own
 */
export function describeConnectionError(
  error: unknown,
  target: ConnectionTarget,
  errors: LoginErrors = postgresLogin,
): DestinationError {
  if (DestinationError.is(error)) return error
  const server: ServerError = error instanceof Error ? error : new Error(String(error))
  const { host, port, username, database } = target
  if (isTlsError(server)) return describeTlsError(server, `${host}:${port}`, 'fields')
  const hasTimedOut = server.message === 'timeout expired'
  const network = describeNetworkError(hasTimedOut ? { code: timeoutCode } : server, {
    host,
    port,
    hostField: 'host',
    portField: 'port',
  })
  if (network !== undefined) return network
  const known = findKnownError(errors.known, server) ?? errors.unknown
  const isAboutOptions = known.code === 'CONFIG_INVALID'
  // The server repeats values of `options`, where somebody may have put anything.
  const said = (isAboutOptions ? withoutValue(firstLine(server)) : firstLine(server)).replace(/\.$/, '')
  const facts = { place: `\`${host}:${port}\``, username, database, said }
  const text = fill(`${known.sentence} ${known.remedy}`, facts)
  return new DestinationError(known.code, atStage(known.stage ?? 'database login', text), {
    ...(isAboutOptions ? {} : { cause: error }),
    detail: [server.code, isAboutOptions ? said : server.message].filter(Boolean).join(': '),
    failureType: known.failureType,
  })
}

/** `invalid value for parameter "x": "value"` without the value; `: -z` is an option that cannot be read. */
function withoutValue(words: string): string {
  return words.replace(/: ["-].*$/, '')
}

/** Whether the encrypted connection could not be made, so that a plain one may still work. */
export function isTlsFailure(error: unknown): boolean {
  return isTlsError(error) || (error instanceof Error && error.message.includes(withoutTls))
}

/** The driver's words where a server answers that it has no TLS. */
const withoutTls = 'does not support SSL connections'

/** Whether the server has no rule that lets this kind of connection in (`pg_hba.conf`). */
export function isRefusedKind(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28000'
}
