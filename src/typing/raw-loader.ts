import type { Receipt, RecordBatch } from '../destination/record-batch.ts'
import type { Warehouse } from '../destination/warehouse.ts'
import type { Logger } from '../logger.ts'
import type { SqlTransaction } from '../sql/sql.ts'
import type { SqlGenerator, TableName } from '../sql/sql-generator.ts'
import { AlteredKeys, countAlteredKeys } from './altered-keys.ts'
import { loadBatch } from './load-batch.ts'
import { RejectStore } from './reject-store.ts'

export type RawLoaderOptions = {
  readonly warehouse: Warehouse
  readonly generator: SqlGenerator
  readonly logger: Logger
}

/** Brings batches into raw tables, and what cannot be brought there into rejects tables. */
export class RawLoader {
  readonly #warehouse: Warehouse
  readonly #logger: Logger
  readonly #rejects: RejectStore
  readonly #alteredKeys = new AlteredKeys()

  constructor(options: RawLoaderOptions) {
    this.#warehouse = options.warehouse
    this.#logger = options.logger
    this.#rejects = new RejectStore(options)
  }

  /**
   * When it returns, every record of the batch is durable, in one table or the other.
   * @param alongside for each part that lands: statements that succeed or fail with it
   */
  async load(
    table: TableName,
    batch: RecordBatch,
    alongside?: (part: RecordBatch) => SqlTransaction,
  ): Promise<Receipt> {
    const altered = this.#warehouse.replacesCharacters ? countAlteredKeys(batch) : 0
    const receipt = await loadBatch(batch, {
      insert: (part) => this.#warehouse.insertRaw(table, part, alongside?.(part)),
      limits: this.#warehouse.recordLimits,
    })
    await this.#rejects.keep(batch, receipt.rejected)
    this.#alteredKeys.add(batch.stream, altered)
    return receipt
  }

  /** Called once, at the end of the sync, also of one that failed. */
  report(): void {
    this.#rejects.report()
    this.#alteredKeys.report(this.#logger)
  }
}
