import {
  asTransient,
  type DestinationContext,
  type Logger,
  type Receipt,
  type RecordBatch,
  type RecordLimits,
  type RightsNeeded,
  type Row,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  SshTunnel,
  type StreamConfig,
  type TableDescription,
  type TableName,
  type Warehouse,
} from 'landfall/sdk'
import type { PostgresConfig } from './config.ts'
import { openConnection, type PostgresConnection } from './connection.ts'
import { describeTables, listNamespaces } from './describe-tables.ts'
import { KeyTrial } from './key-trial.ts'
import { isOutOfConnections } from './out-of-connections.ts'
import { ConnectionPool } from './pool.ts'
import { RawLoads } from './raw-loads.ts'
import { readRights } from './read-rights.ts'
import { postgresRecordLimits } from './record-limits.ts'
import type { PostgresSession } from './relative.ts'
import { assertRights, tablesOfOthers } from './rights.ts'
import { SessionLabels } from './session-labels.ts'
import { runStatement, runTransaction } from './statements.ts'
import { TableLocks } from './table-locks.ts'

/** Two COPYs at a time are 1.6 to 2.1 times as fast as one, since each keeps one server process busy; four gain no more. */
const loadConcurrency = 2

/** Loads leave room for two streams that are being typed. */
const connectionLimit = 4

export type PostgresWarehouseOptions = PostgresSession & {
  /** How long to wait for another sync of the same tables. Default: a minute. */
  readonly lockWaitMilliseconds?: number
}

/** PostgreSQL over `pg`, with raw rows loaded by binary COPY. */
export class PostgresWarehouse implements Warehouse {
  readonly replacesCharacters = true
  readonly loadConcurrency = loadConcurrency
  readonly recordLimits: RecordLimits
  /** `server_version_num`, for example 180004 for 18.4. */
  readonly serverVersion: number
  readonly #pool: ConnectionPool
  readonly #logger: Logger
  readonly #locks: TableLocks
  readonly #labels: SessionLabels
  readonly #tunnel: SshTunnel | undefined
  readonly #loads: RawLoads

  private constructor(
    { pool, locks, labels, tunnel, logger, isTypingEnabled, unconstrainedNumber, session }: Parts,
    { serverVersion }: PostgresConnection,
  ) {
    this.#pool = pool
    const hasKeyLimit = isTypingEnabled && session.loadStatements === undefined
    this.#loads = new RawLoads({
      pool,
      labels,
      logger,
      isTypingEnabled,
      loadStatements: session.loadStatements,
      keyTrial: hasKeyLimit ? new KeyTrial({ serverVersion, unconstrainedNumber }) : undefined,
    })
    this.recordLimits = { ...postgresRecordLimits, ...session.recordLimits }
    this.serverVersion = serverVersion
    this.#locks = locks
    this.#tunnel = tunnel
    this.#labels = labels
    this.#logger = logger
  }

  /** Opens the first connection, so that whatever is wrong with the configuration shows here. */
  static async connect(
    config: PostgresConfig,
    context: DestinationContext,
    options: PostgresWarehouseOptions = {},
  ): Promise<PostgresWarehouse> {
    const { logger, signal } = context
    let hasConnected = false
    const tunnel = createTunnel(config, context)
    const open = async () => {
      try {
        return await openConnection(config, { tunnel, signal, session: options.session })
      } catch (error) {
        throw hasConnected ? asTransient(error) : error
      }
    }
    const pool = new ConnectionPool({ open, limit: connectionLimit, logger, signal })
    try {
      const connection = await pool.use(async (first) => first)
      const { serverVersion, isEncrypted } = connection
      hasConnected = true
      logger.info(
        `Connected to PostgreSQL ${serverVersion} at ${config.host}:${config.port}, database ${config.database}, ` +
          `${isEncrypted ? 'encrypted' : 'not encrypted'}.`,
      )
      const locks = new TableLocks({
        open,
        logger,
        signal,
        waitMilliseconds: options.lockWaitMilliseconds,
      })
      return new PostgresWarehouse(
        {
          pool,
          locks,
          labels: new SessionLabels(config),
          tunnel,
          logger,
          isTypingEnabled: !config.disableTypeDedupe,
          unconstrainedNumber: config.unconstrainedNumber,
          session: options,
        },
        connection,
      )
    } catch (error) {
      await pool[Symbol.asyncDispose]()
      await tunnel?.[Symbol.asyncDispose]()
      throw error
    }
  }

  async execute(batch: SqlBatch, stream?: StreamConfig): Promise<void> {
    if (batch.length === 0) return
    await this.#locks.ensure()
    await this.#pool.use(async (connection) => {
      await this.#labels.show(connection.client, stream)
      for (const transaction of batch) await runTransaction(connection, transaction)
    })
  }

  /** Booleans and integers of up to 32 bits are JavaScript values; everything else is the server's text. */
  async query(statement: Sql): Promise<readonly Row[]> {
    return this.#pool.use(async ({ client }) => runStatement(client, statement))
  }

  async insertRaw(table: TableName, batch: RecordBatch, alongside: SqlTransaction = []): Promise<Receipt> {
    await this.#locks.ensure()
    return this.#loads.insert(table, batch, alongside)
  }

  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    return this.#loads.hasRawId(table, rawId)
  }

  async assertRights(needed: RightsNeeded): Promise<void> {
    const rights = await this.#pool.use(({ client }) => readRights(client, needed))
    if (rights === undefined) return
    assertRights(rights, needed.isTypingEnabled)
    const ofOthers = tablesOfOthers(rights)
    if (ofOthers.length === 0) return
    this.#logger.warn(
      `The role \`${rights.role}\` does not own all of its tables. Rows can be written; as soon as columns or indexes ` +
        `must change, it needs: ${ofOthers.join('; ')};`,
    )
  }

  async lockTables(tables: readonly TableName[]): Promise<void> {
    try {
      await this.#locks.acquire(tables)
    } catch (error) {
      if (!isOutOfConnections(error)) throw error
      // A role with a single connection must be able to sync, as long as nobody else needs the tables.
      this.#locks.forget()
      this.#logger.warn(
        'The server has no room for the session that keeps other syncs away from the raw tables. Going on without it: see to it that no two syncs of this connection run at the same time.',
      )
    }
  }

  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    if (tables.length === 0) return []
    return this.#pool.use(({ client }) => describeTables(client, tables))
  }

  async listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    if (namespaces.length === 0) return new Set()
    return this.#pool.use(({ client }) => listNamespaces(client, namespaces))
  }

  /** The locks go after the pool: what is under way may still write. The tunnel carries both. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]()
    await this.#locks[Symbol.asyncDispose]()
    await this.#tunnel?.[Symbol.asyncDispose]()
  }
}

type Parts = {
  readonly pool: ConnectionPool
  readonly locks: TableLocks
  readonly labels: SessionLabels
  readonly tunnel: SshTunnel | undefined
  readonly logger: Logger
  readonly isTypingEnabled: boolean
  readonly unconstrainedNumber: boolean
  readonly session: PostgresSession
}

function createTunnel(
  { tunnel, parameters }: PostgresConfig,
  { logger, signal }: DestinationContext,
): SshTunnel | undefined {
  if (tunnel === undefined) return undefined
  const { connectTimeout } = parameters
  return new SshTunnel({ config: tunnel, logger, signal, timeoutMilliseconds: connectTimeout || undefined })
}
