import {
  atStage,
  type ConnectionStage,
  DestinationError,
  describeNetworkError,
  describeTlsError,
  type ErrorCode,
  type FailureType,
  isTlsError,
  timeoutCode,
} from 'landfall/sdk'
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
  if (isTlsError(server))
    return describeTlsError(server, `${target.host}:${target.port}`, '`ssl_mode` and its certificates')
  const hasTimedOut = server.message === 'timeout expired'
  const network = describeNetworkError(hasTimedOut ? { code: timeoutCode } : server, {
    ...target,
    hostField: 'host',
    portField: 'port',
  })
  if (network !== undefined) return network
  const rule = rules.find((candidate) => candidate.applies(state, server)) ?? unknownFailure
  return new DestinationError(rule.code, atStage(rule.stage, rule.explain(target, server)), {
    cause: error,
    detail: [state, server.message].filter(Boolean).join(': '),
    failureType: rule.failureType,
  })
}

/** Whether the encrypted connection could not be made, so that a plain one may still work. */
export function isTlsFailure(error: unknown): boolean {
  return isTlsError(error) || (error instanceof Error && lacksTls(error))
}

/** Whether the server has no rule that lets this kind of connection in (`pg_hba.conf`). */
export function isRefusedKind(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28000'
}

type Rule = {
  readonly code: ErrorCode
  readonly stage: ConnectionStage
  readonly failureType?: FailureType
  readonly applies: (state: string, error: ServerError) => boolean
  readonly explain: (target: ConnectionTarget, error: ServerError) => string
}

function lacksTls(error: ServerError): boolean {
  return error.message.includes('does not support SSL connections')
}

const at = (target: ConnectionTarget) => `\`${target.host}:${target.port}\``

/** By SQLSTATE, or by the words of the driver where it is the one that fails. The first match counts. */
const rules: readonly Rule[] = [
  {
    code: 'CONNECTION_FAILED',
    stage: 'TLS',
    applies: (_state, error) => lacksTls(error),
    explain: (target) =>
      `The server at ${at(target)} does not offer TLS. Set \`ssl\` to false, or \`ssl_mode\` to \`prefer\`.`,
  },
  {
    code: 'CONNECTION_FAILED',
    stage: 'TLS',
    applies: (_state, error) => error.message.includes('error establishing an SSL connection'),
    explain: (target) =>
      `What answers at ${at(target)} is not PostgreSQL, or a pooler that refuses TLS. Check \`host\` and \`port\`.`,
  },
  {
    code: 'LOGIN_FAILED',
    stage: 'database login',
    applies: (state, error) =>
      state === '28P01' || /^(SASL|password) authentication failed|^no such user/.test(error.message),
    explain: ({ username }) =>
      `The server refused the password of the user \`${username}\`. Check \`username\` and \`password\`.`,
  },
  {
    code: 'LOGIN_FAILED',
    stage: 'database login',
    applies: (_state, error) => error.message.includes('client password must be'),
    explain: ({ username }) =>
      `The server asks for a password of the user \`${username}\`. Fill in \`password\`.`,
  },
  {
    code: 'LOGIN_FAILED',
    stage: 'database login',
    applies: (state) => state === '28000',
    explain: ({ username, database }, error) =>
      `The server does not let the user \`${username}\` into the database \`${database}\`: ${firstLine(error)}. ` +
      'Check `username` and `ssl_mode`, or allow it in `pg_hba.conf`.',
  },
  {
    code: 'DATABASE_MISSING',
    stage: 'database login',
    applies: (state) => state === '3D000',
    explain: ({ database }) =>
      `The database \`${database}\` does not exist. Create it, or correct \`database\`.`,
  },
  {
    code: 'PERMISSION_DENIED',
    stage: 'database login',
    applies: (state) => state === '42501',
    explain: ({ username, database }) =>
      `The user \`${username}\` may not connect to the database \`${database}\`. Grant it CONNECT: ` +
      `GRANT CONNECT ON DATABASE "${database}" TO "${username}".`,
  },
  {
    code: 'CONFIG_INVALID',
    stage: 'database login',
    applies: (_state, error) => error.message.includes('unsupported startup parameter'),
    explain: (_target, error) =>
      `A pooler stands in between, which does not pass on \`options\`: ${firstLine(error)}. Remove it from ` +
      '`jdbc_url_params`, or add it to `ignore_startup_parameters` of PgBouncer, which then leaves it out.',
  },
  {
    code: 'DATABASE_MISSING',
    stage: 'database login',
    applies: (_state, error) => /no such database|^database "[^"]*" does not exist/.test(error.message),
    explain: ({ database }) =>
      `The database \`${database}\` does not exist, or the pooler does not know it. Create it, or correct \`database\`.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    stage: 'database login',
    applies: (_state, error) =>
      /no more connections allowed|max_client_conn|too many clients/.test(error.message),
    explain: (target, error) =>
      `The server or pooler at ${at(target)} has no room for a connection: ${firstLine(error)}. Close idle ones or raise the limit.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    stage: 'database login',
    applies: (_state, error) =>
      /query_wait_timeout|server login failed|cannot connect to server|pgbouncer|server_login_retry/.test(
        error.message,
      ),
    explain: (target, error) =>
      `The pooler at ${at(target)} has no connection to the database server: ${firstLine(error)}. Look at the pooler's ` +
      'log, and at `default_pool_size` where the server itself is well.',
  },
  {
    code: 'CONFIG_INVALID',
    stage: 'database login',
    applies: (state) => /^(42704|22023|F0000)$/.test(state),
    explain: (_target, error) =>
      `The server does not take a setting of the session: ${firstLine(error)}. Check \`options\` in \`jdbc_url_params\`.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    stage: 'database login',
    applies: (state) => state.startsWith('53'),
    explain: (target, error) =>
      `The server at ${at(target)} has no room for a connection: ${firstLine(error)}. Close idle ones or raise the limit.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    stage: 'database login',
    applies: (state) => state === '57P03',
    explain: (target, error) =>
      `The server at ${at(target)} takes no connections yet: ${firstLine(error)}. Try again when it has started.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    stage: 'database login',
    applies: (state, error) =>
      /^(57P|08)/.test(state) ||
      /^(ECONNRESET|EPIPE)$/.test(state) ||
      error.message.startsWith('Connection terminated'),
    explain: (target, error) =>
      `The server at ${at(target)} ended the connection: ${firstLine(error)}. Try again soon.`,
  },
]

const unknownFailure: Rule = {
  code: 'CONNECTION_FAILED',
  stage: 'database login',
  applies: () => true,
  explain: (target, error) => `The connection to ${at(target)} failed: ${firstLine(error)}.`,
}
