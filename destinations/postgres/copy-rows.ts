import {
  CleanBlocks,
  DestinationError,
  describeStream,
  needsSanitizing,
  type RecordBatch,
  type RecordVisitor,
  rawColumns,
  sanitizeJson,
  viewOf,
  withView,
} from 'landfall/sdk'
import { CopyFrames, type CopyPart, type FramePool } from './copy-frames.ts'
import { MemberOrder } from './member-order.ts'

/** The columns that `encodeRows` fills, in its order. */
export const copyColumns = [
  rawColumns.rawId,
  rawColumns.data,
  rawColumns.extractedAt,
  rawColumns.meta,
  rawColumns.generationId,
  rawColumns.loadedAt,
] as const

/**
 * Encodes a batch into the messages of a binary COPY into a raw table, a few at a time, as they are asked for.
 * https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"; jsonb is a version byte and the text.
 * @param loadedAt milliseconds since the epoch; `undefined` leaves `_airbyte_loaded_at` null until the row is typed
 */
export function* encodeRows(batch: RecordBatch, pool: FramePool, loadedAt?: number): Generator<CopyPart> {
  const encoder = new RowEncoder(batch, new CopyFrames(pool), loadedAt)
  const { frames } = encoder
  frames.append(fileHeader)
  for (let next = 0; next < batch.count; ) {
    batch.visit((index, block, start, end, emittedAt, changes) => {
      encoder.append(index, block, start, end, emittedAt, changes)
      next = index + 1
      return !frames.hasParts
    }, next)
    yield* frames.take()
  }
  frames.append(fileTrailer)
  yield* frames.finish()
}

/** Signature, flags and the length of an extension area that is empty. */
const fileHeader = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')

/** A field count of -1. */
const fileTrailer = Buffer.from([0xff, 0xff])

const rawIdBytes = 36

/** Field count; length and text of the id; length and version byte of the data. */
const headBytes = 2 + 4 + rawIdBytes + 4 + 1

/** Length and value of the time. */
const timeBytes = 4 + 8

class RowEncoder {
  readonly frames: CopyFrames
  readonly #batch: RecordBatch
  readonly #constants: ReturnType<typeof batchConstants>
  readonly #members = new MemberOrder()
  readonly #clean = new CleanBlocks()

  constructor(batch: RecordBatch, frames: CopyFrames, loadedAt: number | undefined) {
    this.#batch = batch
    this.frames = frames
    this.#constants = batchConstants(batch, loadedAt)
  }

  append(...[index, block, start, end, emittedAt, changes]: Parameters<RecordVisitor>): void {
    if (changes !== undefined || this.#clean.needsSanitizing(block, start, end)) {
      this.#appendSanitized(index, block, start, end, emittedAt, changes)
      return
    }
    const isSorted = this.#members.read(block, start, end)
    this.#appendHead(index, isSorted ? this.#members.byteLength : end - start)
    if (isSorted) this.#appendMembers(block)
    else this.frames.append(block, start, end)
    this.#appendTime(index, emittedAt)
    this.frames.appendFew(this.#constants.plainTail)
  }

  #appendSanitized(...[index, block, start, end, emittedAt, changes]: Parameters<RecordVisitor>): void {
    const { end: lastFields, syncId } = this.#constants
    const { data, meta } = sanitizeRow(block, start, end, changes, syncId)
    this.#appendHead(index, data.length)
    this.frames.append(data)
    this.#appendTime(index, emittedAt)
    this.frames.append(encodeTail(meta, lastFields))
  }

  #appendHead(index: number, dataBytes: number): void {
    const position = this.frames.reserve(headBytes)
    const { bytes, view } = this.frames.frame
    view.setInt16(position, copyColumns.length)
    view.setInt32(position + 2, rawIdBytes)
    this.#batch.rawIds.write(bytes, position + 6, index)
    view.setInt32(position + 6 + rawIdBytes, dataBytes + 1)
    view.setInt8(position + 10 + rawIdBytes, jsonbVersion)
  }

  #appendMembers(block: Buffer): void {
    const position = this.frames.reserve(this.#members.byteLength)
    this.#members.write(block, this.frames.frame.view, position)
  }

  #appendTime(index: number, emittedAt: number): void {
    const position = this.frames.reserve(timeBytes)
    const { view } = this.frames.frame
    view.setInt32(position, 8)
    if (!writeTimestamp(view, position + 4, emittedAt)) throw timeBeyondYears(this.#batch, index)
  }
}

