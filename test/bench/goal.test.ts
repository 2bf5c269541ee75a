import { describe, expect, it } from 'vitest'
import { describeFigure, describeGoal, type Goal, type GoalFacts, isGoalMet } from '../../bench/goal.ts'

const facts: GoalFacts = { timeRatio: 1.25, addedSeconds: 0.1, seconds: 2.5, bytesPerSecond: 400e6 }

const cases: readonly {
  readonly met: Goal
  readonly missed: Goal
  readonly words: string
  readonly figure: string
}[] = [
  {
    met: { kind: 'times', maximum: 1.3 },
    missed: { kind: 'times', maximum: 1.2 },
    words: '1.3 x',
    figure: '1.25 x',
  },
  {
    met: { kind: 'added', maximumSeconds: 0.15 },
    missed: { kind: 'added', maximumSeconds: 0.08 },
    words: '+150 ms',
    figure: '+100 ms',
  },
  {
    met: { kind: 'seconds', maximum: 3 },
    missed: { kind: 'seconds', maximum: 2 },
    words: '3 s',
    figure: '2.50 s',
  },
  {
    met: { kind: 'speed', minimumBytesPerSecond: 350e6 },
    missed: { kind: 'speed', minimumBytesPerSecond: 450e6 },
    words: '350 MB/s',
    figure: '400 MB/s',
  },
]

describe.each(cases)('a goal of $words', ({ met, missed, words, figure }) => {
  it('is met or missed', () => {
    expect([isGoalMet(met, facts), isGoalMet(missed, facts)]).toEqual([true, false])
  })

  it('is said in the unit of its figure', () => {
    expect([describeGoal(met), describeFigure(met, facts)]).toEqual([words, figure])
  })
})

describe('without a limit', () => {
  const alone: GoalFacts = { ...facts, timeRatio: undefined, addedSeconds: undefined }

  it.each([cases[0], cases[1]])('nothing is said of $words', (one) => {
    expect(one && isGoalMet(one.met, alone)).toBeUndefined()
    expect(one && describeFigure(one.met, alone)).toBe('-')
  })
})
