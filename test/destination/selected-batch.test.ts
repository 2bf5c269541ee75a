import fc from 'fast-check'
import type { RecordBatch } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { findReceiptMismatch } from '../../src/destination/record-batch.ts'
import { SelectedBatch } from '../../src/destination/selected-batch.ts'
import { batchOf } from '../support/batches.ts'

/** Everything that a warehouse can see of a batch. */
function look(batch: RecordBatch) {
  const seen: { index: number; id: string; data: string; emittedAt: number; changes: string | undefined }[] =
    []
  batch.visit((index, block, start, end, emittedAt, changes) => {
    const written = Buffer.alloc(40)
    batch.rawIds.write(written, 2, index)
    expect(written.toString('latin1', 2, 38)).toBe(batch.rawIds.get(index))
    const data = block.toString('utf8', start, end)
    seen.push({ index, id: batch.rawIds.get(index), data, emittedAt, changes: changes?.toString() })
  })
  expect(seen.map(({ index }) => index)).toEqual(Array.from({ length: batch.count }, (_, index) => index))
  return seen
}

const batch = batchOf(
  Array.from({ length: 20 }, (_, id) => ({
    data: `{"id":${id}}`,
    emittedAt: id,
    ...(id % 3 === 0 && { changes: `[${id}]` }),
  })),
)

describe('SelectedBatch', () => {
  it('property: is the chosen records, as they are in the batch', () => {
    const all = look(batch)
    fc.assert(
      fc.property(
        fc.subarray(
          all.map((_, index) => index),
          { minLength: 1 },
        ),
        (indexes) => {
          const view = new SelectedBatch(batch, Uint32Array.from(indexes))
          const expected = indexes.map((base, index) => ({ ...all[base], index }))
          expect(look(view)).toEqual(expected)
          const bytes = expected.reduce(
            (sum, { data = '', changes = '' }) => sum + data.length + changes.length,
            0,
          )
          expect(view.byteLength).toBe(bytes)
        },
      ),
    )
  })

  it('shows replacements in their place, with the same ids', () => {
    const view = new SelectedBatch(batch, Uint32Array.of(3, 4), (data, changes) =>
      data.toString() === '{"id":3}'
        ? { data: Buffer.from('{}'), changes: Buffer.from(`[${changes}]`) }
        : undefined,
    )
    expect(look(view)).toEqual([
      { index: 0, id: batch.rawIds.get(3), data: '{}', emittedAt: 3, changes: '[[3]]' },
      { index: 1, id: batch.rawIds.get(4), data: '{"id":4}', emittedAt: 4, changes: undefined },
    ])
  })

  it('has no other records', () => {
    const view = new SelectedBatch(batch, Uint32Array.of(3, 4))
    expect(() => view.rawIds.get(2)).toThrow(RangeError)
  })
})

describe('findReceiptMismatch', () => {
  it.each([
    { rowsWritten: 3, rejected: [], says: undefined },
    { rowsWritten: 2, rejected: [0], says: undefined },
    { rowsWritten: 0, rejected: [2, 0, 1], says: undefined },
    { rowsWritten: 2, rejected: [], says: '2 written and 0 rejected' },
    { rowsWritten: 3, rejected: [0], says: '3 written and 1 rejected' },
    { rowsWritten: 1, rejected: [0, 0], says: '1 written and 2 rejected, not all of which were sent' },
    { rowsWritten: 2, rejected: [3], says: '2 written and 1 rejected, not all of which were sent' },
    { rowsWritten: 2, rejected: [-1], says: '2 written and 1 rejected, not all of which were sent' },
    { rowsWritten: Number.NaN, rejected: [], says: 'NaN written and 0 rejected' },
  ])(
    'of 3 records, $rowsWritten written and $rejected rejected: $says',
    ({ rowsWritten, rejected, says }) => {
      const receipt = { rowsWritten, rejected: rejected.map((index) => ({ index, reason: 'bad' })) }
      expect(findReceiptMismatch(receipt, 3)).toBe(says)
    },
  )
})
