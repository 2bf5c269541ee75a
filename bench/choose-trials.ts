import type { Trial, TrialName } from './trial.ts'

/** The trials of one name, with the limits that they are compared with. */
export function chooseTrials(trials: readonly Trial[], only: TrialName | undefined): readonly Trial[] {
  if (only === undefined) return trials
  const chosen = trials.filter((trial) => trial.name === only)
  const limits = new Set(chosen.flatMap(({ entries }) => entries.map(({ limit }) => limit)))
  return trials.filter(
    (trial) => trial.name === only || (trial.isLimit && trial.entries.some(({ name }) => limits.has(name))),
  )
}
