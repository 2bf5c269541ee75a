import {
  type DestinationContext,
  joinSql,
  type Logger,
  quoteIdentifier,
  type Receipt,
  type RecordBatch,
  type Row,
  type Sql,
  type SqlBatch,
  sql,
  type TableDescription,
  type TableName,
  type Warehouse,
} from 'landfall/sdk'
import type { PostgresConfig } from './config.ts'
import { openConnection } from './connection.ts'
import { CopyFrames, FramePool } from './copy-frames.ts'
import { copyIn } from './copy-in.ts'
import { copyColumns, encodeRows } from './copy-rows.ts'
import { classifyLoadError } from './load-errors.ts'
import { ConnectionPool } from './pool.ts'
import { runStatement, runTransaction } from './statements.ts'

/** Two COPYs at a time are 1.6 to 2.1 times as fast as one, since each keeps one server process busy; four gain no more. */
const loadConcurrency = 2

/** Loads leave room for two streams that are being typed. */
const connectionLimit = 4

/** PostgreSQL over `pg`, with raw rows loaded by binary COPY. */
export class PostgresWarehouse implements Warehouse {
  readonly loadConcurrency = loadConcurrency
  /** `server_version_num`, for example 180004 for 18.4. */
  readonly serverVersion: number
  readonly #pool: ConnectionPool
  readonly #logger: Logger
  readonly #frames = new FramePool()

  private constructor(pool: ConnectionPool, serverVersion: number, logger: Logger) {
    this.#pool = pool
    this.serverVersion = serverVersion
    this.#logger = logger
  }

  /** Opens the first connection, so that whatever is wrong with the configuration shows here. */
  static async connect(config: PostgresConfig, context: DestinationContext): Promise<PostgresWarehouse> {
    const { logger, signal } = context
    const pool = new ConnectionPool({
      open: () => openConnection(config),
      limit: connectionLimit,
      logger,
      signal,
    })
    try {
      const { serverVersion, isEncrypted } = await pool.use(async (connection) => connection)
      logger.info(
        `Connected to PostgreSQL ${serverVersion} at ${config.host}:${config.port}, database ${config.database}, ` +
          `${isEncrypted ? 'encrypted' : 'not encrypted'}.`,
      )
      return new PostgresWarehouse(pool, serverVersion, logger)
    } catch (error) {
      await pool[Symbol.asyncDispose]()
      throw error
    }
  }

  async execute(batch: SqlBatch): Promise<void> {
    if (batch.length === 0) return
    await this.#pool.use(async ({ client }) => {
      for (const transaction of batch) await runTransaction(client, transaction)
    })
  }

  /** Booleans and integers of up to 32 bits are JavaScript values; everything else is the server's text. */
  async query(statement: Sql): Promise<readonly Row[]> {
    return this.#pool.use(async ({ client }) => runStatement(client, statement))
  }

  async insertRaw(table: TableName, batch: RecordBatch): Promise<Receipt> {
    return this.#pool.use(async ({ client }) => {
      const startedAt = performance.now()
      try {
        const frames = new CopyFrames(this.#frames)
        const rowsWritten = await copyIn(client, copyStatement(table), encodeRows(batch, frames))
        // Only after success: of a COPY that failed, the socket may still hold a message.
        frames.release()
        const milliseconds = Math.round(performance.now() - startedAt)
        this.#logger.debug(
          `Loaded ${rowsWritten} rows into ${table.namespace}.${table.name} in ${milliseconds} ms.`,
        )
        return { rowsWritten, rowsRejected: 0 }
      } catch (error) {
        throw classifyLoadError(error, table, batch)
      }
    })
  }

  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    const descriptions: (Map<string, string> | undefined)[] = tables.map(() => undefined)
    if (tables.length === 0) return descriptions
    const namespaces = tables.map((table) => table.namespace)
    const names = tables.map((table) => table.name)
    const rows = await this.#pool.use(({ client }) =>
      runStatement<ColumnRow>(client, selectColumns, [namespaces, names]),
    )
    for (const { position, column_name: name, type_name: type } of rows) {
      const description = descriptions[position - 1] ?? new Map<string, string>()
      descriptions[position - 1] = description
      if (name !== null && type !== null) description.set(name, type)
    }
    return descriptions
  }

  async listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    if (namespaces.length === 0) return new Set()
    const rows = await this.#pool.use(({ client }) =>
      runStatement<{ readonly namespace: string }>(client, selectNamespaces, [namespaces]),
    )
    return new Set(rows.map(({ namespace }) => namespace))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]()
  }
}

/** A table without columns has one row, whose column and type are null. */
type ColumnRow = {
  readonly position: number
  readonly column_name: string | null
  readonly type_name: string | null
}

/**
 * The catalogs rather than `information_schema`, which hides tables that the role has no rights on: they are
 * in the way all the same. `position` counts from 1.
 */
const selectColumns = sql`SELECT wanted.position::int4 AS position, a.attname AS column_name, t.typname AS type_name
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (namespace, name, position)
JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.namespace
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind IN ('r', 'p', 'f')
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
ORDER BY wanted.position, a.attnum`

const selectNamespaces = sql`SELECT nspname AS namespace FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[])`

function copyStatement(table: TableName): Sql {
  const name = sql`${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`
  return sql`COPY ${name} (${joinSql(copyColumns.map(quoteIdentifier), ', ')}) FROM STDIN (FORMAT binary)`
}
