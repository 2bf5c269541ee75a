import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { duckDbChecksum } from './checksum.ts'
import { createCatalog, runSync, type SyncMode } from './connectors.ts'
import type { Dataset } from './dataset.ts'
import type { Goal } from './goal.ts'
import type { Input } from './message-file.ts'
import type { RecordKind } from './record-kind.ts'
import { type Measurement, runProgram } from './run-process.ts'
import { assertRows, type ExpectedRows, finalTable, rawTable } from './tables.ts'
import type { Entry, Trial } from './trial.ts'

const rawLimit = 'DuckDB read_json, raw'
const typedLimit = 'DuckDB read_json, typed'

const goal: Goal = { kind: 'times', maximum: 1.3 }

/** `destination-duckdb write` against DuckDB, which reads the same file of messages by itself. */
export function duckDbTrials(dataset: Dataset, directory: string): readonly Trial[] {
  const { kind, input: users, updates, expected } = dataset
  const path = join(directory, 'landfall.duckdb')
  const facts = ({ records, bytes }: Input) => ({ records, bytes })
  const trial = (entries: readonly Entry[], run: () => Promise<readonly Measurement[]>): Trial => ({
    name: 'duckdb',
    entries,
    run: async () => {
      for (const file of [path, `${path}.wal`]) rmSync(file, { force: true })
      return run()
    },
  })
  const sync = (input: Input, mode: SyncMode, config: { readonly [key: string]: unknown } = {}) =>
    runSync({
      connector: 'duckdb',
      config: { destination_path: path, ...config },
      catalog: createCatalog(kind, mode),
      input,
      directory,
    })
  return [
    trial([{ name: rawLimit, ...facts(users) }], async () => {
      const measurement = await readJson('raw', users, path)
      await checkRaw(path, kind, expected.raw)
      return [measurement]
    }),
    trial([{ name: 'duckdb raw only', limit: rawLimit, goal, ...facts(users) }], async () => {
      const measurement = await sync(users, 'append', { disable_type_dedupe: true })
      await checkRaw(path, kind, expected.raw)
      return [measurement]
    }),
    trial([{ name: typedLimit, ...facts(users) }], async () => {
      const measurement = await readJson('typed', users, path)
      await checkFinal(path, kind, expected.append, noChanges)
      return [measurement]
    }),
    trial([{ name: 'duckdb append', limit: typedLimit, ...facts(users) }], async () => {
      const measurement = await sync(users, 'append')
      await checkFinal(path, kind, expected.append)
      return [measurement]
    }),
    trial(
      [
        { name: 'duckdb append_dedup', limit: typedLimit, ...facts(users) },
        { name: 'duckdb append_dedup, updates', limit: typedLimit, ...facts(updates) },
      ],
      async () => {
        const first = await sync(users, 'append_dedup')
        await checkFinal(path, kind, expected.dedup)
        const second = await sync(updates, 'append_dedup')
        await checkFinal(path, kind, expected.dedupAfterUpdates)
        return [first, second]
      },
    ),
  ]
}

const program = fileURLToPath(new URL('programs/read-json.ts', import.meta.url))

async function readJson(kind: 'raw' | 'typed', input: Input, path: string): Promise<Measurement> {
  const { measurement } = await runProgram({
    command: execPath,
    arguments: [program, kind, input.path, path],
  })
  return measurement
}

async function checkRaw(path: string, kind: RecordKind, expected: ExpectedRows): Promise<void> {
  const text = (column: string) => `(_airbyte_data ->> '$.${column}')`
  await check({ path, table: rawTable, kind, text, changes: recordedChanges }, expected)
}

async function checkFinal(
  path: string,
  kind: RecordKind,
  expected: ExpectedRows,
  changes: string = recordedChanges,
): Promise<void> {
  const text = (column: string) => `CAST(${column} AS VARCHAR)`
  await check({ path, table: finalTable, kind, text, changes }, expected)
}

const recordedChanges = "json_array_length(_airbyte_meta, '$.changes')"

/** DuckDB's own reader knows no `_airbyte_meta`. */
const noChanges = '0'

type Check = {
  readonly path: string
  readonly table: string
  readonly kind: RecordKind
  readonly text: (column: string) => string
  /** How many changes a row has. */
  readonly changes: string
}

async function check({ path, table, kind, text, changes }: Check, expected: ExpectedRows): Promise<void> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  try {
    const keys = kind.primaryKey.map(text).join(', ')
    const reader = await connection.runAndReadAll(
      `SELECT count(*), count(DISTINCT (${keys})), ${duckDbChecksum(kind.checked.map(text))}, sum(${changes})
       FROM ${table}`,
    )
    const [row = []] = reader.getRows()
    const [rows = 0, distinctKeys = 0, checksum = 0, found = 0] = row.map(Number)
    assertRows(table, expected, { rows, distinctKeys, checksum, changes: found })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
