import type { RecordBatch } from '../../destination/record-batch.ts'
import { needsSanitizing, sanitizeJson } from '../../protocol/sanitize-json.ts'
import { spellKeys } from './stored-keys.ts'

/** A row of a raw table, each value as text. */
export type RawRow = {
  readonly rawId: string
  /** `YYYY-MM-DD hh:mm:ss.sss` in UTC. */
  readonly extractedAt: string
  readonly data: string
  readonly meta: string
  readonly generationId: string
  readonly byteLength: number
}

/** The rows of a batch, in its order. */
export function rowsOf(batch: RecordBatch): readonly RawRow[] {
  const { syncId, generationId } = batch.stream
  const rows: RawRow[] = []
  batch.visit((index, block, start, end, emittedAt, changes) => {
    const record = readRecord(block, start, end, changes)
    const meta = withoutBadCharacters(`{"changes":${record.changes},"sync_id":${syncId}}`)
    rows.push({
      rawId: batch.rawIds.get(index),
      extractedAt: formatInstant(emittedAt),
      data: record.data,
      meta,
      generationId: String(generationId),
      // Characters beyond ASCII have more bytes than units, at most three times as many.
      byteLength: record.dataBytes + meta.length * 3 + 100,
    })
  })
  return rows
}

/** The source's changes may name fields that a text cannot hold. */
function withoutBadCharacters(json: string): string {
  const bytes = Buffer.from(json)
  return needsSanitizing(bytes, 0, bytes.length) ? sanitizeJson(bytes, 0, bytes.length).data.toString() : json
}

/** Parts that fit into one packet each; a row that does not fit by itself is a part of its own. */
export function* packetParts(
  rows: readonly RawRow[],
  { maximumRows, maximumBytes }: { readonly maximumRows: number; readonly maximumBytes: number },
): Generator<readonly RawRow[]> {
  let part: RawRow[] = []
  let bytes = 0
  for (const row of rows) {
    if (part.length === maximumRows || (part.length > 0 && bytes + row.byteLength > maximumBytes)) {
      yield part
      part = []
      bytes = 0
    }
    part.push(row)
    bytes += row.byteLength
  }
  if (part.length > 0) yield part
}

/** The record as text; characters that a text cannot hold are replaced, which the record's changes then say. */
function readRecord(
  block: Buffer,
  start: number,
  end: number,
  changes: Buffer | undefined,
): { readonly data: string; readonly dataBytes: number; readonly changes: string } {
  const earlier = changes?.toString() ?? '[]'
  if (!needsSanitizing(block, start, end)) {
    const bytes = spellKeys(block.subarray(start, end))
    return { data: bytes.toString(), dataBytes: bytes.length, changes: earlier }
  }
  const { data, changedFields } = sanitizeJson(block, start, end)
  const entries = changedFields.map((field) =>
    JSON.stringify({ field, change: 'TRUNCATED', reason: 'DESTINATION_SERIALIZATION_ERROR' }),
  )
  const all = [earlier.trim().slice(1, -1).trim(), ...entries].filter((entry) => entry !== '')
  const bytes = spellKeys(data)
  return { data: bytes.toString(), dataBytes: bytes.length, changes: `[${all.join(',')}]` }
}

/** Years that a DATETIME cannot hold become the nearest one that it can. */
function formatInstant(milliseconds: number): string {
  const [least, most] = [Date.UTC(1000, 0, 1), Date.UTC(9999, 11, 31, 23, 59, 59, 999)]
  const instant = new Date(Math.min(Math.max(milliseconds, least), most))
  return instant.toISOString().replace('T', ' ').replace('Z', '')
}
