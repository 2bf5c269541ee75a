import type { StreamConfig } from '../catalog/stream-config.ts'
import { defaultRetryPolicy, isWorthRetrying, type RetryPolicy, withRetries } from '../connection/retry.ts'
import type { Batching } from '../destination/destination.ts'
import type { Receipt, RecordBatch } from '../destination/record-batch.ts'
import type { RecordLimits } from '../destination/record-limits.ts'
import type { RightsNeeded, Row, TableDescription, Warehouse } from '../destination/warehouse.ts'
import { DestinationError, toDestinationError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Sql, SqlBatch, SqlTransaction } from '../sql/sql.ts'
import type { TableName } from '../sql/sql-generator.ts'

export type RetryingWarehouseOptions = {
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly policy?: RetryPolicy
}

/**
 * A warehouse whose passing failures pass without anybody seeing more of them than a line in the log.
 * Nothing is done twice: see `insertRaw` and `execute`.
 */
export class RetryingWarehouse implements Warehouse {
  readonly #warehouse: Warehouse
  readonly #options: RetryingWarehouseOptions & { readonly policy: RetryPolicy }

  constructor(warehouse: Warehouse, options: RetryingWarehouseOptions) {
    this.#warehouse = warehouse
    this.#options = { ...options, policy: options.policy ?? defaultRetryPolicy }
  }

  get loadConcurrency(): number {
    return this.#warehouse.loadConcurrency
  }

  get batching(): Batching | undefined {
    return this.#warehouse.batching
  }

  get recordLimits(): RecordLimits | undefined {
    return this.#warehouse.recordLimits
  }

  get replacesCharacters(): boolean | undefined {
    return this.#warehouse.replacesCharacters
  }

  get maximumKeptBytes(): number | undefined {
    return this.#warehouse.maximumKeptBytes
  }

  /**
   * Transaction by transaction, so that one that succeeded is not run again for the sake of the next.
   *
   * A connection that breaks during COMMIT leaves open whether the transaction happened. Typing may run
   * again all the same: it takes the rows that are not marked as loaded, and marks them in the same
   * transaction; a rebuild starts from the raw table each time. Statements that make, rename or drop a table
   * fail the second time instead, and change nothing by that. Such a failure says only that the work was
   * probably done, so the sync ends with the first one, which is transient: the next sync looks at the tables anew.
   */
  async execute(batch: SqlBatch, stream?: StreamConfig): Promise<void> {
    for (const transaction of batch) {
      let lastPassing: DestinationError | undefined
      try {
        await this.#retry(async (earlier) => {
          lastPassing = earlier
          await this.#warehouse.execute([transaction], stream)
        })
      } catch (error) {
        // Outside of the retries, which would take the explanation for one more failure that may pass.
        throw lastPassing === undefined ? error : explainRepetition(lastPassing, toDestinationError(error))
      }
    }
  }

  async query(statement: Sql): Promise<readonly Row[]> {
    return this.#retry(() => this.#warehouse.query(statement))
  }

  /**
   * Asks before it sends a batch again: a batch lands as a whole, so its first row tells whether it did. The
   * warehouse's count was lost with the connection; a batch that is there is there in full.
   */
  async insertRaw(table: TableName, batch: RecordBatch, alongside?: SqlTransaction): Promise<Receipt> {
    const hasLanded = () => this.#warehouse.hasRawId(table, batch.rawIds.get(0))
    const landed: Receipt = { rowsWritten: batch.count, rejected: [] }
    return this.#retry(async (earlier) => {
      if (earlier !== undefined && (await hasLanded())) return landed
      if (earlier !== undefined) await batch.restore?.()
      try {
        return await this.#warehouse.insertRaw(table, batch, alongside)
      } catch (error) {
        // The first load may have ended after the question, and its rows be what refuses these.
        const isRefusal = DestinationError.is(error) && error.code === 'DATA_REFUSED'
        if (earlier !== undefined && isRefusal && (await hasLanded())) return landed
        throw error
      }
    })
  }

  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    return this.#retry(() => this.#warehouse.hasRawId(table, rawId))
  }

  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    return this.#retry(() => this.#warehouse.describeTables(tables))
  }

  async listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#retry(() => this.#warehouse.listNamespaces(namespaces))
  }

  async assertRights(needed: RightsNeeded): Promise<void> {
    await this.#retry(async () => this.#warehouse.assertRights?.(needed))
  }

  async lockTables(tables: readonly TableName[]): Promise<void> {
    await this.#retry(async () => this.#warehouse.lockTables?.(tables))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#warehouse[Symbol.asyncDispose]()
  }

  #retry<Result>(action: (earlier: DestinationError | undefined) => Promise<Result>): Promise<Result> {
    return withRetries(action, this.#options)
  }
}

/** A statement that failed for a passing reason, and for a lasting one when it ran again. */
function explainRepetition(earlier: DestinationError, failure: DestinationError): DestinationError {
  if (isWorthRetrying(failure) || failure.code === 'INTERRUPTED' || failure.code === 'TABLE_LOCKED')
    return failure
  const { code, message, failureType, stream, cause } = earlier
  return new DestinationError(code, message, {
    failureType,
    stream,
    cause,
    detail: `The statement was run again, and then: ${[failure.message, failure.detail].filter(Boolean).join(' ')}`,
  })
}
