import { atStage } from '../../connection/connection-stage.ts'
import { describeNetworkError, type NetworkTarget } from '../../connection/network-errors.ts'
import { describeTlsError, isTlsError } from '../../connection/tls-errors.ts'
import { DestinationError, type ErrorCode } from '../../errors.ts'
import { isObject } from '../../util/is-object.ts'

type Rule = readonly [ErrorCode, string]

const lost: Rule = ['SERVER_UNAVAILABLE', 'the connection was lost']
const denied: Rule = ['PERMISSION_DENIED', 'the user may not do that; grant what the message names']

/** By error number of the server. https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const serverRules: { readonly [number: number]: Rule } = {
  1040: ['SERVER_UNAVAILABLE', 'the server has too many connections'],
  1044: denied,
  1043: ['CONNECTION_FAILED', 'the server broke off the handshake'],
  1045: ['LOGIN_FAILED', 'the user name or the password was refused'],
  1049: ['DATABASE_MISSING', 'there is no such database; check `database`'],
  3159: ['CONNECTION_FAILED', 'the server takes encrypted connections only'],
  1053: ['SERVER_UNAVAILABLE', 'the server is shutting down'],
  1062: ['DATA_REFUSED', 'a row is there already'],
  1114: ['SERVER_UNAVAILABLE', 'a table or the disk of the server is full; free some space'],
  1118: ['DATA_REFUSED', 'a row is longer than the server allows'],
  1142: denied,
  1153: ['DATA_REFUSED', 'a record is longer than `max_allowed_packet` of the server'],
  1205: ['SERVER_UNAVAILABLE', 'another transaction kept a lock for too long'],
  1213: ['SERVER_UNAVAILABLE', 'two transactions waited for each other'],
  1227: denied,
  1290: ['PERMISSION_DENIED', 'the server runs in a mode that forbids that, for example read-only'],
  1366: ['DATA_REFUSED', 'a text has characters that the column cannot hold'],
  1370: denied,
  1406: ['DATA_REFUSED', 'a value is longer than its column'],
  1698: ['LOGIN_FAILED', 'the user name or the password was refused'],
  1792: ['PERMISSION_DENIED', 'the server is read-only'],
  1927: lost,
  4025: ['DATA_REFUSED', 'a record is no JSON that the server understands, for example nested too deeply'],
  3819: ['DATA_REFUSED', 'a record is no JSON that the server understands, for example nested too deeply'],
}

/** By code of the driver or of Node. */
const connectionCodes = ['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_WRITE_AFTER_END']

export type ErrorContext = {
  readonly target: NetworkTarget
  /** The manifest's own rules, which come first. */
  readonly ownCodes: { readonly [number: string]: ErrorCode }
}

/**
 * What went wrong, with the code that decides who must act and whether to try again.
 * @param activity in the gerund: "loading 5 records into `t`"
 */
export function classifyMysqlError(
  error: unknown,
  activity: string,
  context: ErrorContext,
): DestinationError {
  if (DestinationError.is(error)) return error
  const detail = error instanceof Error ? error.message : String(error)
  const { errno, code } = readCodes(error)
  const own = context.ownCodes[String(errno)]
  if (own !== undefined) return fail([own, detail], activity, error, detail)
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return describeLackOfTls(error, detail, context.target)
  if (code === 'HANDSHAKE_SSL_ERROR') {
    const { host, port } = context.target
    return describeTlsError(withTlsCode(error, detail), `${host}:${port}`, 'fields')
  }
  const known = serverRules[errno]
  if (known !== undefined) return fail(known, activity, error, detail)
  if (connectionCodes.includes(code) || /connection is in closed state|Connection lost/i.test(detail))
    return fail(lost, activity, error, detail)
  if (isTlsError(error)) {
    const { host, port } = context.target
    return describeTlsError(error, `${host}:${port}`, 'fields')
  }
  return (
    describeNetworkError(error, context.target) ?? fail(['STATEMENT_FAILED', detail], activity, error, detail)
  )
}

/** The driver puts a code of its own in place of OpenSSL's, whose words it keeps. */
function withTlsCode(error: unknown, words: string): unknown {
  const [, code] = tlsWords.find(([pattern]) => pattern.test(words)) ?? []
  return code === undefined ? error : Object.assign(new Error(words, { cause: error }), { code })
}

/** https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/ */
const tlsWords: readonly (readonly [RegExp, string])[] = [
  [/self-signed certificate in certificate chain/, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/self-signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/certificate is not yet valid/, 'CERT_NOT_YET_VALID'],
  [/unable to verify the first certificate/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/unable to get (local )?issuer certificate/, 'UNABLE_TO_GET_ISSUER_CERT'],
  [/does not match certificate's altnames/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
]

/** Names the stage of what the server answered to a login. */
export function atLogin(error: DestinationError): DestinationError {
  const { code, message, detail, cause, failureType } = error
  if (/\bstage\b/.test(message)) return error
  return new DestinationError(code, atStage('database login', message), { detail, cause, failureType })
}

function describeLackOfTls(cause: unknown, detail: string, { host, port }: NetworkTarget): DestinationError {
  const text = `At \`${host}:${port}\`, the server has no TLS. Choose the TLS mode \`prefer\` or \`disable\`.`
  return new DestinationError('CONNECTION_FAILED', atStage('TLS', text), { cause, detail })
}

function fail([code, reason]: Rule, activity: string, cause: unknown, detail: string): DestinationError {
  return new DestinationError(code, `The server failed ${activity}: ${reason}.`, { cause, detail })
}

function readCodes(error: unknown): { readonly errno: number; readonly code: string } {
  if (!isObject(error) && !(error instanceof Error)) return { errno: 0, code: '' }
  const [errno, code]: readonly unknown[] = [Reflect.get(error, 'errno'), Reflect.get(error, 'code')]
  return { errno: typeof errno === 'number' ? errno : 0, code: typeof code === 'string' ? code : '' }
}
