import { needsSanitizing, type RecordBatch, rawColumns } from 'landfall/sdk'
import { refuseSize, refuseTime, sanitizeRow, splitTime } from './raw-row.ts'

/** Rows of one request of the Storage Write API, each a message of its own. */
export type ProtoRequest = {
  /** The batch's index of the first row, which is its offset in the stream. */
  readonly offset: number
  readonly rows: readonly Uint8Array[]
}

/**
 * The columns that a load fills, in the order of their fields' numbers, with the types of the API's schemas.
 * `_airbyte_loaded_at` is not among them: what a message lacks is NULL.
 */
export const protoColumns = [
  { name: rawColumns.rawId, type: 'STRING', mode: 'REQUIRED' },
  { name: rawColumns.extractedAt, type: 'TIMESTAMP', mode: 'REQUIRED' },
  { name: rawColumns.data, type: 'STRING', mode: 'NULLABLE' },
  { name: rawColumns.meta, type: 'STRING', mode: 'NULLABLE' },
  { name: rawColumns.generationId, type: 'INT64', mode: 'NULLABLE' },
] as const

/** https://cloud.google.com/bigquery/quotas#write-api-limits: a request has up to 10 MB, schema and all. */
const maximumRequestBytes = 10_000_000 - 64 * 1024

/** Large requests are fewer waits; short of the maximum, so that rows seldom leave much of it empty. */
const requestBytes = 8 * 1024 * 1024

/** Memory for rows is taken in pieces of this size. */
const blockBytes = 1024 * 1024

/** Tags: the number of a field, then how it is written. https://protobuf.dev/programming-guides/encoding/ */
const rawIdTag = 0x0a
const extractedAtTag = 0x10
const dataTag = 0x1a
const metaTag = 0x22
const generationIdTag = 0x28

const rawIdBytes = 36
const longestVarint = 10

/**
 * Encodes a batch for a raw table as protobuf messages, in requests that the API takes, from the row `from` on. A request is
 * encoded when it is asked for, so that only one of them takes memory.
 */
export function* encodeProtoRows(batch: RecordBatch, from = 0): Generator<ProtoRequest> {
  const encoder = new RowEncoder(batch)
  for (let offset = from; offset < batch.count; ) {
    const request = encodeRequest(batch, encoder, offset)
    yield request
    offset += request.rows.length
  }
}

function encodeRequest(batch: RecordBatch, encoder: RowEncoder, offset: number): ProtoRequest {
  const rows: Uint8Array[] = []
  const memory = new Memory()
  let used = 0
  batch.visit((index, block, start, end, emittedAt, changes) => {
    const parts = encoder.split(index, block.subarray(start, end), emittedAt, changes)
    const bytes = parts.mostBytes + longestVarint
    if (used + bytes > maximumRequestBytes && rows.length > 0) return false
    rows.push(encoder.join(index, parts, memory))
    used += bytes
    // Ended by the row that fills it, mostly: one that is looked at in vain has to be found again.
    return used + bytes <= requestBytes
  }, offset)
  return { offset, rows }
}

/** Fields of a row, and the most bytes that it may have. */
type RowParts = {
  readonly time: Buffer
  readonly data: Buffer
  readonly tail: Buffer
  readonly mostBytes: number
}

/** What the rows of a batch have in common. */
class RowEncoder {
  readonly #batch: RecordBatch
  readonly #plainTail: Buffer
  /** Records of a batch often share their time. */
  #emittedAt = Number.NaN
  #time: Buffer = Buffer.alloc(0)

  constructor(batch: RecordBatch) {
    const { syncId, generationId } = batch.stream
    this.#batch = batch
    this.#plainTail = encodeTail(Buffer.from(`{"changes":[],"sync_id":${syncId}}`), generationId)
  }

  split(index: number, record: Buffer, emittedAt: number, changes: Buffer | undefined): RowParts {
    if (emittedAt !== this.#emittedAt) {
      this.#time = encodeTime(emittedAt) ?? refuseTime(this.#batch, index)
      this.#emittedAt = emittedAt
    }
    const { syncId, generationId } = this.#batch.stream
    const isPlain = changes === undefined && !needsSanitizing(record, 0, record.length)
    const { data, meta } = isPlain ? { data: record, meta: undefined } : sanitizeRow(record, changes, syncId)
    const time = this.#time
    const tail = meta === undefined ? this.#plainTail : encodeTail(meta, generationId)
    const mostBytes = 2 + rawIdBytes + time.length + 1 + longestVarint + data.length + tail.length
    if (mostBytes + longestVarint > maximumRequestBytes) {
      throw refuseSize(this.#batch, index, '10 MB that the Storage Write API takes')
    }
    return { time, data, tail, mostBytes }
  }

  join(index: number, { time, data, tail, mostBytes }: RowParts, memory: Memory): Uint8Array {
    const row = memory.take(mostBytes)
    row[0] = rawIdTag
    row[1] = rawIdBytes
    this.#batch.rawIds.write(row, 2, index)
    let position = 2 + rawIdBytes
    position += time.copy(row, position)
    row[position] = dataTag
    position = writeLength(row, position + 1, data.length)
    position += data.copy(row, position)
    position += tail.copy(row, position)
    memory.trim(row, position)
    return row.subarray(0, position)
  }
}

/** Fields behind the record: most rows of a batch share them. */
function encodeTail(meta: Buffer, generationId: bigint): Buffer {
  const head = Buffer.alloc(1 + longestVarint)
  head[0] = metaTag
  const length = writeLength(head, 1, meta.length)
  return Buffer.concat([
    head.subarray(0, length),
    meta,
    Buffer.from([generationIdTag]),
    encodeInteger(generationId),
  ])
}

/** As microseconds since 1970. */
function encodeTime(time: number): Buffer | undefined {
  const parts = splitTime(time)
  if (parts === undefined) return undefined
  const microseconds = BigInt(parts.milliseconds) * 1000n + BigInt(parts.microseconds)
  return Buffer.concat([Buffer.from([extractedAtTag]), encodeInteger(microseconds)])
}

/** An int64: two's complement, seven bits at a time. */
function encodeInteger(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}

/** @returns the position behind it */
function writeLength(target: Buffer, position: number, length: number): number {
  let at = position
  let rest = length
  for (; rest > 0x7f; rest >>>= 7) {
    target[at] = (rest & 0x7f) | 0x80
    at += 1
  }
  target[at] = rest
  return at + 1
}

/** Rows share blocks, so that a small row is not an allocation. */
class Memory {
  #block = Buffer.alloc(0)
  #used = 0

  take(bytes: number): Buffer {
    if (bytes > blockBytes) return Buffer.allocUnsafeSlow(bytes)
    if (this.#used + bytes > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(blockBytes)
      this.#used = 0
    }
    this.#used += bytes
    return this.#block.subarray(this.#used - bytes, this.#used)
  }

  /** Takes back what the last row did not need. */
  trim(row: Buffer, bytes: number): void {
    if (row.length <= blockBytes) this.#used -= row.length - bytes
  }
}
