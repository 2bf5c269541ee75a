import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import {
  type BatchCopy,
  DestinationError,
  describeStream,
  quoteIdentifier,
  type Receipt,
  type RecordBatch,
  type Sql,
  type SqlTransaction,
  sql,
  type TableName,
} from 'landfall/sdk'
import type { ConnectionPool } from './connection-pool.ts'
import type { EngineThreads } from './engine-threads.ts'
import { classifyDuckDbError } from './errors.ts'
import { insertFromSpool } from './insert-statement.ts'
import { findLargest, isWorthLoading } from './load-policy.ts'
import { repairRecord } from './repair-record.ts'
import type { RecordRepair } from './spool-batch.ts'
import { type SpooledBatch, SpoolFile } from './spool-file.ts'

export type SpoolLoaderOptions = {
  readonly pool: ConnectionPool
  readonly threads: EngineThreads
  /** For the files; exists. */
  readonly directory: string
  /** What one load may bring. */
  readonly loadBytes: number
  /** How many loads the engine has at a time; each takes the memory of a row group. */
  readonly loads: number
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal
}

/** Of files that wait to become large: with many streams the disk may be full of files of which none is. */
const collectedLoads = 4

/** Collects batches in a file for each raw table, and has the engine load one file while the next is written. */
export class SpoolLoader {
  readonly #options: SpoolLoaderOptions
  readonly #open = new Map<string, SpoolFile>()
  readonly #waiting: SpoolFile[] = []
  #loads = 0
  #fileCount = 0
  #change = Promise.withResolvers<void>()

  constructor(options: SpoolLoaderOptions) {
    this.#options = options
  }

  /** Called for one batch at a time. */
  async load(table: TableName, batch: RecordBatch, alongside: SqlTransaction): Promise<Receipt> {
    if (batch.handOver === undefined || alongside.length > 0) return this.#loadAlone(table, batch, alongside)
    while (this.#waiting.length > 0) await this.#change.promise
    const key = JSON.stringify([table.namespace, table.name])
    const file = this.#open.get(key) ?? this.#createFile(table)
    const spooled = append(file, batch)
    this.#open.set(key, file)
    batch.handOver(this.#copyOf(file, spooled))
    const { loadBytes } = this.#options
    if (isWorthLoading(file, loadBytes)) this.#send(file)
    const largest = findLargest([...this.#open.values()], loadBytes * collectedLoads)
    if (largest !== undefined) this.#send(largest)
    return spooled.receipt.promise
  }

  #copyOf(file: SpoolFile, spooled: SpooledBatch): BatchCopy {
    return {
      read: () => file.read(spooled),
      load: () => this.#send(file),
      [Symbol.asyncDispose]: () => file.forget(spooled),
    }
  }

  #send(file: SpoolFile): void {
    const key = JSON.stringify([file.table.namespace, file.table.name])
    // It may be on its way already.
    if (this.#open.get(key) !== file) return
    this.#open.delete(key)
    this.#waiting.push(file)
    this.#startNext()
  }

  #startNext(): void {
    if (this.#loads === this.#options.loads) return
    const file = this.#waiting.shift()
    if (file === undefined) return
    this.#loads += 1
    void this.#deliver(file)
  }

  /** Never throws: each batch gets its own answer. */
  async #deliver(file: SpoolFile): Promise<void> {
    try {
      await this.#loadFile(file)
      for (const { receipt, count } of file.batches) receipt.resolve({ rowsWritten: count, rejected: [] })
    } catch (error) {
      // One bad record is no reason to refuse the batches of others.
      if (isRefusal(error)) for (const batch of file.batches) await this.#loadAgain(file, batch, error)
      else for (const { receipt } of file.batches) receipt.reject(classify(error, file.table))
    }
    this.#loads -= 1
    this.#startNext()
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }

  async #loadFile(file: SpoolFile): Promise<void> {
    const { signal, pool, threads } = this.#options
    if (signal.aborted) throw signal.reason
    await threads.spare()
    await pool.use((connection) =>
      inTransaction(connection, async () => {
        const { rowsChanged } = await connection.run(loadStatement(file))
        if (rowsChanged !== file.rows) throw miscounted(file, rowsChanged)
      }),
    )
  }

  async #loadAgain(file: SpoolFile, spooled: SpooledBatch, refusal: unknown): Promise<void> {
    try {
      const batch = await file.read(spooled)
      const receipt = isRefusedText(refusal)
        ? await this.#loadRepaired(file.table, batch, [])
        : await this.#loadAlone(file.table, batch, [])
      spooled.receipt.resolve(receipt)
    } catch (error) {
      spooled.receipt.reject(error)
    }
  }

