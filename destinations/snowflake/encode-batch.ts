import {
  DestinationError,
  describeStream,
  needsSanitizing,
  type RecordBatch,
  sanitizeJson,
} from 'landfall/sdk'
import { maximumRecordBytes } from './record-limits.ts'

/**
 * Between two fields. JSON text, ids and times cannot contain it (JSON allows control characters only as
 * escapes), so no field needs quotes or escapes of its own.
 */
export const fieldSeparator = 0x1f

export const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20

export const rawIdBytes = 36

/** Large enough that gzip is called seldom, small enough to stay in the processor's cache. */
const frameBytes = 256 * 1024

/** A batch as lines: raw id, time, record and meta of one record in each. In one go, since a batch can only be visited so. */
export function encodeBatch(batch: RecordBatch): readonly Buffer[] {
  const { syncId } = batch.stream
  const plainMeta = encodeMeta('[]', syncId)
  const frames = new Frames()
  const times = new Times()
  batch.visit((index, block, start, end, emittedAt, changes) => {
    if (end - start > maximumRecordBytes) throw tooLong(batch, index)
    const isPlain = changes === undefined && !needsSanitizing(block, start, end)
    const { data, meta } = isPlain
      ? { data: block.subarray(start, end), meta: plainMeta }
      : sanitizeRow(block.subarray(start, end), changes, syncId)
    frames.rawId(batch, index)
    frames.separator()
    frames.bytes(times.text(emittedAt) ?? beyondCalendar(batch, index))
    frames.separator()
    frames.bytes(data)
    frames.separator()
    frames.bytes(meta)
    frames.lineFeed()
  })
  return frames.finish()
}

function tooLong(batch: RecordBatch, index: number): DestinationError {
  return new DestinationError(
    'DATA_REFUSED',
    `Record ${index + 1} of a batch of \`${describeStream(batch.stream.descriptor)}\` has more than 16 MiB, which no VARIANT can hold.`,
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

/** Moments as Snowflake reads them; most records of a batch share a few. */
class Times {
  #last = Number.NaN
  #text: Buffer | undefined

  text(milliseconds: number): Buffer | undefined {
    if (milliseconds === this.#last) return this.#text
    this.#last = milliseconds
    this.#text = toText(milliseconds)
    return this.#text
  }
}

const firstTime = Date.parse('0001-01-01T00:00:00Z')
const lastTime = Date.parse('9999-12-31T23:59:59.999Z')

function toText(milliseconds: number): Buffer | undefined {
  if (!(milliseconds >= firstTime && milliseconds <= lastTime)) return undefined
  const whole = Math.floor(milliseconds)
  const micros = Math.round((milliseconds - whole) * 1000)
  const text = new Date(whole).toISOString().slice(0, -1)
  return Buffer.from(`${text}${String(Math.min(micros, 999)).padStart(3, '0')}Z`)
}

function encodeMeta(changes: string, syncId: bigint): Buffer {
  return Buffer.from(`${metaStart}${changes}${metaEnd(syncId)}`)
}

export const metaStart = '{"changes":'

export function metaEnd(syncId: bigint): string {
  return `,"sync_id":${syncId}}`
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

/** Bytes in pieces of one size. */
class Frames {
  readonly #full: Buffer[] = []
  #frame = Buffer.allocUnsafe(frameBytes)
  #used = 0

  rawId(batch: RecordBatch, index: number): void {
    if (this.#used + rawIdBytes > frameBytes) this.#next()
    batch.rawIds.write(this.#frame, this.#used, index)
    this.#used += rawIdBytes
  }

  separator(): void {
    this.#byte(fieldSeparator)
  }

  lineFeed(): void {
    this.#byte(lineFeed)
  }

  bytes(source: Buffer): void {
    for (let position = 0; position < source.length; ) {
      if (this.#used === frameBytes) this.#next()
      const copied = source.copy(this.#frame, this.#used, position)
      position += copied
      this.#used += copied
    }
  }

  finish(): readonly Buffer[] {
    this.#next()
    return this.#full
  }

  #byte(value: number): void {
    if (this.#used === frameBytes) this.#next()
    this.#frame[this.#used] = value
    this.#used += 1
  }

  /** Between the tokens of a record a carriage return may stand, which COPY would take for the end of a line. */
  #next(): void {
    const filled = this.#frame.subarray(0, this.#used)
    for (let at = filled.indexOf(carriageReturn); at !== -1; at = filled.indexOf(carriageReturn, at + 1)) {
      filled[at] = space
    }
    this.#full.push(filled)
    this.#frame = Buffer.allocUnsafe(frameBytes)
    this.#used = 0
  }
}
