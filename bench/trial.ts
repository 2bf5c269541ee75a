import type { Goal } from './goal.ts'
import type { Measurement } from './run-process.ts'

export const trialNames = [
  'scan',
  'raw',
  'append',
  'dedup',
  'typing',
  'whole',
  'memory',
  'sizes',
  'growth',
  'start',
  'latency',
  'duckdb',
  'bigquery',
  'snowflake',
  'image',
] as const

export type TrialName = (typeof trialNames)[number]

/** One row of the report. */
export type Entry = {
  readonly name: string
  /** The entry that it is compared with; the limits have none. */
  readonly limit?: string
  /** What the project has set itself. Missing it fails nothing: the machine may be busy. */
  readonly goal?: Goal
  readonly records: number
  /** Of the AirbyteMessages, also where a limit reads the same rows in another form. */
  readonly bytes: number
  /** More resident memory than this fails the benchmark. */
  readonly maximumBytes?: number
}

/** What is prepared, measured and checked together, once per round. */
export type Trial = {
  /** For `--only`. */
  readonly name: TrialName
  /** Whether others are compared with it: `--only` leaves it in. */
  readonly isLimit?: boolean
  readonly entries: readonly Entry[]
  /** One measurement per entry, in order. Throws where a table holds the wrong rows. */
  run(): Promise<readonly Measurement[]>
}