const jsonbVersion = 1

/** PostgreSQL counts microseconds from 2000-01-01 UTC. */
const epochMicroseconds = Date.UTC(2000, 0, 1) * 1000

const twoTo32 = 2 ** 32

/** An int64 in two halves: exact for every time whose microseconds a double holds, without a BigInt per row. */
function writeTimestamp(target: DataView, position: number, milliseconds: number): boolean {
  const microseconds = Math.round(milliseconds * 1000) - epochMicroseconds
  const high = Math.floor(microseconds / twoTo32)
  if (!(Math.abs(high) < 2 ** 31)) return false
  target.setInt32(position, high)
  target.setUint32(position + 4, microseconds - high * twoTo32)
  return true
}

function timeBeyondYears(batch: RecordBatch, index: number): DestinationError {
  const stream = `\`${describeStream(batch.stream.descriptor)}\``
  return new DestinationError(
    'DATA_REFUSED',
    `Record ${index + 1} of a batch of ${stream} has an \`emitted_at\` beyond the years that ` +
      'PostgreSQL knows. Correct it in the source; it counts milliseconds since 1970.',
    { recordIndex: index },
  )
}

function batchConstants({ stream }: RecordBatch, loadedAt: number | undefined) {
  const { syncId } = stream
  const end = encodeEnd(stream.generationId, loadedAt)
  return { syncId, end, plainTail: withView(encodeTail(encodeMeta('[]', syncId), end)) }
}

/** The generation, and the time of loading or NULL, which is a length of -1. */
function encodeEnd(generationId: bigint, loadedAt: number | undefined): Buffer {
  const end = Buffer.alloc(loadedAt === undefined ? 16 : 24)
  end.writeInt32BE(8, 0)
  end.writeBigInt64BE(generationId, 4)
  end.writeInt32BE(loadedAt === undefined ? -1 : 8, 12)
  if (loadedAt !== undefined) writeTimestamp(viewOf(end), 16, loadedAt)
  return end
}

function encodeTail(meta: Buffer, end: Buffer): Buffer {
  const tail = Buffer.allocUnsafe(4 + 1 + meta.length + end.length)
  tail.writeInt32BE(meta.length + 1, 0)
  tail[4] = jsonbVersion
  meta.copy(tail, 5)
  end.copy(tail, 5 + meta.length)
  return tail
}

function encodeMeta(changes: string, syncId: bigint): Buffer {
  return Buffer.from(`{"changes":${changes},"sync_id":${syncId}}`)
}

/** jsonb has no NUL and no lone surrogates; what had to be replaced is told in the row's changes. */
function sanitizeRow(
  block: Buffer,
  start: number,
  end: number,
  changes: Buffer | undefined,
  syncId: bigint,
): { readonly data: Buffer; readonly meta: Buffer } {
  const { data, changedFields } = sanitize(block, start, end)
  // The source's changes and the fields' names may hold the same characters.
  const meta = encodeMeta(withEntries(changes?.toString() ?? '[]', changedFields), syncId)
  return { data, meta: sanitize(meta, 0, meta.length).data }
}

function sanitize(block: Buffer, start: number, end: number) {
  if (needsSanitizing(block, start, end)) return sanitizeJson(block, start, end)
  return { data: block.subarray(start, end), changedFields: [] }
}

/** Appends to the exact text of the array, so that what the source wrote stays as it is. */
function withEntries(changes: string, fields: readonly string[]): string {
  if (fields.length === 0) return changes
  const entries = fields.map((field) => JSON.stringify({ field, ...replacedCharacters }))
  const inner = changes.slice(changes.indexOf('[') + 1, changes.lastIndexOf(']')).trim()
  return `[${[...(inner === '' ? [] : [inner]), ...entries].join(',')}]`
}

const replacedCharacters = { change: 'TRUNCATED', reason: 'DESTINATION_SERIALIZATION_ERROR' } as const
