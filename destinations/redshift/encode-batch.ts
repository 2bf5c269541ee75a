import {
  DestinationError,
  describeStream,
  needsSanitizing,
  type RecordBatch,
  rawColumns,
  sanitizeJson,
} from 'landfall/sdk'
import { maximumRecordBytes } from './record-limits.ts'

/** What a file has in each line, in order. `_airbyte_loaded_at` stays NULL until a row is typed. */
export const fileColumns: readonly string[] = [
  rawColumns.rawId,
  rawColumns.extractedAt,
  rawColumns.data,
  rawColumns.meta,
  rawColumns.generationId,
]

/** Lines of a file, and how many. */
export type EncodedPart = { readonly lines: Buffer; readonly rows: number }

/**
 * Several files of a batch are read by several slices of the cluster at once. Compressed, this much is about a
 * megabyte, the least that AWS recommends. https://docs.aws.amazon.com/redshift/latest/dg/c_best-practices-use-multiple-files.html
 */
const usualPartBytes = 8 * 1024 * 1024

const rawIdBytes = 36
const doubleQuote = 0x22
const carriageReturn = 0x0d
const space = 0x20

/** A batch as the lines of CSV files: one line for each record, with its JSON in quotes. */
export function encodeBatch(batch: RecordBatch, partBytes = usualPartBytes): readonly EncodedPart[] {
  const { syncId, generationId } = batch.stream
  const plainMeta = encodeMeta('[]', syncId)
  const generation = Buffer.from(`,${generationId}\n`)
  const parts: EncodedPart[] = []
  let line = new Lines(Math.min(partBytes, batch.byteLength + 1024))
  batch.visit((index, block, start, end, emittedAt, changes) => {
    if (end - start > maximumRecordBytes) throw tooLong(batch, index)
    const isPlain = changes === undefined && !needsSanitizing(block, start, end)
    const { data, meta } = isPlain
      ? { data: block.subarray(start, end), meta: plainMeta }
      : sanitizeRow(block.subarray(start, end), changes, syncId)
    line.rawId(batch, index)
    line.text(`,${toTime(emittedAt) ?? beyondCalendar(batch, index)},`)
    line.quoted(data)
    line.text(',')
    line.quoted(meta)
    line.plain(generation)
    line.rows += 1
    if (line.length < partBytes) return
    parts.push(line.finish())
    line = new Lines(partBytes)
  })
  if (line.rows > 0) parts.push(line.finish())
  return parts
}

function tooLong(batch: RecordBatch, index: number): DestinationError {
  return new DestinationError(
    'DATA_REFUSED',
    `Record ${index + 1} of a batch of \`${describeStream(batch.stream.descriptor)}\` has more than 16 MiB, which no SUPER value can hold.`,
    { stream: batch.stream.descriptor, recordIndex: index },
  )
}

function beyondCalendar(batch: RecordBatch, index: number): never {
  throw new DestinationError(
    'DATA_REFUSED',
    `Record ${index + 1} of a batch of \`${describeStream(batch.stream.descriptor)}\` has an \`emitted_at\` beyond the years 1 to 9999. ` +
      'Correct it in the source; it counts milliseconds since 1970.',
    { stream: batch.stream.descriptor, recordIndex: index },
  )
}

const firstTime = Date.parse('0001-01-01T00:00:00Z')
const lastTime = Date.parse('9999-12-31T23:59:59.999Z')

/** With microseconds, in UTC. */
function toTime(milliseconds: number): string | undefined {
  if (!(milliseconds >= firstTime && milliseconds <= lastTime)) return undefined
  const whole = Math.floor(milliseconds)
  const micros = Math.min(Math.round((milliseconds - whole) * 1000), 999)
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`
}

function encodeMeta(changes: string, syncId: bigint): Buffer {
  return Buffer.from(`{"changes":${changes},"sync_id":${syncId}}`)
}

/** NUL and half of a surrogate pair are no characters of a text; what had to be replaced is told in the row's changes. */
function sanitizeRow(record: Buffer, changes: Buffer | undefined, syncId: bigint) {
  const { data, changedFields } = sanitize(record)
  const meta = encodeMeta(withEntries(changes?.toString() ?? '[]', changedFields), syncId)
  return { data, meta: sanitize(meta).data }
}

function sanitize(bytes: Buffer) {
  return needsSanitizing(bytes, 0, bytes.length)
    ? sanitizeJson(bytes, 0, bytes.length)
    : { data: bytes, changedFields: [] }
}

/** Appends to the exact text of the array, so that what the source wrote stays as it is. */
function withEntries(changes: string, fields: readonly string[]): string {
  if (fields.length === 0) return changes
  const entries = fields.map((field) =>
    JSON.stringify({ field, change: 'TRUNCATED', reason: 'DESTINATION_SERIALIZATION_ERROR' }),
  )
  const inner = changes.slice(changes.indexOf('[') + 1, changes.lastIndexOf(']')).trim()
  return `[${[...(inner === '' ? [] : [inner]), ...entries].join(',')}]`
}

/** Bytes that grow. */
class Lines {
  rows = 0
  #bytes: Buffer
  #used = 0

  constructor(expectedBytes: number) {
    // Quotes are doubled, and most records have many of them.
    this.#bytes = Buffer.allocUnsafe(Math.ceil(expectedBytes * 1.25) + 1024)
  }

  get length(): number {
    return this.#used
  }

  rawId(batch: RecordBatch, index: number): void {
    this.#reserve(rawIdBytes)
    batch.rawIds.write(this.#bytes, this.#used, index)
    this.#used += rawIdBytes
  }

  text(ascii: string): void {
    this.#reserve(ascii.length)
    this.#used += this.#bytes.write(ascii, this.#used, 'latin1')
  }

  plain(source: Buffer): void {
    this.#reserve(source.length)
    this.#used += source.copy(this.#bytes, this.#used)
  }

  /** Between the tokens of JSON a carriage return may stand, which would be the end of a line to those who count lines. */
  quoted(json: Buffer): void {
    this.#reserve(2 * json.length + 2)
    const bytes = this.#bytes
    let used = this.#used
    bytes[used++] = doubleQuote
    for (const byte of json) {
      bytes[used++] = byte === carriageReturn ? space : byte
      if (byte === doubleQuote) bytes[used++] = doubleQuote
    }
    bytes[used++] = doubleQuote
    this.#used = used
  }

  finish(): EncodedPart {
    return { lines: this.#bytes.subarray(0, this.#used), rows: this.rows }
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#used + bytes))
    this.#bytes.copy(larger, 0, 0, this.#used)
    this.#bytes = larger
  }
}
