import { needsSanitizing, type RecordBatch, rawColumns } from 'landfall/sdk'
import { refuseSize, refuseTime, sanitizeRow, splitTime } from './raw-row.ts'

/** https://cloud.google.com/bigquery/quotas#load_jobs: a row of a JSON file. */
const maximumRowBytes = 100 * 1024 * 1024

/** Large enough that a chunk costs nothing to send, small enough to be filled before it is needed. */
const chunkBytes = 1024 * 1024

const rawIdBytes = 36

/** The text around the values of a row, without those of record and changes. */
const rowOverheadBytes = 512

const quote = 0x22
const backslash = 0x5c

/** What stands behind a backslash for a byte that a JSON string cannot hold; 0 for bytes that it can. */
const escapes = new Uint8Array(256)
escapes[quote] = quote
escapes[backslash] = backslash
escapes[0x09] = 0x74
escapes[0x0a] = 0x6e
escapes[0x0d] = 0x72

/**
 * Encodes a batch as newline-delimited JSON for a raw table, whose record is a text: a JSON text within a
 * JSON text. Numbers keep their digits that way.
 */
export function encodeRows(batch: RecordBatch): readonly Buffer[] {
  const chunks = new Chunks()
  const { syncId, generationId } = batch.stream
  const plainTail = encodeTail(Buffer.from(`{"changes":[],"sync_id":${syncId}}`), generationId)
  // Records of a batch often share their time.
  let time = Number.NaN
  let times = ''
  batch.visit((index, block, start, end, emittedAt, changes) => {
    if (emittedAt !== time) {
      times = `","${rawColumns.extractedAt}":"${toTimestamp(emittedAt) ?? refuseTime(batch, index)}","${rawColumns.data}":"`
      time = emittedAt
    }
    const from = chunks.length
    chunks.reserve(rowOverheadBytes)
    chunks.ascii(rowHead)
    chunks.rawId(batch, index)
    chunks.ascii(times)
    if (changes === undefined && !needsSanitizing(block, start, end)) {
      chunks.escaped(block, start, end)
      chunks.bytes(plainTail)
    } else {
      const { data, meta } = sanitizeRow(block.subarray(start, end), changes, syncId)
      chunks.escaped(data, 0, data.length)
      for (const part of splitTail(encodeTail(meta, generationId))) chunks.bytes(part)
    }
    if (chunks.length - from > maximumRowBytes)
      throw refuseSize(batch, index, '100 MB that a row may have in a load job')
  })
  return chunks.finish()
}

const rowHead = `{"${rawColumns.rawId}":"`

/** What follows the record: most rows of a batch share it. */
function encodeTail(meta: Buffer, generationId: bigint): Buffer {
  return Buffer.from(
    `","${rawColumns.meta}":${JSON.stringify(meta.toString('utf8'))},"${rawColumns.generationId}":${generationId}}\n`,
  )
}

/** The changes of a record may be longer than a chunk. */
function splitTail(tail: Buffer): readonly Buffer[] {
  if (tail.length <= chunkBytes) return [tail]
  return [tail.subarray(0, chunkBytes), ...splitTail(tail.subarray(chunkBytes))]
}

/** Microseconds; `undefined` for a time outside of the years 1 to 9999. */
function toTimestamp(milliseconds: number): string | undefined {
  const time = splitTime(milliseconds)
  if (time === undefined) return undefined
  const text = new Date(time.milliseconds).toISOString()
  return time.microseconds > 0 ? text.replace('Z', `${String(time.microseconds).padStart(3, '0')}Z`) : text
}

/** Collects bytes in chunks. */
class Chunks {
  readonly #full: Buffer[] = []
  #chunk = Buffer.allocUnsafe(chunkBytes)
  #used = 0
  #flushed = 0

  get length(): number {
    return this.#flushed + this.#used
  }

  /** Makes room for small fields, so that they need not check. */
  reserve(bytes: number): void {
    if (this.#used + bytes > chunkBytes) this.#startNext()
  }

  ascii(text: string): void {
    this.reserve(text.length)
    this.#used += this.#chunk.write(text, this.#used, 'latin1')
  }

  rawId(batch: RecordBatch, index: number): void {
    batch.rawIds.write(this.#chunk, this.#used, index)
    this.#used += rawIdBytes
  }

  bytes(source: Buffer): void {
    this.reserve(source.length)
    this.#used += source.copy(this.#chunk, this.#used)
  }

  /** The bytes as the inside of a JSON string. */
  escaped(source: Buffer, start: number, end: number): void {
    let position = start
    while (position < end) {
      // A byte takes two at most.
      const limit = Math.min(end, position + ((chunkBytes - this.#used) >> 1))
      const chunk = this.#chunk
      let used = this.#used
      while (position < limit) {
        const byte = source[position] ?? 0
        position += 1
        const escaping = escapes[byte] ?? 0
        if (escaping !== 0) {
          chunk[used] = backslash
          chunk[used + 1] = escaping
          used += 2
        } else {
          chunk[used] = byte
          used += 1
        }
      }
      this.#used = used
      if (position < end) this.#startNext()
    }
  }

  finish(): readonly Buffer[] {
    this.#startNext()
    return this.#full
  }

  #startNext(): void {
    if (this.#used === 0) return
    this.#full.push(this.#chunk.subarray(0, this.#used))
    this.#flushed += this.#used
    this.#used = 0
    this.#chunk = Buffer.allocUnsafe(chunkBytes)
  }
}
