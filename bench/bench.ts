import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { chooseTrials } from './choose-trials.ts'
import { createTrials } from './create-trials.ts'
import type { BenchOptions } from './options.ts'
import { BenchPostgres, findPsql } from './postgres.ts'
import { formatReport, legend } from './report.ts'
import { summarizeAll, writeResults } from './results.ts'
import type { Measurement } from './run-process.ts'
import type { Series, Summary } from './statistics.ts'
import type { Trial } from './trial.ts'

type Print = (line: string) => void

/** Runs everything, prints the table and keeps the figures in a file. False where memory was over its limit. */
export async function runBench(options: BenchOptions, print: Print): Promise<boolean> {
  const { rows, runs, only } = options
  const directory = mkdtempSync(join(tmpdir(), 'landfall-bench-'))
  try {
    const psql = await findPsql()
    await using postgres = await BenchPostgres.start()
    const environment = describeEnvironment(postgres.version, psql)
    for (const line of environment) print(line)
    const context = { postgres, directory, hasPsql: psql !== undefined }
    const trials = chooseTrials(await createTrials(context, options, print), only)
    if (trials.length === 0) throw new Error('Nothing to measure: see above, and `npm run bench -- --help`.')
    const series = await runRounds(trials, runs, print)
    const summaries = summarizeAll(series)
    for (const line of ['', ...formatReport(summaries), '', ...legend]) print(line)
    const path = writeResults({ date: new Date().toISOString(), rows, runs, environment, series })
    print(`\nEvery figure: ${path}`)
    const tooLarge = summaries.filter(isTooLarge)
    for (const { entry } of tooLarge) print(`${entry.name} took more memory than it may.`)
    return tooLarge.length === 0
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
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
