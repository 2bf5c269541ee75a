import { parseArgs } from 'node:util'
import { type TrialName, trialNames } from './trial.ts'

export type BenchOptions = {
  readonly rows: number
  readonly runs: number
  readonly only: TrialName | undefined
  /** Rows of the largest table that a small change goes into. */
  readonly largest: number
}

export const helpText = `Measures Landfall against what the databases' own tools do with the same rows.

Usage: npm run bench -- [options]
  --rows N     records of about 350 bytes of data (default 1000000)
  --quick      100000 records, one round
  --runs N     rounds; all programs take their turns in each (default 3)
  --only NAME  one of ${trialNames.join(', ')}, with the limits that it is compared with
  --largest N  rows of the largest table of \`growth\` (default 1000000; 10000000 needs 10 GB and minutes)

The stages of the reader by themselves: node bench/scan.ts
`

/** Undefined where help was asked for. Throws an error whose message is for the user. */
export function readOptions(argv: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rows: { type: 'string', default: '1000000' },
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      only: { type: 'string' },
      largest: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const only = trialNames.find((name) => name === values.only)
  if (values.only !== undefined && only === undefined) {
    throw new Error(`\`--only\` must be one of ${trialNames.join(', ')}.`)
  }
  return {
    rows: values.quick ? 100_000 : positiveInteger('rows', values.rows),
    runs: positiveInteger('runs', values.runs ?? (values.quick ? '1' : '3')),
    only,
    largest: positiveInteger('largest', values.largest ?? (values.quick ? '100000' : '1000000')),
  }
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`\`--${name}\` must be a whole number above 0.`)
}
