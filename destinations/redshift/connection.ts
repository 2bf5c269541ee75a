import type { ConnectionOptions } from 'node:tls'
import { DestinationError, type Sql, type SshTunnel, sql, tlsAttempts } from 'landfall/sdk'
import type pg from 'pg'
import { getTypeParser, loadDriver, type PostgresConnection } from '../postgres/connection.ts'
import { describeConnectionError } from '../postgres/connection-errors.ts'
import { guardParser } from '../postgres/guard-parser.ts'
import type { RedshiftConfig } from './config.ts'
import { loginErrors, unknownLoginError } from './errors-at-login.ts'

export type OpenOptions = {
  /** The way to the server, where it is not the network. */
  readonly tunnel?: Pick<SshTunnel, 'connect'> | undefined
  /** When it aborts, nothing is waited for any more. */
  readonly signal?: AbortSignal | undefined
}

/** Opens a session with the settings that the connector relies on, or says at which stage that failed. */
export async function openConnection(
  config: RedshiftConfig,
  { tunnel, signal }: OpenOptions = {},
): Promise<PostgresConnection> {
  const driver = await loadDriver()
  try {
    const stream = await tunnel?.connect(config.host, config.port)
    const [tls] = tlsAttempts(config.tls)
    if (!tls) throw new DestinationError('INTERNAL', 'A connection to Redshift is always encrypted.')
    const client = new driver.Client({
      ...clientOptions(config, tls),
      ...(stream === undefined ? {} : { stream: () => stream }),
    })
    return await start(client, config, signal)
  } catch (error) {
    if (signal?.aborted) throw stoppedWhileConnecting(config, error)
    throw describeConnectionError(error, config, { known: loginErrors, unknown: unknownLoginError })
  }
}

/** As the Java connector: a cluster that was paused, or a workgroup that sleeps, takes its time. */
const connectTimeout = 120_000

/**
 * Set once per session. Without the second, keys with upper case cannot be read from a SUPER value; without the last
 * two, a value that does not fit its column would fail the statement.
 * https://docs.aws.amazon.com/redshift/latest/dg/super-configurations.html
 */
const sessionSettings: readonly Sql[] = [
  sql`SET timezone TO 'UTC'`,
  sql`SET enable_case_sensitive_identifier TO TRUE`,
  sql`SET navigate_super_null_on_error TO ON`,
  sql`SET cast_super_null_on_error TO ON`,
]

async function start(
  client: pg.Client,
  config: RedshiftConfig,
  signal: AbortSignal | undefined,
): Promise<PostgresConnection> {
  // The query that runs when a connection dies reports it; an idle one is found dead when it is next used.
  client.on('error', () => {})
  guardParser(client)
  const stop = () => client.connection.stream.destroy()
  signal?.addEventListener('abort', stop)
  try {
    signal?.throwIfAborted()
    await client.connect()
    await assertRedshift(client, config)
    for (const setting of sessionSettings) await client.query(setting)
    return { client, serverVersion: 0, isEncrypted: true, isPooled: false, begin: [sql`BEGIN`] }
  } catch (error) {
    client.connection.stream.destroy()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** Redshift keeps its version to itself, but for the text that has its name. */
async function assertRedshift(client: pg.Client, { host, port }: RedshiftConfig): Promise<void> {
  const { rows } = await client.query<{ readonly version: string }>('SELECT version() AS version')
  if (rows[0]?.version.includes('Redshift')) return
  throw new DestinationError(
    'CONFIG_INVALID',
    `The server at \`${host}:${port}\` is not Amazon Redshift. Correct \`host\` and \`port\`, or use the destination for PostgreSQL.`,
  )
}

function clientOptions(config: RedshiftConfig, tls: ConnectionOptions): pg.ClientConfig {
  const { parameters } = config
  return {
    host: config.host,
    port: config.port,
    database: config.database,
    user: config.username,
    // A function keeps the driver from looking for a password in the environment or in ~/.pgpass.
    password: () => config.password,
    ssl: tls,
    application_name: parameters.applicationName || 'landfall',
    connectionTimeoutMillis: parameters.connectTimeout ?? connectTimeout,
    keepAlive: parameters.keepAlive ?? true,
    // Firewalls and load balancers of AWS end connections that are silent for 350 seconds.
    keepAliveInitialDelayMillis: 30_000,
    types: { getTypeParser },
  }
}

function stoppedWhileConnecting({ host, port }: RedshiftConfig, cause: unknown): DestinationError {
  return new DestinationError(
    'INTERRUPTED',
    `Connecting to \`${host}:${port}\` was stopped because the process was asked to stop.`,
    { cause },
  )
}
