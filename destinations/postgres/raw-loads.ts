import { setTimeout as sleep } from 'node:timers/promises'
import {
  DestinationError,
  joinSql,
  type Logger,
  quoteIdentifier,
  type Receipt,
  type RecordBatch,
  rawColumns,
  type Sql,
  type SqlTransaction,
  type StreamConfig,
  sql,
  type TableName,
} from 'landfall/sdk'
import type pg from 'pg'
import type { PostgresConnection } from './connection.ts'
import { FramePool } from './copy-frames.ts'
import { copyIn } from './copy-in.ts'
import { copyColumns, encodeRows } from './copy-rows.ts'
import { insertRows } from './insert-rows.ts'
import type { KeyTrial } from './key-trial.ts'
import { classifyLoadError } from './load-errors.ts'
import type { ConnectionPool } from './pool.ts'
import type { LoadStatement, PostgresSession } from './relative.ts'
import type { SessionLabels } from './session-labels.ts'
import { inTransaction, rollBack, runStatement, serverProcess } from './statements.ts'
import { noteUntyped, untypedTableOf } from './untyped-ranges.ts'

export type RawLoadsOptions = {
  readonly pool: ConnectionPool
  readonly labels: SessionLabels
  readonly logger: Logger
  /** Whether rows are marked as loaded at once, with a note of those that wait for typing. */
  readonly isTypingEnabled: boolean
  readonly loadStatements: PostgresSession['loadStatements']
  /** Absent where no index is made, or none that refuses keys. */
  readonly keyTrial: KeyTrial | undefined
}

/** How long a load whose connection broke may take to end on the server, once it was told to. */
const lostLoadMilliseconds = 30_000
const lostLoadPollMilliseconds = 100

/** Brings batches into raw tables, and finds out about those whose end nobody saw. */
export class RawLoads {
  readonly #options: RawLoadsOptions
  readonly #frames = new FramePool()
  /** By quoted name: whether the raw table has a table of untyped ranges beside it. */
  readonly #untypedTables = new Map<Sql, boolean>()
  /** Server processes of loads whose connection broke, by the quoted name of the table. */
  readonly #lostProcesses = new Map<Sql, Set<number>>()

  constructor(options: RawLoadsOptions) {
    this.#options = options
  }

  /** See `insertRaw` of `Warehouse`. */
  async insert(table: TableName, batch: RecordBatch, alongside: SqlTransaction): Promise<Receipt> {
    const { pool, logger } = this.#options
    return pool.use(async (connection) => {
      const { client, isPooled } = connection
      const startedAt = performance.now()
      try {
        const rowsWritten = await this.#load(connection, table, batch, alongside)
        const milliseconds = Math.round(performance.now() - startedAt)
        logger.debug(
          `Loaded ${rowsWritten} rows into ${table.namespace}.${table.name} in ${milliseconds} ms.`,
        )
        return { rowsWritten, rejected: [] }
      } catch (error) {
        const classified = classifyLoadError(error, table, batch)
        // A pooler's number is nobody's, or another session's.
        const process = isPooled ? undefined : serverProcess(client)
        if (classified.code === 'SERVER_UNAVAILABLE' && process !== undefined) {
          const lost = this.#lostProcesses.get(quoteTable(table)) ?? new Set()
          this.#lostProcesses.set(quoteTable(table), lost.add(process))
        }
        throw classified
      }
    })
  }

  async #load(
    connection: PostgresConnection,
    table: TableName,
    batch: RecordBatch,
    alongside: SqlTransaction,
  ): Promise<number> {
    const { loadStatements, keyTrial } = this.#options
    await keyTrial?.assertKeys(connection, batch)
    // A range of old ids would have rows in it that were typed long ago.
    const notesUntyped = batch.hasOldIds !== true && (await this.#notesUntyped(connection.client, table))
    const loadedAt = notesUntyped ? Date.now() : undefined
    const statements = notesUntyped
      ? [...alongside, noteUntyped(table, batch.rawIds, batch.count)]
      : alongside
    if (loadStatements === undefined) return this.#copy(connection, table, batch, { loadedAt, statements })
    return this.#insert(connection, batch.stream, loadStatements(table, batch, loadedAt), statements)
  }

  /** All of it is one message and one answer, also where it is a transaction. */
  async #copy(
    { client, isPooled, begin }: PostgresConnection,
    table: TableName,
    batch: RecordBatch,
    { loadedAt, statements }: { readonly loadedAt: number | undefined; readonly statements: SqlTransaction },
  ): Promise<number> {
    const { labels } = this.#options
    const isAlone = statements.length === 0 && !isPooled
    const before = [...labels.changes(client, batch.stream), ...(isAlone ? [] : begin)]
    const after = isAlone ? [] : [...statements, sql`COMMIT`]
    const rows = encodeRows(batch, this.#frames, loadedAt)
    try {
      const rowsWritten = await copyIn(client, copyStatement(table), rows, { before, after })
      labels.remember(client, batch.stream)
      return rowsWritten
    } catch (error) {
      if (!isAlone) await rollBack(client)
      throw error
    }
  }

  /** For relatives without COPY. */
  async #insert(
    connection: PostgresConnection,
    stream: StreamConfig,
    rows: Iterable<LoadStatement>,
    statements: SqlTransaction,
  ): Promise<number> {
    await this.#options.labels.show(connection.client, stream)
    return inTransaction(connection, async () => {
      const rowsWritten = await insertRows(connection.client, rows)
      for (const statement of statements) await runStatement(connection.client, statement)
      return rowsWritten
    })
  }

  /** Raw tables only, on request: then `_airbyte_loaded_at` stays null, for whoever types them. */
  async #notesUntyped(client: pg.Client, table: TableName): Promise<boolean> {
    if (!this.#options.isTypingEnabled) return false
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

  /**
   * A load whose connection broke may still be running on the server, or wait there for more data. It is
   * ended first, so that the answer stays true. Behind a pooler its process is not known; there the
   * primary key of the raw table makes a second load of the same rows wait for the first.
   */
  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    return this.#options.pool.use(async ({ client }) => {
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
    const place = quoteTable(table)
    const processes = [...(this.#lostProcesses.get(place) ?? [])]
    const deadline = performance.now() + lostLoadMilliseconds
    while (processes.length > 0) {
      const running = await runStatement(client, endLoads, [processes, place])
      if (running.length === 0) return this.#forget(place, processes)
      if (performance.now() >= deadline) {
        throw new DestinationError(
          'SERVER_UNAVAILABLE',
          `The server has not yet ended an earlier load into \`${table.namespace}.${table.name}\`, whose connection broke.`,
        )
      }
      await sleep(lostLoadPollMilliseconds)
    }
  }

  /** A server gives numbers again, to sessions that are not to be ended. */
  #forget(place: Sql, processes: readonly number[]): void {
    const lost = this.#lostProcesses.get(place)
    for (const process of processes) lost?.delete(process)
  }
}

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
