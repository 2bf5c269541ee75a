import fc from 'fast-check'
import type { RecordBatch } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { encodeProtoRows } from '../../../destinations/bigquery/encode-proto-rows.ts'
import { batchOf } from '../../support/batches.ts'

/** Counts the records that anybody looks at. */
function watch(batch: RecordBatch) {
  const seen: number[] = []
  const visit: RecordBatch['visit'] = (visitor, from) =>
    batch.visit((index, ...rest) => {
      seen.push(index)
      return visitor(index, ...rest)
    }, from)
  return { seen, batch: Object.assign(Object.create(batch), { visit }) as RecordBatch }
}

const text = (bytes: number) => ({ data: JSON.stringify({ text: 'x'.repeat(bytes) }) })
const bytesOf = (rows: readonly Uint8Array[]) => rows.reduce((sum, { length }) => sum + length, 0)

describe('requests of the Storage Write API', () => {
  it('are encoded when they are asked for, each record once', () => {
    const { batch, seen } = watch(batchOf(Array.from({ length: 40 }, () => text(1_000_000))))
    const requests = encodeProtoRows(batch)
    expect(seen).toEqual([])
    const first = requests.next().value
    expect(first?.rows.length).toBe(8)
    expect(seen).toHaveLength(8)
    expect(Array.from(requests, ({ offset }) => offset)).toEqual([8, 16, 24, 32])
    expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => index))
  })

  it('of any sizes have all rows once, in order, within 10 MB; and go on anywhere', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 500_000, max: 9_900_000 }))
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 8 }), fc.nat(7), (sizes, start) => {
        const batch = batchOf(sizes.map(text))
        const requests = [...encodeProtoRows(batch)]
        const rows = requests.flatMap((request) => request.rows)
        expect(rows).toHaveLength(sizes.length)
        let next = 0
        for (const request of requests) {
          expect(request.offset).toBe(next)
          expect(bytesOf(request.rows) + request.rows.length * 6).toBeLessThan(10_000_000 - 64 * 1024)
          next += request.rows.length
        }
        const from = start % sizes.length
        const others = [...encodeProtoRows(batch, from)].flatMap((request) => request.rows)
        // Millions of bytes: vitest's own comparison takes seconds for them.
        expect(Buffer.concat(others).equals(Buffer.concat(rows.slice(from)))).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('name a record that none can take', () => {
    const batch = batchOf([text(10), text(10_000_000)])
    expect(() => [...encodeProtoRows(batch)]).toThrow(
      expect.objectContaining({ code: 'DATA_REFUSED', recordIndex: 1 }),
    )
  })
})
