import { DestinationError, type ErrorCode, type FailureType } from 'landfall/sdk'
import { firstLine, type ServerError } from './errors.ts'

/** What a message about a failed connection may name. Never the password. */
export type ConnectionTarget = {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly username: string
}

/** Says at which stage a connection failed, and which field of the configuration to look at. */
export function describeConnectionError(error: unknown, target: ConnectionTarget): DestinationError {
  if (DestinationError.is(error)) return error
  const server: ServerError = error instanceof Error ? error : new Error(String(error))
  const state = server.code ?? ''
  const stage = stages.find((candidate) => candidate.applies(state, server)) ?? unknownStage
  return new DestinationError(stage.code, stage.explain(target, server), {
    cause: error,
    detail: [state, server.message].filter(Boolean).join(': '),
    failureType: stage.failureType,
  })
}

/** Whether the encrypted connection could not be made, so that a plain one may still work. */
export function isTlsFailure(error: unknown): boolean {
  const server: ServerError = error instanceof Error ? error : new Error(String(error))
  return lacksTls(server) || tlsCodes.test(server.code ?? '')
}

/** Whether the server has no rule that lets this kind of connection in (`pg_hba.conf`). */
export function isRefusedKind(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28000'
}

type Stage = {
  readonly code: ErrorCode
  readonly failureType?: FailureType
  readonly applies: (state: string, error: ServerError) => boolean
  readonly explain: (target: ConnectionTarget, error: ServerError) => string
}

/** Codes of Node's TLS: certificates that do not hold, keys that do not fit, handshakes that break. */
const tlsCodes =
  /^ERR_(TLS|SSL|OSSL)|CERT|SIGNATURE|^(UNABLE_TO|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/

function lacksTls(error: ServerError): boolean {
  return error.message.includes('does not support SSL connections')
}

const at = (target: ConnectionTarget) => `\`${target.host}:${target.port}\``

const stages: readonly Stage[] = [
  {
    code: 'CONNECTION_FAILED',
    applies: (state) => state === 'ENOTFOUND',
    explain: ({ host }) => `No address is known for the host \`${host}\`. Check the spelling of \`host\`.`,
  },
  {
    code: 'CONNECTION_FAILED',
    failureType: 'transient_error',
    applies: (state) => state === 'EAI_AGAIN',
    explain: ({ host }) =>
      `The name service did not answer for the host \`${host}\`. Check \`host\` and the network's DNS.`,
  },
  {
    code: 'CONNECTION_FAILED',
    applies: (state) => state === 'ECONNREFUSED',
    explain: (target) =>
      `Nothing accepts connections at ${at(target)}. Check \`host\` and \`port\`, and that the server listens there.`,
  },
  {
    code: 'CONNECTION_FAILED',
    applies: (state, error) =>
      error.message === 'timeout expired' || /^(ETIMEDOUT|E(HOST|NET)UNREACH)$/.test(state),
    explain: (target) =>
      `${at(target)} did not answer in time. Check \`host\` and \`port\`, and that firewalls let this machine in.`,
  },
  {
    code: 'CONNECTION_FAILED',
    applies: (_state, error) => lacksTls(error),
    explain: (target) =>
      `The server at ${at(target)} does not offer TLS. Set \`ssl\` to false, or \`ssl_mode\` to \`prefer\`.`,
  },
  {
    code: 'CONNECTION_FAILED',
    applies: (state) => tlsCodes.test(state),
    explain: (target, error) =>
      `No encrypted connection to ${at(target)} could be made: ${firstLine(error)}. Check \`ssl_mode\` and its certificates.`,
  },
  {
    code: 'LOGIN_FAILED',
    applies: (state) => state === '28P01',
    explain: ({ username }) =>
      `The server refused the password of the user \`${username}\`. Check \`username\` and \`password\`.`,
  },
  {
    code: 'LOGIN_FAILED',
    applies: (_state, error) => error.message.includes('client password must be'),
    explain: ({ username }) =>
      `The server asks for a password of the user \`${username}\`. Fill in \`password\`.`,
  },
  {
    code: 'LOGIN_FAILED',
    applies: (state) => state === '28000',
    explain: ({ username, database }, error) =>
      `The server does not let the user \`${username}\` into the database \`${database}\`: ${firstLine(error)}. ` +
      'Check `username` and `ssl_mode`, or allow it in `pg_hba.conf`.',
  },
  {
    code: 'DATABASE_MISSING',
    applies: (state) => state === '3D000',
    explain: ({ database }) =>
      `The database \`${database}\` does not exist. Create it, or correct \`database\`.`,
  },
  {
    code: 'PERMISSION_DENIED',
    applies: (state) => state === '42501',
    explain: ({ username, database }) =>
      `The user \`${username}\` may not connect to the database \`${database}\`. Grant it CONNECT.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    applies: (state) => state.startsWith('53'),
    explain: (target, error) =>
      `The server at ${at(target)} has no room for a connection: ${firstLine(error)}. Close idle ones or raise the limit.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    applies: (state, error) =>
      /^(57P|08)/.test(state) ||
      /^(ECONNRESET|EPIPE)$/.test(state) ||
      error.message.startsWith('Connection terminated'),
    explain: (target, error) =>
      `The server at ${at(target)} ended the connection: ${firstLine(error)}. Try again soon.`,
  },
]

const unknownStage: Stage = {
  code: 'CONNECTION_FAILED',
  applies: () => true,
  explain: (target, error) => `The connection to ${at(target)} failed: ${firstLine(error)}.`,
}
