import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Dataset, writeDataset } from './dataset.ts'
import type { BenchOptions } from './options.ts'
import { BenchPostgres, findPsql } from './postgres.ts'
import { formatReport, legend } from './report.ts'
import type { Measurement } from './run-process.ts'
import { type Series, type Summary, summarize } from './statistics.ts'
import type { Trial } from './trial.ts'
import { bigQueryTrials } from './trials-bigquery.ts'
import { duckDbTrials } from './trials-duckdb.ts'
import { growthTrials } from './trials-growth.ts'
import { imageTrials } from './trials-image.ts'
import { postgresTrials } from './trials-postgres.ts'
import { scanTrials } from './trials-scan.ts'
import { snowflakeTrials } from './trials-snowflake.ts'

type Print = (line: string) => void

/** Runs everything, prints the table and keeps the figures in a file. False where memory was over its limit. */
export async function runBench(options: BenchOptions, print: Print): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-bench-'))
  try {
    const psql = await findPsql()
    await using postgres = await BenchPostgres.start()
    const environment = describeEnvironment(postgres.version, psql)
    for (const line of environment) print(line)
    const dataset = writeDataset(directory, options.rows)
    print(describeDataset(dataset))
    const images = await imageTrials()
    if (images.length === 0) print('No Docker engine answers: the start of an image is left out.')
    const trials = [
      ...scanTrials(dataset.users),
      ...postgresTrials({ postgres, dataset, directory, hasPsql: psql !== undefined }),
      ...growthTrials({ postgres, directory, largest: options.largest }),
      ...duckDbTrials(dataset, directory),
      ...bigQueryTrials(dataset, directory),
      ...snowflakeTrials(dataset, directory),
      ...images,
    ]
    const series = await runRounds(chooseTrials(trials, options), options.runs, print)
    const summaries = series.map((one) => summarize(one, series))
    for (const line of ['', ...formatReport(summaries), '', ...legend]) print(line)
    print(`\nEvery figure: ${writeResults(options, environment, summaries, series)}`)
    const tooLarge = summaries.filter(isTooLarge)
    for (const { entry } of tooLarge) print(`${entry.name} took more memory than it may.`)
    return tooLarge.length === 0
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function chooseTrials(trials: readonly Trial[], { only }: BenchOptions): readonly Trial[] {
  if (only === undefined) return trials
  const chosen = trials.filter((trial) => trial.name === only)
  const limits = new Set(chosen.flatMap(({ entries }) => entries.map(({ limit }) => limit)))
  return trials.filter(
    (trial) => trial.name === only || (trial.isLimit && trial.entries.some(({ name }) => limits.has(name))),
  )
}

/** Round by round rather than entry by entry, so that a slow minute of the machine meets all of them. */
async function runRounds(trials: readonly Trial[], runs: number, print: Print): Promise<readonly Series[]> {
  const measurements = new Map<string, Measurement[]>()
  for (let round = 1; round <= runs; round += 1) {
    for (const { entries, run } of trials) {
      for (const [index, measurement] of (await run()).entries()) {
        const name = entries[index]?.name ?? ''
        measurements.set(name, [...(measurements.get(name) ?? []), measurement])
        print(`round ${round} of ${runs}: ${name}: ${measurement.seconds.toFixed(2)} s`)
      }
    }
  }
  return trials.flatMap(({ entries }) =>
    entries.map((entry) => ({ entry, measurements: measurements.get(entry.name) ?? [] })),
  )
}

function isTooLarge({ entry, peakBytes }: Summary): boolean {
  return entry.maximumBytes !== undefined && peakBytes !== undefined && peakBytes > entry.maximumBytes
}

function describeEnvironment(postgresVersion: string, psql: string | undefined): readonly string[] {
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  return [
    `Node ${process.version} on ${process.platform}, ${availableParallelism()} cores (${processor}), ${memory}.`,
    `PostgreSQL ${postgresVersion} on the same machine, with its default settings but for max_wal_size.`,
    psql ?? 'There is no psql on the PATH: the limit is a text COPY through the `pg` driver.',
    ...(process.platform === 'linux' ? [] : ['This system has no /proc: CPU time and memory are left out.']),
  ]
}

function describeDataset({ users, updates, expected }: Dataset): string {
  const megabytes = (users.bytes / 1e6).toFixed(0)
  return (
    `${users.records} records in ${megabytes} MB (${(users.bytes / users.records).toFixed(0)} bytes per message), ` +
    `${expected.append.distinctIds} distinct ids; ${updates.records} updates.`
  )
}

const resultsDirectory = fileURLToPath(new URL('results/', import.meta.url))

function writeResults(
  { rows, runs }: BenchOptions,
  environment: readonly string[],
  summaries: readonly Summary[],
  series: readonly Series[],
): string {
  mkdirSync(resultsDirectory, { recursive: true })
  const date = new Date().toISOString()
  const path = join(resultsDirectory, `${date.slice(0, 19).replaceAll(':', '-')}.json`)
  const rounds = series.map(({ entry, measurements }) => ({ name: entry.name, measurements }))
  writeFileSync(path, JSON.stringify({ date, rows, runs, environment, summaries, rounds }, undefined, 2))
  return path
}
