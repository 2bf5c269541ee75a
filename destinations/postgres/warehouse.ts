import { setTimeout as sleep } from 'node:timers/promises'
import {
  asTransient,
  type DestinationContext,
  DestinationError,
  joinSql,
  type Logger,
  quoteIdentifier,
  type Receipt,
  type RecordBatch,
  type RecordLimits,
  type RightsNeeded,
  type Row,
  rawColumns,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  SshTunnel,
  type StreamConfig,
  sql,
  type TableDescription,
  type TableName,
  type Warehouse,
} from 'landfall/sdk'
import type pg from 'pg'
import type { PostgresConfig } from './config.ts'
import { openConnection, type PostgresConnection } from './connection.ts'
import { FramePool } from './copy-frames.ts'
import { copyIn } from './copy-in.ts'
import { copyColumns, encodeRows } from './copy-rows.ts'
import { describeTables, listNamespaces } from './describe-tables.ts'
import { insertRows } from './insert-rows.ts'
import { classifyLoadError } from './load-errors.ts'
import { ConnectionPool } from './pool.ts'
import { readRights } from './read-rights.ts'
import { postgresRecordLimits } from './record-limits.ts'
import type { PostgresSession } from './relative.ts'
import { assertRights, tablesOfOthers } from './rights.ts'
import { SessionLabels } from './session-labels.ts'
import { inTransaction, runStatement, runTransaction, serverProcess } from './statements.ts'
import { TableLocks } from './table-locks.ts'
import { noteUntyped, untypedTableOf } from './untyped-ranges.ts'

/** Two COPYs at a time are 1.6 to 2.1 times as fast as one, since each keeps one server process busy; four gain no more. */
const loadConcurrency = 2

/** Loads leave room for two streams that are being typed. */
const connectionLimit = 4

/** How long a load whose connection broke may take to end on the server, once it was told to. */
const lostLoadMilliseconds = 30_000

export type PostgresWarehouseOptions = PostgresSession & {
  /** How long to wait for another sync of the same tables. Default: a minute. */
  readonly lockWaitMilliseconds?: number
}

/** PostgreSQL over `pg`, with raw rows loaded by binary COPY. */
export class PostgresWarehouse implements Warehouse {
  readonly loadConcurrency = loadConcurrency
  readonly recordLimits: RecordLimits
  /** `server_version_num`, for example 180004 for 18.4. */
  readonly serverVersion: number
  readonly #pool: ConnectionPool
  readonly #logger: Logger
  readonly #frames = new FramePool()
  readonly #locks: TableLocks
  readonly #labels: SessionLabels
  readonly #tunnel: SshTunnel | undefined
  readonly #isTypingEnabled: boolean
  readonly #loadStatements: PostgresSession['loadStatements']
  /** By quoted name: whether the raw table has a table of untyped ranges beside it. */
  readonly #untypedTables = new Map<Sql, boolean>()
  /** Server processes of loads whose connection broke. */
  readonly #lostProcesses = new Set<number>()

  private constructor(
    { pool, locks, labels, tunnel, logger, isTypingEnabled, session }: Parts,
    { serverVersion }: PostgresConnection,
  ) {
    this.#pool = pool
    this.#isTypingEnabled = isTypingEnabled
    this.#loadStatements = session.loadStatements
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
    return this.#pool.use(async (connection) => {
      const { client, isPooled } = connection
      await this.#labels.show(client, batch.stream)
      const startedAt = performance.now()
      try {
        const notesUntyped = await this.#notesUntyped(client, table)
        const statements = notesUntyped
          ? [...alongside, noteUntyped(table, batch.rawIds, batch.count)]
          : alongside
        const load = () => this.#load(client, table, batch, notesUntyped ? Date.now() : undefined)
        const rowsWritten =
          statements.length === 0 && !isPooled && this.#loadStatements === undefined
            ? await load()
            : await inTransaction(connection, () => withStatements(load, statements))
        const milliseconds = Math.round(performance.now() - startedAt)
        this.#logger.debug(
          `Loaded ${rowsWritten} rows into ${table.namespace}.${table.name} in ${milliseconds} ms.`,
        )
        return { rowsWritten, rejected: [] }
      } catch (error) {
        const classified = classifyLoadError(error, table, batch)
        // A pooler's number is nobody's, or another session's.
        const process = isPooled ? undefined : serverProcess(client)
        if (classified.code === 'SERVER_UNAVAILABLE' && process !== undefined)
          this.#lostProcesses.add(process)
        throw classified
      }

