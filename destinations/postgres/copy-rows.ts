import {
  DestinationError,
  describeStream,
  needsSanitizing,
  type RecordBatch,
  rawColumns,
  sanitizeJson,
} from 'landfall/sdk'
import type { CopyFrames } from './copy-frames.ts'

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
 * Encodes a batch into the messages of a binary COPY into a raw table.
 * https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"; jsonb is a version byte and the text.
 * @param loadedAt milliseconds since the epoch; `undefined` leaves `_airbyte_loaded_at` null until the row is typed
 */
export function encodeRows(batch: RecordBatch, frames: CopyFrames, loadedAt?: number): readonly Buffer[] {
  const constants = batchConstants(batch, loadedAt)
  frames.append(fileHeader)
  batch.visit((index, block, start, end, emittedAt, changes) => {
    const hasPlainMeta = changes === undefined
    if (hasPlainMeta && !needsSanitizing(block, start, end)) {
      appendRow(frames, batch, constants.plainTail, { index, emittedAt, data: block, start, end })
      return
    }
    const { data, meta } = sanitizeRow(block, start, end, changes, constants.syncId)
    const tail = encodeTail(meta, constants.end)
    appendRow(frames, batch, tail, { index, emittedAt, data, start: 0, end: data.length })
  })
  frames.append(fileTrailer)
  return frames.finish()
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

type EncodedRow = {
  readonly index: number
  readonly emittedAt: number
  readonly data: Buffer
  readonly start: number
  readonly end: number
}

/** @param tail the fields behind the time, which most rows of a batch share */
function appendRow(frames: CopyFrames, batch: RecordBatch, tail: Buffer, row: EncodedRow): void {
  const head = frames.reserve(headBytes)
  const { frame } = frames
  frame.writeInt16BE(copyColumns.length, head)
  frame.writeInt32BE(rawIdBytes, head + 2)
  batch.rawIds.write(frame, head + 6, row.index)
  frame.writeInt32BE(row.end - row.start + 1, head + 6 + rawIdBytes)
  frame[head + 10 + rawIdBytes] = jsonbVersion
  frames.append(row.data, row.start, row.end)
  const time = frames.reserve(timeBytes)
  frames.frame.writeInt32BE(8, time)
  if (!writeTimestamp(frames.frame, time + 4, row.emittedAt)) throw timeBeyondYears(batch, row.index)
  frames.append(tail)
}

const jsonbVersion = 1

/** PostgreSQL counts microseconds from 2000-01-01 UTC. */
const epochMicroseconds = Date.UTC(2000, 0, 1) * 1000

const twoTo32 = 2 ** 32

/** An int64 in two halves: exact for every time whose microseconds a double holds, without a BigInt per row. */
function writeTimestamp(target: Buffer, position: number, milliseconds: number): boolean {
  const microseconds = Math.round(milliseconds * 1000) - epochMicroseconds
  const high = Math.floor(microseconds / twoTo32)
  if (!(Math.abs(high) < 2 ** 31)) return false
  target.writeInt32BE(high, position)
  target.writeUInt32BE(microseconds - high * twoTo32, position + 4)
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
  return { syncId, end, plainTail: encodeTail(encodeMeta('[]', syncId), end) }
}

/** The generation, and the time of loading or NULL, which is a length of -1. */
function encodeEnd(generationId: bigint, loadedAt: number | undefined): Buffer {
  const end = Buffer.alloc(loadedAt === undefined ? 16 : 24)
  end.writeInt32BE(8, 0)
  end.writeBigInt64BE(generationId, 4)
  end.writeInt32BE(loadedAt === undefined ? -1 : 8, 12)
  if (loadedAt !== undefined) writeTimestamp(end, 16, loadedAt)
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
