import { describe, expect, it } from 'vitest'
import {
  ageOfLoads,
  bytesOfNextLoad,
  loadsPerProjectAndDay,
  loadsPerTableAndDay,
} from '../../../destinations/bigquery/load-quota.ts'

const daySeconds = 24 * 60 * 60
const [megabyte, gigabyte, terabyte] = [1e6, 1e9, 1e12]

/** Loads of one table, into which so many bytes come evenly, a load when enough is there or old enough. */
function countLoads(bytes: number, seconds: number, tables = 1): number {
  const rate = bytes / seconds
  let loads = 0
  for (let now = 0; now < seconds; loads += 1) {
    now += Math.min(ageOfLoads(tables) / 1000, bytesOfNextLoad(loads) / rate)
  }
  return loads
}

describe('the 1,500 loads that a table may have in a day', () => {
  it.each([
    ['a record a minute', megabyte, daySeconds, 1_440],
    ['a gigabyte', gigabyte, daySeconds, 1_440],
    ['a terabyte over the day', terabyte, daySeconds, 1_455],
    ['a terabyte in six hours', terabyte, daySeconds / 4, 1_260],
    ['1.19 terabytes in twelve hours', 1.19 * terabyte, daySeconds / 2, 1_500],
  ])('are enough for %s', (_title, bytes, seconds, most) => {
    expect(countLoads(bytes, seconds)).toBeLessThanOrEqual(most)
    expect(most).toBeLessThanOrEqual(loadsPerTableAndDay)
  })

  it.each([
    ['every hour with a gigabyte', 24, gigabyte],
    ['every quarter of an hour with a gigabyte', 96, gigabyte],
    ['every five minutes with 300 MB', 288, 300 * megabyte],
  ])('are enough for a sync %s', (_title, syncs, bytes) => {
    // At 50 MB a second, so that size decides.
    expect(syncs * countLoads(bytes, bytes / (50 * megabyte))).toBeLessThanOrEqual(loadsPerTableAndDay)
  })
})

describe('the 100,000 loads that a project may have in a day', () => {
  it.each([1, 50, 69, 70, 200, 1_000, 5_000])('are enough for a slow sync of %i tables all day', (tables) => {
    const loads = tables * countLoads(megabyte, daySeconds, tables)
    expect(loads).toBeLessThanOrEqual(loadsPerProjectAndDay * 0.81)
  })

  it('leave a minute between states where there are few tables', () => {
    expect(ageOfLoads(1)).toBe(60_000)
    expect(ageOfLoads(55)).toBe(60_000)
    expect(ageOfLoads(200)).toBe(216_000)
  })
})
