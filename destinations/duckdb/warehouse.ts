import { rm } from 'node:fs/promises'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import {
  joinSql,
  type Logger,
  quoteIdentifier,
  quoteLiteral,
  type Receipt,
  type RecordBatch,
  type Row,
  rawColumns,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  sql,
  type TableDescription,
  type TableName,
  type Warehouse,
} from 'landfall/sdk'
import { ConnectionPool } from './connection-pool.ts'
import { EngineThreads } from './engine-threads.ts'
import { classifyDuckDbError } from './errors.ts'
import { concurrentLoads, largestLoadBytes } from './memory-limit.ts'
import { type Driver, loadDriver, type OpenOptions, openDatabase } from './open-database.ts'
import { plainRow } from './plain-row.ts'
import { createSpoolDirectory } from './spool-directory.ts'
import { SpoolLoader } from './spool-loader.ts'

type Engine = {
  readonly driver: Driver
  readonly instance: DuckDBInstance
  readonly pool: ConnectionPool
  /** As many as the engine has chosen for this machine. */
  readonly threads: number
  readonly spoolDirectory: string
}

/** One database file, open for writing. No other process can open it until this one is disposed. */
export class DuckDbWarehouse implements Warehouse {
  /** Of batches on their way into a file; loads of files are another matter. */
  readonly loadConcurrency = 1
  readonly #driver: Driver
  readonly #instance: DuckDBInstance
  readonly #pool: ConnectionPool
  readonly #logger: Logger
  readonly #spoolDirectory: string
  readonly #threads: EngineThreads
  readonly #loader: SpoolLoader
  readonly #stopListening: () => void
  #disposal: Promise<void> | undefined

  private constructor(engine: Engine, options: OpenOptions) {
    const { driver, instance, pool, spoolDirectory } = engine
    this.#driver = driver
    this.#instance = instance
    this.#pool = pool
    this.#logger = options.logger
    this.#spoolDirectory = spoolDirectory
    this.#threads = new EngineThreads(engine.threads, (statement) =>
      pool.use((connection) => connection.run(statement)),
    )
    this.#loader = new SpoolLoader({
      pool,
      threads: this.#threads,
      directory: spoolDirectory,
      loadBytes: largestLoadBytes(options.memoryLimit),
      loads: concurrentLoads(options.memoryLimit),
      signal: options.signal,
    })
    const interrupt = () => pool.interrupt()
    options.signal.addEventListener('abort', interrupt, { once: true })
    this.#stopListening = () => options.signal.removeEventListener('abort', interrupt)
  }

  static async open(options: OpenOptions): Promise<DuckDbWarehouse> {
    const driver = await loadDriver(options.memoryLimit)
    const instance = await openDatabase(driver, options)
    const spoolDirectory = await createSpoolDirectory(options.path)
    const pool = new ConnectionPool(instance)
    const threads = await countThreads(pool)
    return new DuckDbWarehouse({ driver, instance, pool, threads, spoolDirectory }, options)
  }

  async execute(batch: SqlBatch): Promise<void> {
    for (const transaction of batch) {
      await this.#threads.useAll(() =>
        this.#pool.use((connection) => runTransaction(connection, transaction)),
      )
    }
  }

  async query(statement: Sql): Promise<readonly Row[]> {
    return this.#pool.use(async (connection) => {
      try {
        const reader = await connection.runAndReadAll(statement)
        return reader.getRowObjects().map((row) => plainRow(row, this.#driver))
      } catch (error) {
        throw classifyDuckDbError(error, `running \`${firstWords(statement)}\``)
      }
    })
  }

  insertRaw(table: TableName, batch: RecordBatch, alongside: SqlTransaction = []): Promise<Receipt> {
    return this.#loader.load(table, batch, alongside)
  }

  /** A load that failed has ended: the engine runs in this process. */
  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    const [row] = await this.query(
      sql`SELECT EXISTS (SELECT 1 FROM ${quoteTable(table)} WHERE ${quoteIdentifier(rawColumns.rawId)} = ${quoteLiteral(rawId)}) AS has_row`,
    )
    return row?.has_row === true
  }

  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    if (tables.length === 0) return []
    const wanted = joinSql(
      tables.map((table) => sql`(${quoteLiteral(table.namespace)}, ${quoteLiteral(table.name)})`),
      ', ',
    )
    const rows = await this.query(sql`SELECT schema_name, table_name, column_name, data_type
FROM duckdb_columns()
WHERE database_name = current_database()
  AND (lower(schema_name), lower(table_name)) IN (
    SELECT (lower(namespace), lower(name)) FROM (VALUES ${wanted}) AS wanted(namespace, name)
  )
ORDER BY column_index`)
    const descriptions = new Map<string, Map<string, string>>()
    for (const row of rows) {
      const key = tableKey(String(row.schema_name), String(row.table_name))
      const columns = descriptions.get(key) ?? new Map<string, string>()
      descriptions.set(key, columns.set(String(row.column_name), typeName(String(row.data_type))))
    }
    return tables.map((table) => descriptions.get(tableKey(table.namespace, table.name)))
  }

  async listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.query(sql`SELECT DISTINCT lower(schema_name) AS name
FROM duckdb_schemas()
WHERE database_name = current_database()`)
    const existing = new Set(rows.map((row) => row.name))
    return new Set(namespaces.filter((namespace) => existing.has(namespace.toLowerCase())))
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#close()
    return this.#disposal
  }

  async #close(): Promise<void> {
    this.#stopListening()
    try {
      await this.#threads.useAll(() => this.#pool.use((connection) => connection.run('CHECKPOINT')))
    } catch (error) {
      // Nothing is lost: the next process that opens the file replays its write-ahead log.
      this.#logger.warn(
        `The database was closed without a checkpoint: ${classifyDuckDbError(error, 'writing a checkpoint').message}`,
      )
    } finally {
      this.#pool.close()
      this.#instance.closeSync()
      await rm(this.#spoolDirectory, { recursive: true, force: true })
    }
  }
}

function countThreads(pool: ConnectionPool): Promise<number> {
  return pool.use(async (connection) => {
    const reader = await connection.runAndReadAll(sql`SELECT current_setting('threads')`)
    return Number(reader.getRows()[0]?.[0])
  })
}

async function runTransaction(connection: DuckDBConnection, transaction: SqlTransaction): Promise<void> {
  const [only] = transaction
  const isSingle = transaction.length === 1 && only !== undefined
  for (const statement of isSingle ? [only] : [sql`BEGIN`, ...transaction, sql`COMMIT`]) {
    try {
      await connection.run(statement)
    } catch (error) {
      // The statement's error is the one to report; a rollback fails only where nothing is open.
      if (!isSingle) await connection.run('ROLLBACK').catch(() => undefined)
      throw classifyDuckDbError(error, `running \`${firstWords(statement)}\``)
    }
  }
}

/** Enough of a statement to recognise it in a message; the rest may be long. */
function firstWords(statement: Sql): string {
  return (statement.split('\n', 1)[0] ?? '').slice(0, 100).replaceAll('`', "'").trimEnd()
}

function quoteTable(table: TableName): Sql {
  return sql`${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`
}

/** As DuckDB compares names: without case. */
function tableKey(namespace: string, name: string): string {
  return `${namespace}\u0000${name}`.toLowerCase()
}

/** `DECIMAL(38,9)` is `DECIMAL`, as the SQL generator names it. */
function typeName(dataType: string): string {
  return dataType.replace(/\(.*\)$/, '')
}
