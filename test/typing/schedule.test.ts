import { describe, expect, it } from 'vitest'
import { isTypingDue } from '../../src/typing/schedule.ts'

const facts = { now: 1000, lastTypedAt: 0, recordsSince: 1, showsRowsEarly: true }

describe('isTypingDue', () => {
  it.each([
    { when: 'the interval has passed', facts, interval: 1000, isDue: true },
    { when: 'the interval has not passed', facts, interval: 1001, isDue: false },
    { when: 'nothing arrived', facts: { ...facts, recordsSince: 0 }, interval: 1, isDue: false },
    {
      when: 'old rows must stay until the end',
      facts: { ...facts, showsRowsEarly: false },
      interval: 1,
      isDue: false,
    },
    { when: 'it is switched off', facts, interval: 0, isDue: false },
  ])('$when: $isDue', ({ facts: typing, interval, isDue }) => {
    expect(isTypingDue(typing, interval)).toBe(isDue)
  })
})
