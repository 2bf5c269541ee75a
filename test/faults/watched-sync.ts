import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { collectOutput, spawnConnector, writeFiles } from '../support/spawn-connector.ts'

export type WatchedSync = {
  readonly connector: 'postgres' | 'duckdb'
  readonly config: object
  readonly catalog: object
  readonly lines: Iterable<string>
  /** For records that wait; DuckDB's own memory is limited by its configuration. */
  readonly budgetMebibytes: number
}

export type WatchedResult = {
  readonly exitCode: number | null
  readonly errorMessage: string | undefined
  readonly states: number
  /** The most memory that was ever resident, in MiB. */
  readonly peak: number
}

/** A `write` over a real pipe, no faster than the connector reads, with an eye on its memory. Needs /proc. */
export async function runWatchedSync(sync: WatchedSync): Promise<WatchedResult> {
  const { connector, config, catalog, lines, budgetMebibytes } = sync
  const files = writeFiles({ config, catalog })
  const words = ['write', '--config', files.config ?? '', '--catalog', files.catalog ?? '']
  const child = spawnConnector(connector, words, { LANDFALL_MEMORY_BUDGET_MB: String(budgetMebibytes) })
  const done = collectOutput(child)
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMebibytes(child.pid ?? 0))
  }, 20)
  for (const line of lines)
    if (!child.stdin.write(`${line}\n`)) await Promise.race([once(child.stdin, 'drain'), done])
  child.stdin.end()
  const { exitCode, errorMessage, stateLines } = await done
  clearInterval(watch)
  return { exitCode, errorMessage, states: stateLines.length, peak }
}

/** By Linux's own account; 0 when the process is gone. */
function peakMebibytes(pid: number): number {
  try {
    const [, kibibytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kibibytes) / 1024
  } catch {
    // The process has ended between two looks.
    return 0
  }
}
