import type { StreamConfig } from '../catalog/stream-config.ts'

/**
 * Sees one record of a batch without an object being made for it.
 * @param index 0-based arrival order within the batch
 * @param block bytes that hold the record's `data`, exact as sent
 * @param start first byte of `data` in `block`
 * @param end one past the last byte
 * @param emittedAt milliseconds since the epoch
 * @param changes exact JSON text of the record's `meta.changes` array, where it had one
 */
export type RecordVisitor = (
  index: number,
  block: Buffer,
  start: number,
  end: number,
  emittedAt: number,
  changes: Buffer | undefined,
) => void

/**
 * Records of one stream on their way to the warehouse, in arrival order. The bytes stay valid until the
 * batch's receipt is returned; a warehouse must not keep them longer.
 */
export interface RecordBatch {
  readonly stream: StreamConfig
  /** Number of records, at least 1. */
  readonly count: number
  /** Bytes of `data` and `changes` together. */
  readonly byteLength: number
  /** Raw ids of the records, in order; the same however often the batch is retried. */
  readonly rawIds: RawIdSequence
  visit(visitor: RecordVisitor): void
}

/** UUIDs of version 7 that sort in arrival order, also across the batches of a process. */
export interface RawIdSequence {
  /** Writes the 36 characters of record `index` at `offset`. */
  write(target: Buffer, offset: number, index: number): void
  /** The same as a string. */
  get(index: number): string
}

/**
 * The warehouse's word for a batch. The framework releases states only when
 * `rowsWritten + rowsRejected` equals the batch's count; both come from what the database reported.
 */
export type Receipt = { readonly rowsWritten: number; readonly rowsRejected: number }
