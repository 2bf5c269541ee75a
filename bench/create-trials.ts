import {
  type Dataset,
  type WholeDataset,
  writeDataset,
  writeMemoryDataset,
  writeWholeDataset,
} from './dataset.ts'
import { recordKinds } from './kinds/index.ts'
import type { BenchOptions } from './options.ts'
import type { PostgresContext } from './postgres-sync.ts'
import type { RecordKind } from './record-kind.ts'
import type { Trial, TrialName } from './trial.ts'
import { bigQueryTrials } from './trials-bigquery.ts'
import { duckDbTrials } from './trials-duckdb.ts'
import { growthTrials } from './trials-growth.ts'
import { imageTrials } from './trials-image.ts'
import { latencyTrials } from './trials-latency.ts'
import { memoryTrials } from './trials-memory.ts'
import { postgresTrials } from './trials-postgres.ts'
import { scanTrials } from './trials-scan.ts'
import { sizesTrials } from './trials-sizes.ts'
import { snowflakeTrials } from './trials-snowflake.ts'
import { startTrials } from './trials-start.ts'
import { typingTrials } from './trials-typing.ts'
import { wholeTrials } from './trials-whole.ts'

type Print = (line: string) => void

/** The goal of a whole sync is about so many records. */
const mostWholeRows = 300_000

/** Writes the files that the chosen trials need. */
export async function createTrials(
  context: PostgresContext,
  options: BenchOptions,
  print: Print,
): Promise<readonly Trial[]> {
  const trials: Trial[] = []
  for (const name of options.data) {
    const kind = recordKinds[name]
    const dataset = await writeDataset(context.directory, kind, options.rows)
    print(describeDataset(dataset))
    if (name === 'narrow') trials.push(...scanTrials(dataset.input))
    trials.push(...postgresTrials(context, dataset))
    const typing = typingTrials(context, dataset)
    if (typing.length === 0 && isWanted(options, 'typing'))
      print(`typing is left out for ${name} data: a bare cast would fail on it.`)
    trials.push(...typing)
    if (isWanted(options, 'whole'))
      trials.push(...wholeTrials(context, await writeWhole(context, kind, options)))
    if (name === 'narrow') trials.push(...(await moreTrials(context, options, dataset, print)))
  }
  return trials
}

/** What is measured with the usual records only. */
async function moreTrials(
  context: PostgresContext,
  options: BenchOptions,
  dataset: Dataset,
  print: Print,
): Promise<readonly Trial[]> {
  const { postgres, directory } = context
  const images = isWanted(options, 'image') ? await imageTrials() : []
  if (isWanted(options, 'image') && images.length === 0)
    print('No Docker engine answers: the start of an image is left out.')
  return [
    ...(isWanted(options, 'memory')
      ? memoryTrials(context, dataset, await writeMemoryDataset(directory, options.rows))
      : []),
    ...(isWanted(options, 'growth') ? growthTrials({ postgres, directory, ...options }) : []),
    // Too long to be a part of everything.
    ...(options.only === 'sizes' ? sizesTrials(context, options) : []),
    ...startTrials(context),
    ...latencyTrials(context, options.states),
    ...duckDbTrials(dataset, directory),
    ...bigQueryTrials(dataset, directory),
    ...snowflakeTrials(dataset, directory),
    ...images,
  ]
}

function isWanted({ only }: BenchOptions, name: TrialName): boolean {
  return only === undefined || only === name
}

function writeWhole(
  { directory }: PostgresContext,
  kind: RecordKind,
  { rows }: BenchOptions,
): Promise<WholeDataset> {
  return writeWholeDataset(directory, kind, Math.min(rows, mostWholeRows))
}

function describeDataset({ kind, input, updates, expected }: Dataset): string {
  const megabytes = (input.bytes / 1e6).toFixed(0)
  const bad = expected.append.changes === 0 ? '' : `, ${expected.append.changes} bad values`
  return (
    `${kind.name}: ${input.records} records in ${megabytes} MB (${(input.bytes / input.records).toFixed(0)} bytes per message), ` +
    `${expected.append.distinctKeys} distinct keys${bad}; ${updates.records} updates.`
  )
}
