import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { DestinationError, quoteIdentifier, type Sql, type SshTunnel, sql, tlsAttempts } from 'landfall/sdk'
import type pg from 'pg'
import type { PostgresConfig } from './config.ts'
import { describeConnectionError, isRefusedKind, isTlsFailure } from './connection-errors.ts'
import { guardParser } from './guard-parser.ts'
import {
  beginTransaction,
  type SessionFacts,
  selectSessionFacts,
  sessionSettings,
  supportsConnectionCheck,
} from './session-settings.ts'
import { runStatement, serverProcess } from './statements.ts'

export type PostgresConnection = {
  readonly client: pg.Client
  /** `server_version_num`, for example 180004 for 18.4. */
  readonly serverVersion: number
  readonly isEncrypted: boolean
  /** Whether statements may reach other server sessions from one transaction to the next. */
  readonly isPooled: boolean
  /** The statements that begin a transaction. */
  readonly begin: readonly Sql[]
}

type Driver = { readonly Client: typeof pg.Client }

/** Loads `pg` when the first connection is opened, so that `spec` works without it. Images are bundled by this `import`. */
export async function loadDriver(
  load: () => Promise<{ readonly default: Driver }> = () => import('pg'),
): Promise<Driver> {
  try {
    return (await load()).default
  } catch (error) {
    throw new DestinationError(
      'DRIVER_MISSING',
      'The driver for PostgreSQL is not installed. Install the package `pg` beside this connector.',
      { cause: error },
    )
  }
}

export type OpenOptions = {
  /** The way to the server, where it is not the network. */
  readonly tunnel?: Pick<SshTunnel, 'connect'> | undefined
  /** When it aborts, nothing is waited for any more. */
  readonly signal?: AbortSignal | undefined
  /** Statements that each session begins with. */
  readonly session?: readonly Sql[] | undefined
}

/** Opens a session with the settings that the connector relies on, or says at which stage that failed. */
export async function openConnection(
  config: PostgresConfig,
  { tunnel, signal, session = [] }: OpenOptions = {},
): Promise<PostgresConnection> {
  const driver = await loadDriver()
  const attempts = tlsAttempts(config.tls)
  let firstError: unknown
  for (const [index, tls] of attempts.entries()) {
    try {
      const stream = await tunnel?.connect(config.host, config.port)
      return await openOnce(driver, config, { tls, stream, signal, session })
    } catch (error) {
      if (signal?.aborted) throw stoppedWhileConnecting(config, error)
      const isLast = index === attempts.length - 1
      if (!isLast && (isTlsFailure(error) || isRefusedKind(error))) firstError = error
      // That the second way has no TLS either says less than why the first was refused.
      else throw describeConnectionError(isTlsFailure(error) ? (firstError ?? error) : error, config)
    }
  }
  throw new DestinationError('INTERNAL', 'There was no way to try to connect.')
}

/** As the Java connector: long enough for a server that wakes up on demand. */
const defaultConnectTimeout = 60_000

/** The oldest server that the tests cover. */
const oldestServerVersion = 120_000

type Attempt = {
  readonly tls: ConnectionOptions | false
  /** A way to the server that is open already; absent: a socket of the driver's own. */
  readonly stream: Duplex | undefined
  readonly signal: AbortSignal | undefined
  readonly session: readonly Sql[]
}

function stoppedWhileConnecting({ host, port }: PostgresConfig, cause: unknown): DestinationError {
  return new DestinationError(
    'INTERRUPTED',
    `Connecting to \`${host}:${port}\` was stopped because the process was asked to stop.`,
    { cause },
  )
}

