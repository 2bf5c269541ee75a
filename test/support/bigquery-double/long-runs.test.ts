import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LongRuns } from './long-runs.ts'

it('gives back every text, and sends no long run', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'x'.repeat(300_000),
      'y'.repeat(9_999),
      '1'.repeat(300_000),
      'Zrun',
      'Zrun0Z',
      '\u{1f600}',
    ),
  )
  const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
      const runs = new LongRuns()
      const packed = texts.map((string_value) => runs.pack({ string_value }))
      for (const [index, string_value] of texts.entries()) {
        expect(String(packed[index]?.string_value)).not.toContain('x'.repeat(10_000))
        expect(runs.unpack(packed[index] ?? {}).string_value).toBe(string_value)
      }
    }),
    { numRuns: 30 },
  )
})

it('keeps equal texts equal', () => {
  const runs = new LongRuns()
  const cell = { string_value: JSON.stringify({ name: 'x'.repeat(500_000) }) }
  expect(runs.pack(cell)).toEqual(runs.pack({ ...cell }))
  expect(JSON.parse(String(runs.pack(cell).string_value)).name).toMatch(/^[A-Za-z0-9]{10,40}$/)
})