      async function withStatements(load: () => Promise<number>, statements: SqlTransaction) {
        const rowsWritten = await load()
        for (const statement of statements) await runStatement(client, statement)
        return rowsWritten
      }
    })
  }

  /** Raw tables only, on request: then `_airbyte_loaded_at` stays null, for whoever types them. */
  async #notesUntyped(client: pg.Client, table: TableName): Promise<boolean> {
    if (!this.#isTypingEnabled) return false
    const untyped = quoteTable(untypedTableOf(table))
    const known = this.#untypedTables.get(untyped)
    if (known !== undefined) return known
    const [row] = await runStatement<{ readonly is_there: boolean }>(
      client,
      sql`SELECT to_regclass($1) IS NOT NULL AS is_there`,
      [untyped],
    )
    this.#untypedTables.set(untyped, row?.is_there === true)
    return row?.is_there === true
  }

  async #load(
    client: pg.Client,
    table: TableName,
    batch: RecordBatch,
    loadedAt: number | undefined,
  ): Promise<number> {
    if (this.#loadStatements === undefined) return this.#copy(client, table, batch, loadedAt)
    return insertRows(client, this.#loadStatements(table, batch, loadedAt))
  }

  async #copy(
    client: pg.Client,
    table: TableName,
    batch: RecordBatch,
    loadedAt: number | undefined,
  ): Promise<number> {
    return copyIn(client, copyStatement(table), encodeRows(batch, this.#frames, loadedAt))
  }

  /**
   * A load whose connection broke may still be running on the server, or wait there for more data. It is
   * ended first, so that the answer stays true. Behind a pooler its process is not known; there the
   * primary key of the raw table makes a second load of the same rows wait for the first.
   */
  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    return this.#pool.use(async ({ client }) => {
      await this.#endLostLoads(client, table)
      const rows = await runStatement<{ readonly has_row: boolean }>(
        client,
        sql`SELECT EXISTS (SELECT 1 FROM ${quoteTable(table)} WHERE ${quoteIdentifier(rawColumns.rawId)} = $1) AS has_row`,
        [rawId],
      )
      return rows[0]?.has_row === true
    })
  }

  async #endLostLoads(client: pg.Client, table: TableName): Promise<void> {
    const deadline = performance.now() + lostLoadMilliseconds
    const processes = [...this.#lostProcesses]
    while (processes.length > 0) {
      const running = await runStatement(client, endLoads, [processes, quoteTable(table)])
      if (running.length === 0) return
      if (performance.now() >= deadline) {
        throw new DestinationError(
          'SERVER_UNAVAILABLE',
          `The server has not yet ended an earlier load into \`${table.namespace}.${table.name}\`, whose connection broke.`,
        )
      }
      await sleep(lostLoadPollMilliseconds)
    }
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
      if (!DestinationError.is(error) || error.code !== 'SERVER_UNAVAILABLE') throw error
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

const lostLoadPollMilliseconds = 100

/** Only processes that hold the table: after a restart, the number may be another session's. */
const endLoads = sql`SELECT pg_terminate_backend(pid)
FROM (
  SELECT DISTINCT pid
  FROM pg_catalog.pg_locks
  WHERE pid = ANY ($1::int4[])
    AND relation = to_regclass($2)
    AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
) AS loads`

function quoteTable(table: TableName): Sql {
  return sql`${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`
}

function copyStatement(table: TableName): Sql {
  return sql`COPY ${quoteTable(table)} (${joinSql(copyColumns.map(quoteIdentifier), ', ')}) FROM STDIN (FORMAT binary)`
}
