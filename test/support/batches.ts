import { randomUUID } from 'node:crypto'
import type { StreamConfig } from '../../src/catalog/stream-config.ts'
import type { RecordBatch } from '../../src/destination/record-batch.ts'

export type TestRecord = {
  /** Exact JSON text, or bytes that need not be JSON. */
  readonly data: string | Buffer
  /** Milliseconds since the epoch; default: 2024-01-02T03:04:05.678Z. */
  readonly emittedAt?: number
  readonly changes?: string
}

/** A stream of which only the given facts matter. */
export function testStream(facts: Partial<StreamConfig> = {}): StreamConfig {
  return {
    index: 0,
    descriptor: { name: 'users', namespace: 'shop' },
    id: {
      finalNamespace: 'shop',
      finalName: 'users',
      rawNamespace: 'airbyte_internal',
      rawName: 'shop_raw__stream_users',
      originalNamespace: 'shop',
      originalName: 'users',
    },
    postImportAction: 'append',
    columns: [],
    primaryKey: [],
    cursor: undefined,
    generationId: 7n,
    minimumGenerationId: 0n,
    syncId: 42n,
    hasGenerations: true,
    isTruncate: false,
    ...facts,
  }
}

/** A batch of records, each in a buffer of its own with foreign bytes around it. */
export function batchOf(records: readonly TestRecord[], stream: StreamConfig = testStream()): RecordBatch {
  const ids = records.map(() => randomUUID())
  const blocks = records.map(({ data }) => Buffer.concat([margin, Buffer.from(data), margin]))
  const changes = records.map((record) =>
    record.changes === undefined ? undefined : Buffer.from(record.changes),
  )
  const idOf = (index: number) => {
    const id = ids[index]
    if (id === undefined) throw new Error(`The batch has no record ${index}.`)
    return id
  }
  return {
    stream,
    count: records.length,
    byteLength: blocks.reduce((sum, block) => sum + block.length - 2 * margin.length, 0),
    rawIds: { get: idOf, write: (target, offset, index) => void target.write(idOf(index), offset, 'latin1') },
    visit: (visitor, from = 0) => {
      for (const [index, record] of records.entries()) {
        if (index < from) continue
        const block = blocks[index] ?? margin
        const end = block.length - margin.length
        const emittedAt = record.emittedAt ?? defaultEmittedAt
        if (visitor(index, block, margin.length, end, emittedAt, changes[index]) === false) return
      }
    },
  }
}

const margin = Buffer.from('!!!')

const defaultEmittedAt = Date.UTC(2024, 0, 2, 3, 4, 5, 678)
