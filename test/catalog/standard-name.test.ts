import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standardName } from '../../src/catalog/standard-name.ts'

describe('standardName', () => {
  it.each([
    ['users', 'users'],
    ['Case_Kept_09', 'Case_Kept_09'],
    ['Crème brûlée  #1', 'Creme_brulee__1'],
    ['½', '1_2'],
    ['日本', '__'],
    ['😀', '_'],
    ['a \t\n\v\f\r b', 'a_b'],
    ['a\u00a0b', 'a_b'],
    ['a\u2028b', 'a_b'],
    ['a.b-c"d\'e', 'a_b_c_d_e'],
    ['e\u0301', 'e'],
    ['\u0301', ''],
    ['ﬁ', 'fi'],
    ['\ud800x', '_x'],
    ['', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(standardName(text)).toBe(expected)
  })

  it('yields letters, digits and underscores only, and leaves its own result alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const name = standardName(text)
        expect(name).toMatch(/^[A-Za-z0-9_]*$/)
        expect(standardName(name)).toBe(name)
      }),
    )
  })
})
