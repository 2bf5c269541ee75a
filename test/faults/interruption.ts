import type { Attempt, AttemptResult } from './attempt.ts'
import type { FaultStream } from './fault-stream.ts'
import type { FaultTarget } from './fault-target.ts'

/** What an interruption can get hold of. */
export type InterruptionContext = {
  readonly target: FaultTarget
  readonly streams: readonly FaultStream[]
}

/** A fault that happens during one attempt. */
export type Interruption = {
  /** Shown where a test fails. */
  readonly name: string
  /** Whether the attempt must succeed all the same. */
  readonly isHarmless: boolean
  /** What a TRACE of a failed attempt may say; undefined stands for no TRACE at all. */
  readonly failureTypes: readonly (string | undefined)[]
  /** Before the process starts. What it returns runs when the attempt is over, however it ended. */
  readonly before?: (context: InterruptionContext) => Promise<(() => Promise<void>) | undefined>
  /** When the process has started. */
  readonly during?: (attempt: Attempt, context: InterruptionContext) => void
}

/** Nothing happens. */
export const undisturbed: Interruption = { name: 'nothing', isHarmless: true, failureTypes: [] }

/** What is wrong with the way an attempt ended, one sentence each. */
export function judgeEnding(interruption: Interruption, result: AttemptResult): readonly string[] {
  const problems: string[] = []
  if (result.hang !== undefined)
    problems.push(
      `it hung, doing ${result.hang}; the last that it said was ${result.messages
        .slice(-5)
        .map((message) => JSON.stringify(message))
        .join(' ')}`,
    )
  const hasFailed = result.exitCode !== 0
  if (hasFailed && interruption.isHarmless) {
    problems.push(
      `it failed, but must not: ${result.signal ?? result.errorMessage ?? `exit code ${result.exitCode}`}`,
    )
  } else if (hasFailed && result.signal === null && !interruption.failureTypes.includes(result.failureType)) {
    problems.push(`it failed with ${result.failureType ?? 'no TRACE'}: ${result.errorMessage ?? ''}`)
  }
  if (!hasFailed && result.errorMessage !== undefined)
    problems.push(`it has exit code 0 and the TRACE ${result.errorMessage}`)
  return problems
}
