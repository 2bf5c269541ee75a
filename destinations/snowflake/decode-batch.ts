import type { RecordBatch, RecordVisitor } from 'landfall/sdk'
import { fieldSeparator, lineFeed, metaEnd, metaStart, rawIdBytes } from './encode-batch.ts'

/** `2024-01-02T03:04:05.678000Z` */
const timeBytes = 27

/** What a batch is besides its records. */
export type BatchFacts = Pick<RecordBatch, 'stream' | 'rawIds' | 'count' | 'byteLength'>

/** The batch whose lines these are. What `encodeBatch` replaced in a record stays replaced, with its entry. */
export function decodeBatch(lines: Buffer, { stream, rawIds, count, byteLength }: BatchFacts): RecordBatch {
  const visit = (visitor: RecordVisitor, from = 0) => {
    let start = 0
    for (let index = 0; index < count; index += 1) {
      const end = lines.indexOf(lineFeed, start)
      if (end === -1) throw new Error(`a staged file has ${index} lines of a batch of ${count}`)
      const timeStart = start + rawIdBytes + 1
      const dataStart = timeStart + timeBytes + 1
      const dataEnd = lines.lastIndexOf(fieldSeparator, end)
      const emittedAt = parseTime(lines.toString('latin1', timeStart, timeStart + timeBytes))
      start = end + 1
      if (index < from) continue
      const changes = readChanges(lines.subarray(dataEnd + 1, end), stream.syncId)
      if (visitor(index, lines, dataStart, dataEnd, emittedAt, changes) === false) return
    }
  }
  return { stream, rawIds, count, byteLength, visit }
}

/** Milliseconds, with microseconds behind the point. */
function parseTime(text: string): number {
  return Date.parse(`${text.slice(0, 23)}Z`) + Number(text.slice(23, 26)) / 1000
}

function readChanges(meta: Buffer, syncId: bigint): Buffer | undefined {
  const changes = meta.subarray(metaStart.length, meta.length - metaEnd(syncId).length)
  return changes.length > '[]'.length ? changes : undefined
}
