import { describe, expect, it } from 'vitest'
import { alignColumns, countFittingColumns, shorten } from '../../demo/text-table.ts'

const rows = [
  ['stream', 'rows', 's'],
  ['movies', '3,201', '0.5'],
  ['all', '', '12.5'],
]

describe('alignColumns', () => {
  it('puts cells under each other, numbers at the right', () => {
    expect(alignColumns(rows, ['left', 'right', 'right'])).toEqual([
      'stream   rows     s',
      'movies  3,201   0.5',
      'all            12.5',
    ])
  })

  it('moves columns together where the width is too small', () => {
    expect(alignColumns(rows, ['left', 'right', 'right'], 18)).toEqual([
      'stream  rows    s',
      'movies 3,201  0.5',
      'all          12.5',
    ])
  })
})

describe('countFittingColumns', () => {
  it.each([
    [19, 3],
    [18, 2],
    [13, 2],
    [12, 1],
    [1, 1],
  ])('%i characters hold %i columns', (width, count) => {
    expect(countFittingColumns(rows, width)).toBe(count)
  })
})

describe('shorten', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['longer', 1, '…'],
  ])('%s in %i characters is %s', (text, width, result) => {
    expect(shorten(text, width)).toBe(result)
  })
})