async function openOnce(
  driver: Driver,
  config: PostgresConfig,
  { tls, stream, signal, session }: Attempt,
): Promise<PostgresConnection> {
  const client = new driver.Client({ ...clientOptions(config, tls), ...(stream && { stream: () => stream }) })
  // The query that runs when a connection dies reports it; an idle one is found dead when it is next used.
  client.on('error', () => {})
  guardParser(client)
  const stop = () => client.connection.stream.destroy()
  signal?.addEventListener('abort', stop)
  try {
    signal?.throwIfAborted()
    const connected = client.connect()
    warmUp()
    await connected
    const facts = await readSessionFacts(client)
    const statements = [
      ...sessionSettings(facts),
      ...searchPath(config, client, facts),
      ...ownSession(session, facts),
    ]
    if (statements.length > 0) await client.query(statements.join('; '))
    if (supportsConnectionCheck(facts)) await watchForOurEnd(client)
    if (facts.isPooled) await assertTransactions(client)
    const { serverVersion, isPooled } = facts
    return { client, serverVersion, isPooled, isEncrypted: tls !== false, begin: beginTransaction(facts) }
  } catch (error) {
    client.connection.stream.destroy()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** Node loads this when it is first used, which a password needs: now, while the server starts its process. */
function warmUp(): void {
  crypto.subtle.digest('SHA-256', new Uint8Array()).catch(() => {})
}

/**
 * Lets the server stop a statement whose client is gone. Otherwise the typing of a sync that was cancelled
 * goes on for hours, and keeps the locks that the next attempt needs.
 */
async function watchForOurEnd(client: pg.Client): Promise<void> {
  try {
    await client.query("SET client_connection_check_interval = '2s'")
  } catch {
    // Servers on systems that cannot tell refuse any value but 0; there the statement goes on.
  }
}

/** A pooler in statement mode takes transactions of one message, but none that lasts: the locks of a sync need one. */
async function assertTransactions(client: pg.Client): Promise<void> {
  await runStatement(client, sql`BEGIN`)
  await runStatement(client, sql`COMMIT`)
}

function clientOptions(config: PostgresConfig, tls: ConnectionOptions | false): pg.ClientConfig {
  const { parameters } = config
  return {
    host: config.host,
    port: config.port,
    database: config.database,
    user: config.username,
    // A function keeps the driver from looking for a password in the environment or in ~/.pgpass.
    password: () => config.password ?? '',
    ssl: tls,
    application_name: applicationName(config),
    connectionTimeoutMillis: parameters.connectTimeout ?? defaultConnectTimeout,
    keepAlive: parameters.keepAlive ?? true,
    keepAliveInitialDelayMillis: 60_000,
    ...(parameters.options === undefined ? {} : { options: parameters.options }),
    types: { getTypeParser },
  }
}

/** What the server shows for the session, before it works on a stream. */
export function applicationName({ parameters }: Pick<PostgresConfig, 'parameters'>): string {
  return parameters.applicationName || 'landfall'
}

/** OIDs of the types whose values JavaScript can hold without loss. */
const boolean = 16
const smallNumbers: readonly number[] = [21, 23, 26]

/** Everything but booleans and small integers stays the server's text: a number would be rounded, a date cut. */
export const getTypeParser = ((oid: number) => {
  if (oid === boolean) return (text: string) => text === 't'
  if (smallNumbers.includes(oid)) return Number
  return (text: string) => text
}) as typeof pg.types.getTypeParser

/** A pooler's session is not ours to change; our statements do without a search path. */
function searchPath(
  config: PostgresConfig,
  client: pg.Client,
  { isPooled }: SessionFacts,
): readonly string[] {
  const schemas = config.parameters.currentSchema
    ?.split(',')
    .map((name) => client.escapeIdentifier(name.trim()))
  return schemas && !isPooled ? [`SET search_path = ${schemas.join(', ')}`] : []
}

function ownSession(session: readonly Sql[], { isPooled }: SessionFacts): readonly Sql[] {
  if (session.length === 0 || !isPooled) return session
  throw new DestinationError(
    'CONFIG_UNSUPPORTED',
    'The manifest has statements under `session`, but a connection pooler gives no session of its own. Connect to the server itself.',
  )
}

async function readSessionFacts(client: pg.Client): Promise<SessionFacts> {
  const result = await client.query<FactsRow>(selectSessionFacts)
  const [row] = result.rows
  const serverVersion = row?.version ?? 0
  if (serverVersion < oldestServerVersion) {
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      `The server's version is ${serverVersion}, but this connector needs PostgreSQL 12 (120000) or newer.`,
    )
  }
  const chosenTimeouts = row?.chosen?.split(',') ?? []
  const isPooled = row?.pid !== serverProcess(client)
  if (isPooled && row?.strings === 'off') throw refuseEscapes(client.user)
  return { serverVersion, isPooled, chosenTimeouts }
}

/**
 * A server reads a whole message before it runs the first statement of it, so what a transaction sets for itself comes
 * too late for the texts in the same message. Of a text that ends in a backslash, the rest would be read as SQL.
 */
function refuseEscapes(user: string | undefined): DestinationError {
  const role = quoteIdentifier(user ?? '')
  return new DestinationError(
    'CONFIG_UNSUPPORTED',
    `Behind a pooler, \`standard_conforming_strings\` must be \`on\`, but it is \`off\` for this role or database. Run \`ALTER ROLE ${role} SET standard_conforming_strings = on\`, or connect without the pooler.`,
  )
}

type FactsRow = {
  readonly pid: number
  readonly version: number
  readonly strings: string | null
  readonly chosen: string | null
}
