import { setTimeout as sleep } from 'node:timers/promises'
import { DestinationError, toDestinationError } from '../errors.ts'
import type { Logger } from '../logger.ts'

export type RetryPolicy = {
  readonly firstDelayMilliseconds: number
  readonly maximumDelayMilliseconds: number
  /** From the first failure; a retry that could only start later does not happen. */
  readonly totalMilliseconds: number
}

/** A server that restarts or fails over is back within a few minutes. Longer waits are for the platform, which starts anew. */
export const defaultRetryPolicy: RetryPolicy = {
  firstDelayMilliseconds: 500,
  maximumDelayMilliseconds: 30_000,
  totalMilliseconds: 5 * 60_000,
}

export type RetryFacts = {
  /** Failures so far, at least 1. */
  readonly failures: number
  readonly elapsedMilliseconds: number
  /** From 0 up to 1: so that those who failed together do not come back together. */
  readonly random: number
}

/** How long to wait before the next attempt, or `undefined` where there is none. Doubles, between a half and the whole. */
export function planRetry(policy: RetryPolicy, facts: RetryFacts): number | undefined {
  const { firstDelayMilliseconds, maximumDelayMilliseconds, totalMilliseconds } = policy
  const ceiling = Math.min(maximumDelayMilliseconds, firstDelayMilliseconds * 2 ** (facts.failures - 1))
  const delay = ceiling * (0.5 + facts.random / 2)
  return facts.elapsedMilliseconds + delay <= totalMilliseconds ? delay : undefined
}

/** Whether the same may succeed later, without anybody doing anything. */
export function isWorthRetrying({ code, failureType }: DestinationError): boolean {
  // A locked table has been waited for already.
  return failureType === 'transient_error' && code !== 'INTERRUPTED' && code !== 'TABLE_LOCKED'
}

export type RetryOptions = {
  readonly policy: RetryPolicy
  readonly logger: Logger
  /** Ends the waiting; its reason is thrown. */
  readonly signal: AbortSignal
}

/**
 * Runs an action until it succeeds, fails for good, or has failed for too long; then throws the last failure.
 * The action gets the failure before, whose outcome may be unknown: it must not do twice what was done.
 */
export async function withRetries<Result>(
  action: (earlier: DestinationError | undefined) => Promise<Result>,
  { policy, logger, signal }: RetryOptions,
): Promise<Result> {
  let earlier: DestinationError | undefined
  let firstFailureAt = 0
  for (let failures = 1; ; failures += 1) {
    try {
      return await action(earlier)
    } catch (error) {
      const failure = toDestinationError(error)
      if (failures === 1) firstFailureAt = performance.now()
      const elapsedMilliseconds = performance.now() - firstFailureAt
      const delay = isWorthRetrying(failure)
        ? planRetry(policy, { failures, elapsedMilliseconds, random: Math.random() })
        : undefined
      if (delay === undefined) throw failure
      logger.warn(`${failure.message} Trying again in ${(delay / 1000).toFixed(1)} s (failure ${failures}).`)
      await pause(delay, signal)
      earlier = failure
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal })
  } catch {
    // The only failure of a timer is the abort, whose reason says more.
    throw DestinationError.is(signal.reason)
      ? signal.reason
      : new DestinationError('INTERRUPTED', 'The sync was stopped while it waited for the server.')
  }
}
