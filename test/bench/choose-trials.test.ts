import { expect, it } from 'vitest'
import { chooseTrials } from '../../bench/choose-trials.ts'
import type { Trial } from '../../bench/trial.ts'

function trial(name: Trial['name'], entry: string, limit?: string, isLimit = false): Trial {
  const entries = [{ name: entry, records: 1, bytes: 1, ...(limit && { limit }) }]
  return { name, isLimit, entries, run: async () => [] }
}

const trials = [
  trial('scan', 'newline scan', undefined, true),
  trial('raw', 'psql', undefined, true),
  trial('raw', 'raw only', 'psql'),
  trial('dedup', 'append_dedup', 'psql'),
  trial('memory', 'three times'),
]

function names(only: Trial['name'] | undefined): readonly (string | undefined)[] {
  return chooseTrials(trials, only).map(({ entries }) => entries[0]?.name)
}

it.each([
  { only: undefined, expected: ['newline scan', 'psql', 'raw only', 'append_dedup', 'three times'] },
  { only: 'raw' as const, expected: ['psql', 'raw only'] },
  { only: 'dedup' as const, expected: ['psql', 'append_dedup'] },
  { only: 'memory' as const, expected: ['three times'] },
])('--only $only: $expected', ({ only, expected }) => {
  expect(names(only)).toEqual(expected)
})
