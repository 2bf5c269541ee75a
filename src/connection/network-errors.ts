import type { DestinationError } from '../errors.ts'
import type { ConnectionStage } from './connection-stage.ts'
import { type ErrorRow, errorOfRow } from './error-row.ts'

/** What cannot be reached, and which fields of the configuration say where it is. */
export type NetworkTarget = {
  readonly host: string
  readonly port: number
  /** Names of fields, for example `host`, or `tunnel_host` for the jump server of a tunnel. */
  readonly hostField: string
  /** The same as `hostField` where one field says both. */
  readonly portField: string
}

/** Explains why a host could not be reached, or returns `undefined` where the network is not to blame. */
export function describeNetworkError(error: unknown, target: NetworkTarget): DestinationError | undefined {
  const code = errorCode(error)
  const row = networkErrors.find(({ codes }) => codes.includes(code))
  if (row === undefined) return undefined
  const { host, port, hostField, portField } = target
  const fields = [...new Set([hostField, portField])].map((field) => `\`${field}\``).join(' and ')
  const facts = { host, place: `\`${host}:${port}\``, hostField: `\`${hostField}\``, fields }
  const detail = [code, error instanceof Error ? error.message : ''].filter(Boolean).join(': ')
  return errorOfRow(row, facts, { cause: error, detail })
}

/** Node's or the server's code of an error; an empty text where it has none. */
export function errorCode(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error
  return hasCode && typeof error.code === 'string' ? error.code : ''
}

/** The code of errors that this connector makes where nothing answered in time. */
export const timeoutCode = 'ETIMEDOUT'

export type NetworkErrorRow = ErrorRow & {
  readonly codes: readonly string[]
  readonly stage: ConnectionStage
}

/** Node's system errors: https://nodejs.org/api/errors.html#common-system-errors */
export const networkErrors: readonly NetworkErrorRow[] = [
  {
    name: 'unknown host',
    codes: ['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA'],
    code: 'CONNECTION_FAILED',
    stage: 'name resolution',
    sentence: 'No address is known for the host `{host}`.',
    remedy: 'Check the spelling of {hostField}.',
  },
  {
    name: 'name service without an answer',
    codes: ['EAI_AGAIN', 'EAI_FAIL'],
    code: 'CONNECTION_FAILED',
    stage: 'name resolution',
    failureType: 'transient_error',
    sentence: 'The name service did not answer for the host `{host}`.',
    remedy: "Check {hostField} and the network's DNS.",
  },
  {
    name: 'refused connection',
    codes: ['ECONNREFUSED'],
    code: 'CONNECTION_FAILED',
    stage: 'TCP',
    sentence: 'Nothing accepts connections at {place}.',
    remedy: 'Check {fields}, and that the server listens there.',
  },
  {
    name: 'no answer in time',
    codes: [timeoutCode],
    code: 'CONNECTION_FAILED',
    stage: 'TCP',
    sentence: '{place} did not answer in time.',
    remedy: 'Check {fields}, and that firewalls let this machine in.',
  },
  {
    name: 'no way to the host',
    codes: ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'],
    code: 'CONNECTION_FAILED',
    stage: 'TCP',
    sentence: 'The network has no way to {place}, so it did not answer in time.',
    remedy: 'Check {fields}, routes and firewalls.',
  },
  {
    name: 'forbidden by this machine',
    codes: ['EACCES', 'EPERM'],
    code: 'CONNECTION_FAILED',
    stage: 'TCP',
    sentence: "This machine's own rules forbid connections to {place}.",
    remedy: 'Allow them in its firewall or its network policy.',
  },
  {
    name: 'no socket left',
    codes: ['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS'],
    code: 'CONNECTION_FAILED',
    stage: 'TCP',
    failureType: 'transient_error',
    sentence: 'This machine has no socket left for a connection to {place}.',
    remedy: "Close other programs' connections, then try again.",
  },
]
