import { describe, expect, it } from 'vitest'
import { findLargest, isWorthLoading } from '../../../destinations/duckdb/load-policy.ts'

const mebibyte = 1024 * 1024

describe('a file that is collected', () => {
  it.each([
    { what: 'less than a row group waits', rows: 122_879, isLoaded: false },
    { what: 'one row group is loaded', rows: 122_880, isLoaded: true },
    { what: 'one and a little would leave a small row group', rows: 122_881, isLoaded: false },
    {
      what: 'a second one of almost two thirds would be merged with its neighbours',
      rows: 204_799,
      isLoaded: false,
    },
    { what: 'a second one of two thirds stays as it is', rows: 204_800, isLoaded: true },
    { what: 'two row groups are loaded', rows: 245_760, isLoaded: true },
    { what: 'a third one is begun', rows: 250_000, isLoaded: false },
  ])('$what: $rows rows', ({ rows, isLoaded }) => {
    expect(isWorthLoading({ rows, bytes: 64 * mebibyte }, 128 * mebibyte)).toBe(isLoaded)
  })

  it('is loaded at its largest size, whatever its rows', () => {
    expect(isWorthLoading({ rows: 1, bytes: 128 * mebibyte }, 128 * mebibyte)).toBe(true)
    expect(isWorthLoading({ rows: 1, bytes: 128 * mebibyte - 1 }, 128 * mebibyte)).toBe(false)
  })
})

describe('the files of many tables', () => {
  const files = [3, 5, 4].map((bytes) => ({ rows: 1, bytes }))

  it('stay while the disk has room for them', () => {
    expect(findLargest(files, 13)).toBeUndefined()
  })

  it('lose the largest of them when it has not', () => {
    expect(findLargest(files, 12)).toBe(files[1])
  })
})
