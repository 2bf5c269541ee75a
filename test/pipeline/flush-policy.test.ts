import { describe, expect, it } from 'vitest'
import { type BufferFacts, chooseFlush } from '../../src/pipeline/flush-policy.ts'
import { flushLimits } from '../../src/pipeline/memory-budget.ts'

const limits = { batchBytes: 100, budgetBytes: 1000, maximumAgeMilliseconds: 50 }
const quiet = { now: 10, usedBytes: 0, hasInputEnded: false }
const small: BufferFacts = { stream: 1, allocatedBytes: 10, firstRecordAt: 5 }
const large: BufferFacts = { stream: 2, allocatedBytes: 90, firstRecordAt: 6 }
const full: BufferFacts = { stream: 3, allocatedBytes: 100, firstRecordAt: 7 }

describe('chooseFlush', () => {
  it.each([
    { why: 'nothing is buffered', buffers: [], facts: { ...quiet, hasInputEnded: true }, chosen: undefined },
    { why: 'nothing is full, old or pressing', buffers: [small, large], facts: quiet, chosen: undefined },
    { why: 'a buffer is worth a batch', buffers: [small, full, large], facts: quiet, chosen: 3 },
    {
      why: 'the oldest record has waited long enough',
      buffers: [large, small, full],
      facts: { ...quiet, now: 55 },
      chosen: 1,
    },
    {
      why: 'memory is used up: the largest goes',
      buffers: [small, large],
      facts: { ...quiet, usedBytes: 1000 },
      chosen: 2,
    },
    {
      why: 'the input has ended: the largest goes',
      buffers: [small, large],
      facts: { ...quiet, hasInputEnded: true },
      chosen: 2,
    },
  ])('$why', ({ buffers, facts, chosen }) => {
    expect(chooseFlush(buffers, limits, facts)).toBe(chosen)
  })
})

describe('flushLimits', () => {
  const mebibyte = 1024 * 1024
  it.each([
    { availableMiB: 24_000, budgetMiB: 32 },
    { availableMiB: 512, budgetMiB: 32 },
    { availableMiB: 128, budgetMiB: 16 },
    { availableMiB: 16, budgetMiB: 8 },
  ])('takes $budgetMiB MiB of $availableMiB MiB', ({ availableMiB, budgetMiB }) => {
    expect(flushLimits({ availableBytes: availableMiB * mebibyte }).budgetBytes).toBe(budgetMiB * mebibyte)
  })

  it('follows the setting, and makes batches that fit in it several times', () => {
    const { budgetBytes, batchBytes } = flushLimits({
      availableBytes: mebibyte * 512,
      budgetBytes: 12 * mebibyte,
    })
    expect(budgetBytes).toBe(12 * mebibyte)
    expect(batchBytes).toBe(2 * mebibyte)
  })

  it.each([
    [24 * 1024, 192, 64],
    [2048, 192, 64],
    [1024, 128, 42],
    [256, 32, 10],
    [32, 8, 2],
  ])(
    'gives a destination that asks for 64 MiB, in %i MiB, a budget of %i and batches of %i',
    (availableMiB, budgetMiB, batchMiB) => {
      const batching = { batchBytes: 64 * mebibyte, maximumAgeMilliseconds: 60_000 }
      const limits = flushLimits({ availableBytes: availableMiB * mebibyte, batching })
      expect(limits).toEqual({
        budgetBytes: budgetMiB * mebibyte,
        batchBytes: expect.toSatisfy((bytes: number) => Math.floor(bytes / mebibyte) === batchMiB),
        maximumAgeMilliseconds: 60_000,
      })
    },
  )

  it("lets the operator's settings win over the destination's", () => {
    const batching = { batchBytes: 64 * mebibyte, maximumAgeMilliseconds: 60_000 }
    const budgetBytes = 30 * mebibyte
    expect(
      flushLimits({ availableBytes: 1024 * mebibyte, batching, budgetBytes, maximumAgeMilliseconds: 5 }),
    ).toEqual({
      budgetBytes,
      batchBytes: 10 * mebibyte,
      maximumAgeMilliseconds: 5,
    })
  })
})
