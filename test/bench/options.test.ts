import { describe, expect, it } from 'vitest'
import { readOptions } from '../../bench/options.ts'
import { dataNames } from '../../bench/record-kind.ts'
import { trialNames } from '../../bench/trial.ts'

const usual = {
  rows: 1_000_000,
  runs: 3,
  only: undefined,
  data: ['narrow'],
  largest: 1_000_000,
  megabytes: [100, 1000],
  streams: [1, 50, 500],
  database: undefined,
  states: 100,
}
const quick = { ...usual, rows: 100_000, runs: 1, largest: 100_000, states: 30 }

describe('options of a run', () => {
  it.each([
    { words: [], expected: usual },
    { words: ['--quick'], expected: quick },
    { words: ['--quick', '--rows', '20000', '--runs', '2'], expected: { ...quick, rows: 20_000, runs: 2 } },
    { words: ['--only', 'typing'], expected: { ...usual, only: 'typing' } },
    { words: ['--data', 'real,wide'], expected: { ...usual, data: ['wide', 'real'] } },
    { words: ['--data', 'all'], expected: { ...usual, data: dataNames } },
    { words: ['--largest', '10000000'], expected: { ...usual, largest: 10_000_000 } },
    { words: ['--database', 'duckdb'], expected: { ...usual, database: 'duckdb' } },
    {
      words: ['--megabytes', '10000', '--streams', '1,2'],
      expected: { ...usual, megabytes: [10_000], streams: [1, 2] },
    },
  ])('$words', ({ words, expected }) => {
    expect(readOptions(words)).toEqual({ kind: 'bench', options: expected })
  })

  it.each(trialNames)('takes %s behind --only', (name) => {
    expect(readOptions(['--only', name])).toMatchObject({ options: { only: name } })
  })
})

it.each([
  { words: ['--help'], expected: { kind: 'help' } },
  {
    words: ['--plot', 'a.svg'],
    expected: { kind: 'plot', options: { path: 'a.svg', resultsPath: undefined } },
  },
  {
    words: ['--plot', 'a.svg', '--results', 'b.json'],
    expected: { kind: 'plot', options: { path: 'a.svg', resultsPath: 'b.json' } },
  },
])('another command: $words', ({ words, expected }) => {
  expect(readOptions(words)).toEqual(expected)
})

it.each([
  { words: ['--rows', '0'], message: '`--rows` must be a whole number above 0.' },
  { words: ['--runs', 'many'], message: '`--runs` must be a whole number above 0.' },
  { words: ['--database', 'oracle'], message: '`--database` must be postgres or duckdb.' },
  { words: ['--megabytes', '1,x'], message: '`--megabytes` must be a whole number above 0.' },
  { words: ['--only', 'everything'], message: '`--only` must be one of scan, raw,' },
  { words: ['--data', 'narrow,small'], message: '`--data` must be `all`, or some of narrow,' },
  { words: ['--results', 'b.json'], message: '`--results` goes with `--plot`.' },
  { words: ['--fast'], message: "Unknown option '--fast'" },
])('refused: $words', ({ words, message }) => {
  expect(() => readOptions(words)).toThrow(message)
})
