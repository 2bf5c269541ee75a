import type { StreamConfig } from '../catalog/stream-config.ts'

/**
 * Sees one record of a batch without an object being made for it.
 * @param index 0-based arrival order within the batch
 * @param block bytes that hold the record's `data`, exact as sent
 * @param start first byte of `data` in `block`
 * @param end one past the last byte
 * @param emittedAt milliseconds since the epoch
 * @param changes exact JSON text of the record's `meta.changes` array, where it had one
 * @returns `false` to see no more records; anything else goes on
 */
export type RecordVisitor = (
  index: number,
  block: Buffer,
  start: number,
  end: number,
  emittedAt: number,
  changes: Buffer | undefined,
) => unknown

/**
 * Records of one stream on their way to the warehouse, in arrival order. The bytes stay valid until the
 * batch's receipt is returned or the batch is handed over; a warehouse must not keep them longer.
 */
export interface RecordBatch {
  readonly stream: StreamConfig
  /** Number of records, at least 1. */
  readonly count: number
  /** Bytes of `data` and `changes` together. */
  readonly byteLength: number
  /** Raw ids of the records, in order; the same however often the batch is retried. */
  readonly rawIds: RawIdSequence
  /**
   * Whether the ids were given in an earlier sync, as those of rejected records that are loaded again: other rows may stand
   * between the first and the last. Otherwise a table has none there.
   */
  readonly hasOldIds?: boolean
  /** @param from index of the first record to see; default: all, from 0 on */
  visit(visitor: RecordVisitor, from?: number): void
  /**
   * For a destination that collects batches before it loads them: says that it has a copy of the records, so that their
   * memory may be used for others. From then on `visit` fails, until `restore`. Absent where a batch stays in memory, and
   * is to be loaded by itself.
   */
  handOver?(copy: BatchCopy): void
  /** Called before the records are looked at once more, after a load that failed: brings them back from the copy. */
  restore?(): Promise<void>
}

/** The records of a batch in a place of the destination's own, such as a file that collects several batches. */
export interface BatchCopy extends AsyncDisposable {
  /** The records as they were. */
  read(): Promise<RecordBatch>
  /** Asks for the load to begin now, and not when more records have come. May be called again; never throws. */
  load(): void
}

/** UUIDs of version 7 that sort in arrival order, also across the batches of a process. */
export interface RawIdSequence {
  /** Writes the 36 characters of record `index` at `offset`. */
  write(target: Buffer, offset: number, index: number): void
  /** The same as a string. */
  get(index: number): string
}

/**
 * The destination's word for a batch. The framework releases states only when the rows written and the
 * records rejected account for every record of the batch, each of them once. Row counts come from what the
 * database reported.
 */
export type Receipt = {
  readonly rowsWritten: number
  /** Records that are not among the rows, in any order; each was kept elsewhere for the user to look at. */
  readonly rejected: readonly RejectedRecord[]
}

export type RejectedRecord = {
  /** 0-based arrival order within the batch. */
  readonly index: number
  /** For people: why the destination refuses the record, without values of the record. */
  readonly reason: string
}

/** What is wrong with a receipt, or `undefined` where it accounts for each of `count` records once. */
export function findReceiptMismatch(receipt: Receipt, count: number): string | undefined {
  const { rowsWritten, rejected } = receipt
  const indexes = new Set(rejected.map(({ index }) => index))
  const areDistinct = indexes.size === rejected.length
  const areInBatch = [...indexes].every((index) => Number.isInteger(index) && index >= 0 && index < count)
  if (areDistinct && areInBatch && rowsWritten + rejected.length === count) return undefined
  return `${rowsWritten} written and ${rejected.length} rejected${areDistinct && areInBatch ? '' : ', not all of which were sent'}`
}
