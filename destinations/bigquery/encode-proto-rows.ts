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

/** Encodes a batch for a raw table as protobuf messages, in requests that the API takes. */
export function encodeProtoRows(batch: RecordBatch): readonly ProtoRequest[] {
  const requests: { offset: number; rows: Uint8Array[] }[] = []
  const memory = new Memory()
  const { syncId, generationId } = batch.stream
  const plainTail = encodeTail(Buffer.from(`{"changes":[],"sync_id":${syncId}}`), generationId)
  // Records of a batch often share their time.
  let time = Number.NaN
  let timeField: Buffer = Buffer.alloc(0)
  let used = Number.POSITIVE_INFINITY
  batch.visit((index, block, start, end, emittedAt, changes) => {
    if (emittedAt !== time) {
      timeField = encodeTime(emittedAt) ?? refuseTime(batch, index)
      time = emittedAt
    }
    const isPlain = changes === undefined && !needsSanitizing(block, start, end)
    const { data, meta } = isPlain
      ? { data: block.subarray(start, end), meta: undefined }
      : sanitizeRow(block.subarray(start, end), changes, syncId)
    const tail = meta === undefined ? plainTail : encodeTail(meta, generationId)
    const most = 2 + rawIdBytes + timeField.length + 1 + longestVarint + data.length + tail.length
    if (most > maximumRequestBytes) throw refuseSize(batch, index, '10 MB that the Storage Write API takes')
    const row = memory.take(most)
    row[0] = rawIdTag
    row[1] = rawIdBytes
    batch.rawIds.write(row, 2, index)
    let position = 2 + rawIdBytes
    position += timeField.copy(row, position)
    row[position] = dataTag
    position = writeLength(row, position + 1, data.length)
    position += data.copy(row, position)
    position += tail.copy(row, position)
    if (used + most > requestBytes) {
      requests.push({ offset: index, rows: [] })
      used = 0
    }
    used += most + longestVarint
    requests.at(-1)?.rows.push(row.subarray(0, position))
    memory.trim(row, position)
  })
  return requests
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
