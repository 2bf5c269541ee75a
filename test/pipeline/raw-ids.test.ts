import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRawIdFactory, largestIndex, rawIdBytes } from '../../src/pipeline/raw-ids.ts'

const uuidVersion7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const anyIndex = fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: largestIndex }))

describe('createRawIdFactory', () => {
  it('lays out time, index and random bits as documented', () => {
    const createRawIds = createRawIdFactory({
      now: () => 0x0123456789ab,
      randomBytes: (size) => Buffer.alloc(size, 0xff),
    })
    const ids = createRawIds()
    expect(ids.get(0)).toBe('01234567-89ab-7000-8000-00ffffffffff')
    expect(ids.get(1)).toBe('01234567-89ab-7000-8000-01ffffffffff')
    expect(ids.get(98_765)).toBe('01234567-89ab-7000-8987-65ffffffffff')
    expect(ids.get(123_456)).toBe('01234567-89ab-7000-9234-56ffffffffff')
    expect(ids.get(largestIndex)).toBe('01234567-89ab-7999-9999-99ffffffffff')
  })

  it('has no id for a record that no batch can have', () => {
    const ids = createRawIdFactory({ now: Date.now, randomBytes })()
    expect(() => ids.get(largestIndex + 1)).toThrow(RangeError)
  })

  it('makes valid version 7 UUIDs', () => {
    fc.assert(
      fc.property(anyIndex, fc.nat(2 ** 31), (index, time) => {
        expect(createRawIdFactory({ now: () => time, randomBytes })().get(index)).toMatch(uuidVersion7)
      }),
    )
  })

  it('sorts as text in arrival order within a batch', () => {
    const ids = createRawIdFactory({ now: Date.now, randomBytes })()
    fc.assert(
      fc.property(anyIndex, anyIndex, (first, second) => {
        expect(ids.get(first) < ids.get(second)).toBe(first < second)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['Danish, aa behind z', 'da'],
    ['Welsh, dd and ff letters of their own', 'cy'],
    ['Spanish of old, ch and ll', 'es-u-co-trad'],
    ['Hungarian', 'hu'],
    ['numbers by their value', 'en-u-kn'],
  ])('sorts in arrival order within a batch in any language: %s', (_name, language) => {
    const { compare } = new Intl.Collator(language)
    fc.assert(
      fc.property(anyIndex, anyIndex, fc.nat(2 ** 40), (first, second, time) => {
        const ids = createRawIdFactory({ now: () => time, randomBytes })()
        expect(Math.sign(compare(ids.get(first), ids.get(second)))).toBe(Math.sign(first - second))
      }),
      { numRuns: 1000 },
    )
  })

  it('is the same in any order of asking', () => {
    const inTurn = createRawIdFactory({ now: () => 1, randomBytes: (size) => Buffer.alloc(size) })()
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(30), anyIndex), { minLength: 1 }), (indexes) => {
        for (const index of indexes.flatMap((start) => [start, Math.min(start + 1, largestIndex)])) {
          const alone = createRawIdFactory({ now: () => 1, randomBytes: (size) => Buffer.alloc(size) })()
          expect(inTurn.get(index)).toBe(alone.get(index))
        }
      }),
    )
  })

  it('sorts every batch after the one before, even when the clock stands still or goes back', () => {
    const clock = [1000.9, 1000, 1000, 2000, 500]
    const createRawIds = createRawIdFactory({ now: () => clock.shift() ?? 0, randomBytes })
    const batches = Array.from({ length: 6 }, () => createRawIds())
    const ids = batches.flatMap((batch) => [batch.get(0), batch.get(largestIndex)])
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    expect(
      ids
        .map((id) => Number.parseInt(id.slice(0, 13).replace('-', ''), 16))
        .filter((_, index) => index % 2 === 0),
    ).toEqual([1000, 1001, 1002, 2000, 2001, 2002])
  })

  it('tells processes with the same clock apart', () => {
    const first = createRawIdFactory({ now: () => 1, randomBytes })()
    const second = createRawIdFactory({ now: () => 1, randomBytes })()
    expect(first.get(0)).not.toBe(second.get(0))
  })

  it('gives the same id again when a batch is retried', () => {
    const ids = createRawIdFactory({ now: Date.now, randomBytes })()
    expect(ids.get(7)).toBe(ids.get(7))
  })

  it('writes exactly 36 bytes at the offset', () => {
    const ids = createRawIdFactory({ now: Date.now, randomBytes })()
    const target = Buffer.alloc(rawIdBytes + 4, '.')
    ids.write(target, 2, 5)
    expect(target.toString('latin1')).toBe(`..${ids.get(5)}..`)
  })
})