  /**
   * Loads the batch as it is. Where DuckDB refuses a record's text (an escape that names no character,
   * bytes that are not UTF-8), the batch goes again with such records repaired and the repair on record.
   */
  async #loadAlone(table: TableName, batch: RecordBatch, alongside: SqlTransaction): Promise<Receipt> {
    try {
      return await this.#loadOnce(table, batch, alongside)
    } catch (error) {
      if (!isRefusedText(error)) throw classify(error, table)
    }
    return this.#loadRepaired(table, batch, alongside)
  }

  async #loadRepaired(table: TableName, batch: RecordBatch, alongside: SqlTransaction): Promise<Receipt> {
    try {
      return await this.#loadOnce(table, batch, alongside, repairRecord)
    } catch (error) {
      throw isRefusedText(error) ? refusedRecord(error, batch) : classify(error, table)
    }
  }

  async #loadOnce(
    table: TableName,
    batch: RecordBatch,
    alongside: SqlTransaction,
    repair?: RecordRepair,
  ): Promise<Receipt> {
    const file = this.#createFile(table)
    try {
      file.append(batch, repair)
      const rowsWritten = await this.#options.pool.use((connection) =>
        runLoad(connection, loadStatement(file), alongside),
      )
      return { rowsWritten, rejected: [] }
    } finally {
      await file.remove()
    }
  }

  #createFile(table: TableName): SpoolFile {
    this.#fileCount += 1
    return new SpoolFile(table, join(this.#options.directory, `${this.#fileCount}.txt`))
  }
}

function append(file: SpoolFile, batch: RecordBatch): SpooledBatch {
  try {
    return file.append(batch)
  } catch (error) {
    throw classify(error, file.table)
  }
}

function loadStatement(file: SpoolFile): Sql {
  const [first] = file.batches
  if (first === undefined) throw new Error(`the spool file ${file.path} is empty`)
  return insertFromSpool(quoteTable(file.table), first.stream, file)
}

/** Returns the number of rows that the load wrote. */
async function runLoad(connection: DuckDBConnection, load: Sql, alongside: SqlTransaction): Promise<number> {
  if (alongside.length === 0) return (await connection.run(load)).rowsChanged
  return inTransaction(connection, async () => {
    const { rowsChanged } = await connection.run(load)
    for (const statement of alongside) await connection.run(statement)
    return rowsChanged
  })
}

async function inTransaction<Result>(
  connection: DuckDBConnection,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.run('BEGIN')
  try {
    const result = await work()
    await connection.run('COMMIT')
    return result
  } catch (error) {
    // The statement's error is the one to report.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** Whether another try with fewer records, or repaired ones, may succeed. */
function isRefusal(error: unknown): boolean {
  return isRefusedText(error) || classifyDuckDbError(error, 'loading rows').code === 'DATA_REFUSED'
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

function miscounted(file: SpoolFile, rows: number): DestinationError {
  return new DestinationError(
    'RECEIPT_MISMATCH',
    `Of ${file.rows} records for ${tableLabel(file.table)} DuckDB reports ${rows} written. ` +
      'The load was rolled back and no state is released for them; the next sync sends them again.',
  )
}

function classify(error: unknown, table: TableName): DestinationError {
  return classifyDuckDbError(error, `loading rows into ${tableLabel(table)}`)
}

function quoteTable(table: TableName): Sql {
  return sql`${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`
}

function tableLabel(table: TableName): string {
  return `\`${table.namespace}.${table.name}\``
}
