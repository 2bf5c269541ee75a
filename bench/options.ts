import { parseArgs } from 'node:util'
import { type DataName, dataNames } from './record-kind.ts'
import { type TrialName, trialNames } from './trial.ts'

export type BenchOptions = {
  readonly rows: number
  readonly runs: number
  readonly only: TrialName | undefined
  readonly data: readonly DataName[]
  /** For `growth`; undefined: both. */
  readonly database: 'postgres' | 'duckdb' | undefined
  /** For `sizes`: of the inputs, in megabytes. */
  readonly megabytes: readonly number[]
  /** For `sizes`: how many there are in the inputs. */
  readonly streams: readonly number[]
  /** Rows of the largest table that a small change goes into. */
  readonly largest: number
  /** States that the slow source waits for. */
  readonly states: number
}

export type PlotOptions = {
  /** Where the SVG goes. */
  readonly path: string
  /** Default: the newest. */
  readonly resultsPath: string | undefined
}

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'bench'; readonly options: BenchOptions }
  | { readonly kind: 'plot'; readonly options: PlotOptions }

export const helpText = `Measures Landfall against what the databases' own tools do with the same rows.

Usage: npm run bench -- [options]
  --rows N        records (default 1000000)
  --quick         100000 records, one round
  --runs N        rounds; all programs take their turns in each (default 3)
  --only NAME     one of ${trialNames.slice(0, 7).join(', ')},
                  ${trialNames.slice(7).join(', ')}, with the limits that it is compared with
  --data NAMES    ${dataNames.join(', ')}, or several with commas between them, or all
                  (default narrow: 350 bytes of data; raw, append, dedup, typing and whole take the others)
  --megabytes N,N, --streams N,N
                  inputs of \`sizes\`, which is run only by --only sizes (default 100,1000 and 1,50,500; 10000 needs 30 GB
                  of disk and minutes)
  --database NAME postgres or duckdb: of \`growth\`, only that one
  --largest N     rows of the largest table of \`growth\` (default 1000000; 10000000 needs 10 GB and minutes)

  --plot FILE     measures nothing: writes the results of a run as an SVG, with the figures as JSON beside it,
                  and prints its goals as a table
  --results FILE  of this run; default: the newest in bench/results

The stages of the reader by themselves: node bench/scan.ts
`

/** Throws an error whose message is for the user. */
export function readOptions(argv: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rows: { type: 'string' },
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      only: { type: 'string' },
      data: { type: 'string', default: 'narrow' },
      largest: { type: 'string' },
      megabytes: { type: 'string', default: '100,1000' },
      streams: { type: 'string', default: '1,50,500' },
      database: { type: 'string' },
      plot: { type: 'string' },
      results: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { quick } = values
  if (values.help) return { kind: 'help' }
  if (values.plot !== undefined) {
    return { kind: 'plot', options: { path: values.plot, resultsPath: values.results } }
  }
  if (values.results !== undefined) throw new Error('`--results` goes with `--plot`.')
  return {
    kind: 'bench',
    options: {
      rows: positiveInteger('rows', values.rows ?? (quick ? '100000' : '1000000')),
      runs: positiveInteger('runs', values.runs ?? (quick ? '1' : '3')),
      only: readOnly(values.only),
      data: readData(values.data),
      largest: positiveInteger('largest', values.largest ?? (quick ? '100000' : '1000000')),
      megabytes: values.megabytes.split(',').map((text) => positiveInteger('megabytes', text)),
      streams: values.streams.split(',').map((text) => positiveInteger('streams', text)),
      database: readDatabase(values.database),
      states: quick ? 30 : 100,
    },
  }
}

function readOnly(text: string | undefined): TrialName | undefined {
  const only = trialNames.find((name) => name === text)
  if (text === undefined || only !== undefined) return only
  throw new Error(`\`--only\` must be one of ${trialNames.join(', ')}.`)
}

function readDatabase(text: string | undefined): BenchOptions['database'] {
  if (text === undefined || text === 'postgres' || text === 'duckdb') return text
  throw new Error('`--database` must be postgres or duckdb.')
}

function readData(text: string): readonly DataName[] {
  if (text === 'all') return dataNames
  const words = text.split(',')
  const data = dataNames.filter((name) => words.includes(name))
  if (data.length === words.length) return data
  throw new Error(`\`--data\` must be \`all\`, or some of ${dataNames.join(', ')} with commas between them.`)
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`\`--${name}\` must be a whole number above 0.`)
}
