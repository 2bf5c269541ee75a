import { setTimeout as sleep } from 'node:timers/promises'
import { DestinationError, toDestinationError } from '../errors.ts'
import type { Logger } from '../logger.ts'

export type RetryPolicy = {
  readonly firstDelayMilliseconds: number
  readonly maximumDelayMilliseconds: number
  /** From the first failure; a retry that could only start later does not happen. */
  readonly totalMilliseconds: number
  /** With the first one; absent: as many as the time allows. */
  readonly maximumAttempts?: number
}

/** A server that restarts or fails over is back within a few minutes. Longer waits are for the platform, which starts anew. */
export const defaultRetryPolicy: RetryPolicy = {
  firstDelayMilliseconds: 500,
  maximumDelayMilliseconds: 30_000,
  totalMilliseconds: 5 * 60_000,
}

/**
 * Of one request over HTTP or gRPC, where a lost answer is common and soon made up for. A server that is away
 * for longer is for `defaultRetryPolicy`, which stands around it.
 */
export const requestRetryPolicy: RetryPolicy = {
  firstDelayMilliseconds: 500,
  maximumDelayMilliseconds: 4000,
  totalMilliseconds: Number.POSITIVE_INFINITY,
  maximumAttempts: 4,
}

/**
 * Of a file with several batches. What lasts longer than a statement that was aborted, or a session that has ended, each batch
 * waits for by itself, with `defaultRetryPolicy`.
 */
export const deliveryRetryPolicy: RetryPolicy = {
  firstDelayMilliseconds: 500,
  maximumDelayMilliseconds: 10_000,
  totalMilliseconds: 60_000,
}

export type RetryFacts = {
  /** Failures so far, at least 1. */
  readonly failures: number
  readonly elapsedMilliseconds: number
  /** From 0 up to 1: so that those who failed together do not come back together. */
  readonly random: number
  /** How long the server asked to be left alone. */
  readonly askedMilliseconds?: number
}

/** How long to wait before the next attempt, or `undefined` where there is none. Doubles, between a half and the whole. */
export function planRetry(policy: RetryPolicy, facts: RetryFacts): number | undefined {
  const { firstDelayMilliseconds, maximumDelayMilliseconds, totalMilliseconds, maximumAttempts } = policy
  const { failures, elapsedMilliseconds, random, askedMilliseconds = 0 } = facts
  if (maximumAttempts !== undefined && failures >= maximumAttempts) return undefined
  const ceiling = Math.min(maximumDelayMilliseconds, firstDelayMilliseconds * 2 ** (failures - 1))
  const asked = Math.min(maximumDelayMilliseconds, askedMilliseconds)
  const delay = Math.max(asked, ceiling * (0.5 + random / 2))
  return elapsedMilliseconds + delay <= totalMilliseconds ? delay : undefined
}

/** Whether the same may succeed later, without anybody doing anything. */
export function isWorthRetrying({ code, failureType }: DestinationError): boolean {
  // A locked table has been waited for already.
  return failureType === 'transient_error' && code !== 'INTERRUPTED' && code !== 'TABLE_LOCKED'
}

/** What a caller knows about its failures; how often and how long to wait is the policy's. */
export type RetryRules = {
  readonly policy: RetryPolicy
  /** Ends the waiting; its reason is thrown. */
  readonly signal: AbortSignal
  readonly isPassing: (error: unknown) => boolean
  readonly askedMilliseconds?: (error: unknown) => number
  /** Called before each wait, for the log. */
  readonly onRetry: (error: unknown, facts: { readonly delay: number; readonly failures: number }) => void
}

/**
 * Runs an action until it succeeds, fails for good, or has failed too often; then throws the last failure. The
 * action gets the failure before, whose outcome may be unknown: it must not do twice what was done.
 */
export async function retry<Result>(
  action: (earlier: unknown) => Promise<Result>,
  { policy, signal, isPassing, askedMilliseconds, onRetry }: RetryRules,
): Promise<Result> {
  let earlier: unknown
  let firstFailureAt = 0
  for (let failures = 1; ; failures += 1) {
    try {
      return await action(earlier)
    } catch (error) {
      if (failures === 1) firstFailureAt = performance.now()
      const facts = {
        failures,
        elapsedMilliseconds: performance.now() - firstFailureAt,
        random: Math.random(),
        askedMilliseconds: askedMilliseconds?.(error) ?? 0,
      }
      const delay = isPassing(error) ? planRetry(policy, facts) : undefined
      if (delay === undefined) throw error
      onRetry(error, { delay, failures })
      await pause(delay, signal)
      earlier = error
    }
  }
}

export type RetryOptions = {
  readonly policy: RetryPolicy
  readonly logger: Logger
  /** Ends the waiting; its reason is thrown. */
  readonly signal: AbortSignal
}

/** `retry` for what throws errors that are classified already. */
export function withRetries<Result>(
  action: (earlier: DestinationError | undefined) => Promise<Result>,
  { policy, logger, signal }: RetryOptions,
): Promise<Result> {
  const attempt = async (earlier: unknown) => {
    try {
      return await action(earlier === undefined ? undefined : toDestinationError(earlier))
    } catch (error) {
      throw toDestinationError(error)
    }
  }
  return retry(attempt, {
    policy,
    signal,
    isPassing: (error) => isWorthRetrying(toDestinationError(error)),
    onRetry: (error, { delay, failures }) => {
      const { message } = toDestinationError(error)
      logger.warn(`${message} Trying again in ${(delay / 1000).toFixed(1)} s (failure ${failures}).`)
    },
  })
}

/** Waits, unless the process is asked to stop. @throws DestinationError: the signal's reason */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal })
  } catch {
    // The only failure of a timer is the abort, whose reason says more.
    throw DestinationError.is(signal.reason)
      ? signal.reason
      : new DestinationError('INTERRUPTED', 'The sync was stopped while it waited for the server.')
  }
}
