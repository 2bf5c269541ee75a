/** What the project has set itself for one row of the report. */
export type Goal =
  /** Of the limit's time for as many records. */
  | { readonly kind: 'times'; readonly maximum: number }
  /** On top of the limit's time. */
  | { readonly kind: 'added'; readonly maximumSeconds: number }
  | { readonly kind: 'seconds'; readonly maximum: number }
  | { readonly kind: 'speed'; readonly minimumBytesPerSecond: number }

/** Medians, as far as they are known. */
export type GoalFacts = {
  readonly timeRatio: number | undefined
  readonly addedSeconds: number | undefined
  readonly seconds: number
  readonly bytesPerSecond: number
}

/** Undefined where there was no limit to compare with. */
export function isGoalMet(goal: Goal, facts: GoalFacts): boolean | undefined {
  const { timeRatio, addedSeconds } = facts
  switch (goal.kind) {
    case 'times':
      return timeRatio === undefined ? undefined : timeRatio <= goal.maximum
    case 'added':
      return addedSeconds === undefined ? undefined : addedSeconds <= goal.maximumSeconds
    case 'seconds':
      return facts.seconds <= goal.maximum
    case 'speed':
      return facts.bytesPerSecond >= goal.minimumBytesPerSecond
  }
}

export function describeGoal(goal: Goal): string {
  switch (goal.kind) {
    case 'times':
      return `${goal.maximum} x`
    case 'added':
      return `+${Math.round(goal.maximumSeconds * 1000)} ms`
    case 'seconds':
      return `${goal.maximum} s`
    case 'speed':
      return `${Math.round(goal.minimumBytesPerSecond / 1e6)} MB/s`
  }
}

/** The figure that the goal is about, in the goal's unit. */
export function describeFigure(goal: Goal, facts: GoalFacts): string {
  const { timeRatio, addedSeconds } = facts
  switch (goal.kind) {
    case 'times':
      return timeRatio === undefined ? '-' : `${timeRatio.toFixed(2)} x`
    case 'added':
      return addedSeconds === undefined ? '-' : `${formatAdded(addedSeconds)} ms`
    case 'seconds':
      return `${facts.seconds.toFixed(2)} s`
    case 'speed':
      return `${Math.round(facts.bytesPerSecond / 1e6)} MB/s`
  }
}

function formatAdded(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000)
  return milliseconds < 0 ? String(milliseconds) : `+${milliseconds}`
}
