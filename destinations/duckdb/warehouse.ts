import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import {
  DestinationError,
  describeStream,
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
import { classifyDuckDbError } from './errors.ts'
import { insertFromSpool } from './insert-statement.ts'
import { type Driver, loadDriver, type OpenOptions, openDatabase } from './open-database.ts'
import { plainRow } from './plain-row.ts'
import { repairRecord } from './repair-record.ts'
import { type RecordRepair, spoolBatch } from './spool-batch.ts'
import { createSpoolDirectory } from './spool-directory.ts'

/** One database file, open for writing. No other process can open it until this one is disposed. */
export class DuckDbWarehouse implements Warehouse {
  /** A load uses all cores already; a second one at the same time made none of them faster. */
  readonly loadConcurrency = 1
  readonly #driver: Driver
  readonly #instance: DuckDBInstance
  readonly #pool: ConnectionPool
  readonly #logger: Logger
  readonly #spoolDirectory: string
  readonly #stopListening: () => void
  #spoolCount = 0
  #disposal: Promise<void> | undefined

  private constructor(
    driver: Driver,
    instance: DuckDBInstance,
    spoolDirectory: string,
    options: OpenOptions,
  ) {
    this.#driver = driver
    this.#instance = instance
    this.#pool = new ConnectionPool(instance)
    this.#logger = options.logger
    this.#spoolDirectory = spoolDirectory
    const interrupt = () => this.#pool.interrupt()
    options.signal.addEventListener('abort', interrupt, { once: true })
    this.#stopListening = () => options.signal.removeEventListener('abort', interrupt)
  }

  static async open(options: OpenOptions): Promise<DuckDbWarehouse> {
    const driver = await loadDriver(options.memoryLimit)
    const instance = await openDatabase(driver, options)
    const spoolDirectory = await createSpoolDirectory(options.path)
    return new DuckDbWarehouse(driver, instance, spoolDirectory, options)
  }

  async execute(batch: SqlBatch): Promise<void> {
    for (const transaction of batch) {
      await this.#pool.use((connection) => runTransaction(connection, transaction))
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

  /**
   * Loads the batch as it is. Where DuckDB refuses a record's text (an escape that names no character,
   * bytes that are not UTF-8), the batch goes again with such records repaired and the repair on record.
   */
  async insertRaw(table: TableName, batch: RecordBatch, alongside: SqlTransaction = []): Promise<Receipt> {
    try {
      return await this.#load(table, batch, alongside)
    } catch (error) {
      if (!isRefusedText(error)) throw classifyDuckDbError(error, `loading rows into ${tableLabel(table)}`)
    }
    try {
      return await this.#load(table, batch, alongside, repairRecord)
    } catch (error) {
      throw isRefusedText(error)
        ? refusedRecord(error, batch)
        : classifyDuckDbError(error, `loading rows into ${tableLabel(table)}`)
    }
  }

  async #load(
    table: TableName,
    batch: RecordBatch,
    alongside: SqlTransaction,
    repair?: RecordRepair,
  ): Promise<Receipt> {
    this.#spoolCount += 1
    const path = join(this.#spoolDirectory, `${this.#spoolCount}.txt`)
    try {
      const { longestLineBytes } = spoolBatch(batch, path, repair)
      const statement = insertFromSpool(quoteTable(table), batch.stream, { path, longestLineBytes })
      const rowsWritten = await this.#pool.use((connection) => runLoad(connection, statement, alongside))
      return { rowsWritten, rejected: [] }
    } finally {
      await rm(path, { force: true })
    }
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
      await this.#pool.use((connection) => connection.run('CHECKPOINT'))
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

/** Returns the number of rows that the load wrote. */
async function runLoad(connection: DuckDBConnection, load: Sql, alongside: SqlTransaction): Promise<number> {
  if (alongside.length === 0) return (await connection.run(load)).rowsChanged
  await connection.run('BEGIN')
  try {
    const { rowsChanged } = await connection.run(load)
    for (const statement of alongside) await connection.run(statement)
    await connection.run('COMMIT')
    return rowsChanged
  } catch (error) {
    // The statement's error is the one to report.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
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

function isRefusedText(error: unknown): boolean {
  return error instanceof Error && !DestinationError.is(error) && /CSV Error on Line/.test(error.message)
}

/** DuckDB quotes the record in its message, so only the line's number is taken from there. */
function refusedRecord(error: unknown, batch: RecordBatch): DestinationError {
  const line = /CSV Error on Line: (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
  const { descriptor } = batch.stream
  return new DestinationError(
    'DATA_REFUSED',
    `DuckDB refused record ${line ?? 'unknown'} of a batch of ${batch.count} of the stream \`${describeStream(descriptor)}\`: its data is not valid JSON.`,
    { stream: descriptor, recordIndex: line === undefined ? undefined : Number(line) - 1 },
  )
}

function quoteTable(table: TableName): Sql {
  return sql`${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`
}

function tableLabel(table: TableName): string {
  return `\`${table.namespace}.${table.name}\``
}

/** As DuckDB compares names: without case. */
function tableKey(namespace: string, name: string): string {
  return `${namespace}\u0000${name}`.toLowerCase()
}

/** `DECIMAL(38,9)` is `DECIMAL`, as the SQL generator names it. */
function typeName(dataType: string): string {
  return dataType.replace(/\(.*\)$/, '')
}
