import { gzipSync } from 'node:zlib'
import type { RecordBatch } from '../../destination/record-batch.ts'
import type { BatchRequestText } from '../manifest.ts'
import type { HttpBody } from './http-client.ts'

/** Records of one request. */
export type RequestPart = {
  /** Place of the first record in its batch. */
  readonly start: number
  readonly records: readonly Buffer[]
}

export type PartLimits = { readonly maximumRecords: number; readonly maximumBytes: number }

/** The records of a batch by requests; a record that is too long by itself is a request of its own. */
export function splitBatch(
  batch: RecordBatch,
  record: 'data' | 'envelope',
  { maximumRecords, maximumBytes }: PartLimits,
): readonly RequestPart[] {
  const parts: { start: number; records: Buffer[]; bytes: number }[] = []
  batch.visit((index, block, start, end, emittedAt) => {
    // The block is used again after the batch.
    const data = Buffer.from(block.subarray(start, end))
    const bytes = record === 'data' ? data : envelope(batch, index, data, emittedAt)
    const last = parts.at(-1)
    if (last && last.records.length < maximumRecords && last.bytes + bytes.length <= maximumBytes) {
      last.records.push(bytes)
      last.bytes += bytes.length
    } else parts.push({ start: index, records: [bytes], bytes: bytes.length })
  })
  return parts
}

/** One part where there is a single record. */
export function halve({ start, records }: RequestPart): readonly [RequestPart, RequestPart?] {
  const middle = Math.ceil(records.length / 2)
  const first = { start, records: records.slice(0, middle) }
  return middle === records.length
    ? [first]
    : [first, { start: start + middle, records: records.slice(middle) }]
}

export function bytesOf(records: readonly Buffer[]): number {
  return records.reduce((sum, { length }) => sum + length, 0)
}

/** The record stays the bytes that were sent, so no digit is lost. */
function envelope({ stream, rawIds }: RecordBatch, index: number, data: Buffer, emittedAt: number): Buffer {
  const head = JSON.stringify({
    stream: stream.descriptor.name,
    namespace: stream.descriptor.namespace ?? null,
    raw_id: rawIds.get(index),
    emitted_at: emittedAt,
    generation_id: Number(stream.generationId),
    sync_id: Number(stream.syncId),
  })
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), data, Buffer.from('}')])
}

/** The body of a request. */
export function createBody(records: readonly Buffer[], request: BatchRequestText): HttpBody {
  const { body, gzip } = request
  const text = body === 'ndjson' ? joinLines(records) : joinList(records)
  const bytes =
    body === 'json_object'
      ? Buffer.concat([
          Buffer.from(`{${JSON.stringify(request.records_field ?? 'records')}:`),
          text,
          Buffer.from('}'),
        ])
      : text
  const contentType = body === 'ndjson' ? 'application/x-ndjson' : 'application/json'
  return gzip === true ? { bytes: gzipSync(bytes), contentType, encoding: 'gzip' } : { bytes, contentType }
}

function joinLines(records: readonly Buffer[]): Buffer {
  return Buffer.concat(records.flatMap((record) => [record, Buffer.from('\n')]))
}

function joinList(records: readonly Buffer[]): Buffer {
  const parts = records.flatMap((record, index) => (index === 0 ? [record] : [Buffer.from(','), record]))
  return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']')])
}
