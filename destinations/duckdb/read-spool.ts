import type { RecordBatch, RecordVisitor } from 'landfall/sdk'
import { lineFeed, rawIdBytes, separator } from './spool-batch.ts'

/** What a batch is besides its records. */
export type BatchFacts = Pick<RecordBatch, 'stream' | 'rawIds' | 'count' | 'byteLength'>

/** The batch whose lines these are, as `spoolBatch` wrote them. */
export function readSpooledBatch(lines: Buffer, facts: BatchFacts): RecordBatch {
  const { stream, rawIds, count, byteLength } = facts
  const visit = (visitor: RecordVisitor) => {
    let start = 0
    for (let index = 0; index < count; index += 1) {
      const end = lines.indexOf(lineFeed, start)
      if (end === -1) throw new Error(`a spool file has ${index} lines of a batch of ${count}`)
      const timeStart = start + rawIdBytes + 1
      const timeEnd = lines.indexOf(separator, timeStart)
      // From behind: only data that is not JSON, for which the batch was refused, has the separator in it.
      const dataEnd = lines.lastIndexOf(separator, end)
      const changes = dataEnd + 1 < end ? lines.subarray(dataEnd + 1, end) : undefined
      visitor(index, lines, timeEnd + 1, dataEnd, milliseconds(lines, timeStart, timeEnd), changes)
      start = end + 1
    }
  }
  return { stream, rawIds, count, byteLength, visit }
}

/** In two steps, since microseconds of far years are beyond the exact integers. */
function milliseconds(lines: Buffer, start: number, end: number): number {
  const microseconds = BigInt(lines.toString('latin1', start, end))
  return Number(microseconds / 1000n) + Number(microseconds % 1000n) / 1000
}
