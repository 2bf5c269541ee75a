import { DatabaseSync } from 'node:sqlite'
import {
  joinSql,
  needsSanitizing,
  quoteIdentifier,
  quoteLiteral,
  type Receipt,
  type RecordBatch,
  type RecordLimits,
  type Row,
  rawColumns,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  sanitizeJson,
  sql,
  type TableDescription,
  type TableName,
  type Warehouse,
} from 'landfall/sdk'
import { classify } from './errors.ts'

/** How long to wait for another process that has the file open; the platform tries again later. */
const lockTimeoutMilliseconds = 2000

/** One database file, for this process alone while it is open. */
export class SqliteWarehouse implements Warehouse {
  /** Calls block the process until SQLite is done, so two of them cannot run at the same time anyway. */
  readonly loadConcurrency = 1
  /** https://sqlite.org/limits.html, https://sqlite.org/json1.html */
  readonly recordLimits: RecordLimits = {
    acceptsNumber: () => true,
    maximumStringBytes: 900_000_000,
    safeRecordBytes: 900_000_000,
    safeDepth: 1000,
  }
  readonly #database: DatabaseSync

  constructor(path: string) {
    try {
      this.#database = new DatabaseSync(path, { timeout: lockTimeoutMilliseconds })
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT')
    } catch (error) {
      throw classify(error, `opening \`${path}\``)
    }
  }

  async execute(batch: SqlBatch): Promise<void> {
    for (const transaction of batch) this.#transact(() => this.#run(transaction))
  }

  #run(statements: SqlTransaction): void {
    for (const statement of statements) {
      try {
        this.#database.exec(statement)
      } catch (error) {
        throw classify(error, `running \`${statement.split('\n', 1)[0]?.replaceAll('`', "'")}\``)
      }
    }
  }

  async query(statement: Sql): Promise<readonly Row[]> {
    const prepared = this.#database.prepare(statement)
    prepared.setReadBigInts(true)
    return prepared.all()
  }

  async insertRaw(table: TableName, batch: RecordBatch, alongside: SqlTransaction = []): Promise<Receipt> {
    const rowsWritten = this.#transact(() => {
      const count = this.#insert(table, batch)
      this.#run(alongside)
      return count
    })
    return { rowsWritten, rejected: [] }
  }

  #insert(table: TableName, batch: RecordBatch): number {
    const { syncId, generationId } = batch.stream
    const { rawId, extractedAt, data, meta } = rawColumns
    const columns = [rawId, extractedAt, data, meta, rawColumns.generationId].map(quoteIdentifier)
    const statement = this.#database.prepare(sql`INSERT INTO ${quoteTable(table)} (${joinSql(columns, ', ')})
VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ', ? / 1000.0, 'unixepoch'), ?, ?, ${generationId})`)
    let rowsWritten = 0
    batch.visit((index, block, start, end, emittedAt, changes) => {
      const record = readRecord(block, start, end, changes)
      const metaText = `{"changes":${record.changes},"sync_id":${syncId}}`
      try {
        const result = statement.run(batch.rawIds.get(index), emittedAt, record.data, metaText)
        rowsWritten += Number(result.changes)
      } catch (error) {
        throw classify(error, `loading a record into \`${table.namespace}.${table.name}\``, index)
      }
    })
    return rowsWritten
  }

  #transact<Result>(action: () => Result): Result {
    this.#database.exec('BEGIN')
    try {
      const result = action()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      // After some errors SQLite has rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw classify(error, 'committing a transaction')
    }
  }

  /** A load that failed has ended: the engine runs in this process. */
  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    const column = quoteIdentifier(rawColumns.rawId)
    const rows = await this.query(
      sql`SELECT 1 FROM ${quoteTable(table)} WHERE ${column} = ${quoteLiteral(rawId)}`,
    )
    return rows.length > 0
  }

  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    const rows = await this.query(sql`SELECT lower(tables.name) AS table_name, columns.name, columns.type
FROM sqlite_schema AS tables
JOIN pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table'`)
    const descriptions = new Map<string, Map<string, string>>()
    for (const row of rows) {
      const columns = descriptions.get(String(row.table_name)) ?? new Map<string, string>()
      descriptions.set(String(row.table_name), columns.set(String(row.name), String(row.type)))
    }
    return tables.map(({ namespace, name }) => descriptions.get(`${namespace}.${name}`.toLowerCase()))
  }

  /** All of them: a namespace is the beginning of a name. */
  async listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(namespaces)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }
}

type TextRecord = { readonly data: string; readonly changes: string }

/** The record as text; characters that a text cannot hold are replaced, which the record's changes then say. */
function readRecord(block: Buffer, start: number, end: number, changes: Buffer | undefined): TextRecord {
  const earlier = changes?.toString() ?? '[]'
  if (!needsSanitizing(block, start, end))
    return { data: block.toString('utf8', start, end), changes: earlier }
  const { data, changedFields } = sanitizeJson(block, start, end)
  const entries = changedFields.map((field) =>
    JSON.stringify({ field, change: 'TRUNCATED', reason: 'DESTINATION_SERIALIZATION_ERROR' }),
  )
  const all = [earlier.trim().slice(1, -1).trim(), ...entries].filter((entry) => entry !== '')
  return { data: data.toString(), changes: `[${all.join(',')}]` }
}

/** As the generator writes it. */
function quoteTable({ namespace, name }: TableName): Sql {
  return quoteIdentifier(`${namespace}.${name}`)
}
