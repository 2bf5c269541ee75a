import { describe, expect, it } from 'vitest'
import type { Measurement } from '../../bench/run-process.ts'
import { median, type Series, spread, summarize } from '../../bench/statistics.ts'
import type { Entry } from '../../bench/trial.ts'

describe('spread', () => {
  it.each([
    { values: [3], minimum: 3, median: 3, maximum: 3 },
    { values: [5, 1, 3], minimum: 1, median: 3, maximum: 5 },
    { values: [4, 1, 2, 10], minimum: 1, median: 3, maximum: 10 },
  ])('of $values', ({ values, ...expected }) => {
    expect(spread(values)).toEqual(expected)
  })

  it('is no number where nothing was measured', () => {
    expect(spread([]).median).toBeNaN()
  })
})

describe('median', () => {
  it.each([
    { values: [], expected: undefined },
    { values: [undefined, undefined], expected: undefined },
    { values: [undefined, 4, 2], expected: 3 },
  ])('of $values is $expected', ({ values, expected }) => {
    expect(median(values)).toBe(expected)
  })
})

describe('summarize', () => {
  const limit = series({ name: 'limit', records: 100, bytes: 2e9 }, [2, 4, 3])

  it('compares each round with the limit of that round, not the medians with each other', () => {
    const own = series({ name: 'own', limit: 'limit', records: 100, bytes: 2e9 }, [1, 4, 6])
    expect(summarize(own, [limit, own])).toMatchObject({
      timeRatio: { minimum: 0.5, median: 1, maximum: 2 },
      addedSeconds: { minimum: -1, median: 0, maximum: 3 },
    })
  })

  it('compares the time per record where the limit has more of them', () => {
    const own = series({ name: 'own', limit: 'limit', records: 10, bytes: 2e8 }, [1, 2, 1.5])
    expect(summarize(own, [limit, own]).timeRatio?.median).toBeCloseTo(5)
  })

  it('has rates of the median', () => {
    expect(summarize(limit, [limit])).toMatchObject({ bytesPerSecond: 2e9 / 3, recordsPerSecond: 100 / 3 })
  })

  it('has CPU seconds for each gigabyte, the median of the log and the highest memory', () => {
    const measurements = [
      { seconds: 1, cpuSeconds: 4, serverCpuSeconds: 1, walBytes: 10, peakBytes: 7 },
      { seconds: 1, cpuSeconds: 6, serverCpuSeconds: 3, walBytes: 30, peakBytes: 5 },
    ]
    const one: Series = { entry: { name: 'own', records: 1, bytes: 5e8 }, measurements }
    expect(summarize(one, [one])).toMatchObject({
      cpuSeconds: 5,
      cpuSecondsPerGigabyte: 10,
      serverCpuSecondsPerGigabyte: 4,
      walBytes: 20,
      peakBytes: 7,
    })
  })

  it.each([
    { maximum: 1, isMet: true },
    { maximum: 0.9, isMet: false },
  ])('says whether a goal of $maximum x is met', ({ maximum, isMet }) => {
    const goal = { kind: 'times', maximum } as const
    const own = series({ name: 'own', limit: 'limit', goal, records: 100, bytes: 2e9 }, [2, 4, 3])
    expect(summarize(own, [limit, own]).isGoalMet).toBe(isMet)
  })

  it('does not call a goal met or missed where its limit was not measured', () => {
    const goal = { kind: 'times', maximum: 1 } as const
    const own = series({ name: 'own', limit: 'limit', goal, records: 100, bytes: 2e9 }, [2])
    expect(summarize(own, [own])).toMatchObject({ timeRatio: undefined, isGoalMet: undefined })
  })
})

function series(entry: Entry, seconds: readonly number[]): Series {
  const measurements = seconds.map(
    (one): Measurement => ({ seconds: one, cpuSeconds: undefined, peakBytes: undefined }),
  )
  return { entry, measurements }
}
