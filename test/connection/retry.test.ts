import fc from 'fast-check'
import { DestinationError, type ErrorCode, silentLogger } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { isWorthRetrying, planRetry, type RetryPolicy, withRetries } from '../../src/connection/retry.ts'
import { createLogger } from '../../src/logger.ts'
import { caught } from '../support/caught.ts'

const policy: RetryPolicy = {
  firstDelayMilliseconds: 100,
  maximumDelayMilliseconds: 1000,
  totalMilliseconds: 5000,
}

describe('planRetry', () => {
  it.each([
    { failures: 1, elapsedMilliseconds: 0, random: 1, delay: 100 },
    { failures: 1, elapsedMilliseconds: 0, random: 0, delay: 50 },
    { failures: 2, elapsedMilliseconds: 100, random: 1, delay: 200 },
    { failures: 4, elapsedMilliseconds: 700, random: 1, delay: 800 },
    { failures: 5, elapsedMilliseconds: 1500, random: 1, delay: 1000 },
    { failures: 2000, elapsedMilliseconds: 4000, random: 1, delay: 1000 },
    { failures: 8, elapsedMilliseconds: 4001, random: 1, delay: undefined },
    { failures: 1, elapsedMilliseconds: 6000, random: 0, delay: undefined },
  ])('after $failures failures in $elapsedMilliseconds ms, chance $random: $delay', ({ delay, ...facts }) => {
    expect(planRetry(policy, facts)).toBe(delay)
  })

  it('property: waits between half and all of a ceiling that never falls, and never beyond the total', () => {
    const facts = fc.record({
      failures: fc.integer({ min: 1, max: 50 }),
      elapsedMilliseconds: fc.nat(6000),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(facts, (given) => {
        const delay = planRetry(policy, given)
        if (delay === undefined) return
        const ceiling = planRetry(policy, { ...given, elapsedMilliseconds: 0, random: 1 }) ?? 0
        expect(delay).toBeGreaterThanOrEqual(ceiling / 2)
        expect(delay).toBeLessThanOrEqual(ceiling)
        expect(given.elapsedMilliseconds + delay).toBeLessThanOrEqual(policy.totalMilliseconds)
      }),
    )
  })
})

it.each([
  { facts: { failures: 2 }, delay: 200 },
  { facts: { failures: 3 }, delay: undefined },
  { facts: { failures: 1, askedMilliseconds: 700 }, delay: 700 },
  // No server is waited for longer than the policy says.
  { facts: { failures: 1, askedMilliseconds: 60_000 }, delay: 1000 },
])('of three attempts, after $facts: $delay', ({ facts, delay }) => {
  const limited = { ...policy, maximumAttempts: 3 }
  expect(planRetry(limited, { elapsedMilliseconds: 0, random: 1, ...facts })).toBe(delay)
})

describe('isWorthRetrying', () => {
  it.each([
    ['SERVER_UNAVAILABLE', undefined, true],
    ['SERVER_UNAVAILABLE', 'config_error', false],
    ['CONNECTION_FAILED', undefined, false],
    ['CONNECTION_FAILED', 'transient_error', true],
    ['INTERRUPTED', undefined, false],
    ['TABLE_LOCKED', undefined, false],
    ['DATA_REFUSED', undefined, false],
    ['STATEMENT_FAILED', undefined, false],
    ['PERMISSION_DENIED', undefined, false],
    ['INTERNAL', undefined, false],
  ] as const)('%s (%s): %s', (code: ErrorCode, failureType, expected) => {
    expect(isWorthRetrying(new DestinationError(code, 'x', { failureType }))).toBe(expected)
  })
})

describe('withRetries', () => {
  const quick: RetryPolicy = {
    firstDelayMilliseconds: 1,
    maximumDelayMilliseconds: 4,
    totalMilliseconds: 200,
  }
  const gone = (text = 'gone') => new DestinationError('SERVER_UNAVAILABLE', `${text}.`)
  const signal = new AbortController().signal

  it('runs until it succeeds, tells the action of the failure before, and logs each', async () => {
    const earlier: (string | undefined)[] = []
    const lines: string[] = []
    const logger = createLogger({ emit: (level, message) => lines.push(`${level} ${message}`) })
    const result = await withRetries(
      async (failure) => {
        earlier.push(failure?.message)
        if (earlier.length < 3) throw gone(`gone ${earlier.length}`)
        return 'done'
      },
      { policy: quick, logger, signal },
    )
    expect(result).toBe('done')
    expect(earlier).toEqual([undefined, 'gone 1.', 'gone 2.'])
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/^WARN gone 2\. Trying again in 0\.0 s \(failure 2\)\.$/)
  })

  it('does not repeat what will fail again', async () => {
    let calls = 0
    const action = async () => {
      calls += 1
      throw new DestinationError('STATEMENT_FAILED', 'no')
    }
    const error = await caught(() => withRetries(action, { policy: quick, logger: silentLogger, signal }))
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(calls).toBe(1)
  })

  it('gives up after the total time, with the last failure', async () => {
    let calls = 0
    const startedAt = performance.now()
    const action = async () => {
      calls += 1
      throw gone(`gone ${calls}`)
    }
    const error = await caught(() => withRetries(action, { policy: quick, logger: silentLogger, signal }))
    expect(error.message).toBe(`gone ${calls}.`)
    expect(calls).toBeGreaterThan(10)
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  it('stops waiting when the process is asked to stop', async () => {
    const stop = new AbortController()
    const slow = {
      ...policy,
      firstDelayMilliseconds: 60_000,
      maximumDelayMilliseconds: 60_000,
      totalMilliseconds: 120_000,
    }
    const waiting = caught(() =>
      withRetries(async () => Promise.reject(gone()), {
        policy: slow,
        logger: silentLogger,
        signal: stop.signal,
      }),
    )
    stop.abort(new DestinationError('INTERRUPTED', 'stopped by a test'))
    expect(await waiting).toMatchObject({ code: 'INTERRUPTED', message: 'stopped by a test' })
  })
})
