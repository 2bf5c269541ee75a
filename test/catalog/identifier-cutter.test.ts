import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIdentifierCutter } from '../../src/catalog/identifier-cutter.ts'

describe('createIdentifierCutter', () => {
  it.each([
    [4, 'abcde', 'abcd'],
    [5, 'abcde', 'abcde'],
    [5, 'ééé', 'éé'],
    [6, 'ééé', 'ééé'],
    [5, '日本', '日'],
    [7, '😀😀', '😀'],
    [3, '😀', ''],
    [0, 'a', ''],
    [3, '\ud800\ud800', '\ud800'],
  ])('to %i bytes makes %j %j', (maxBytes, text, expected) => {
    expect(createIdentifierCutter(maxBytes)(text)).toBe(expected)
  })

  it('keeps the longest run of whole characters that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, maxBytes) => {
        const cut = createIdentifierCutter(maxBytes)(text)
        const next = Array.from(text.slice(cut.length))[0] ?? ''
        expect(text.startsWith(cut)).toBe(true)
        expect(Buffer.from(cut).toString()).toBe(cut)
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(maxBytes)
        expect(cut === text || Buffer.byteLength(cut + next) > maxBytes).toBe(true)
      }),
    )
  })
})
