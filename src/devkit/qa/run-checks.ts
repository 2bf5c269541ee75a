import type { Finding } from '../finding.ts'
import type { Check, CheckInput } from './check.ts'

export type CheckResult = {
  readonly check: Check
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** What is wrong, where it failed. */
  readonly findings: readonly Finding[]
  /** Why it does not apply, where it was skipped. */
  readonly reason: string | undefined
}

/** Runs checks over one connector. A check does not stop the others. */
export function runChecks(checks: readonly Check[], input: CheckInput): readonly CheckResult[] {
  return checks.map((check) => {
    const answer = check.run(input)
    if ('skipped' in answer) return { check, outcome: 'skipped', findings: [], reason: answer.skipped }
    return { check, outcome: answer.length === 0 ? 'passed' : 'failed', findings: answer, reason: undefined }
  })
}
