import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { runSync, type SyncMode, usersCatalog } from './connectors.ts'
import type { Dataset, Input } from './dataset.ts'
import { type Measurement, runProgram } from './run-process.ts'
import { assertRows, type ExpectedRows, finalName, namespace, rawName, rawNamespace } from './tables.ts'
import type { Entry, Trial } from './trial.ts'

const rawLimit = 'DuckDB read_json, raw'
const typedLimit = 'DuckDB read_json, typed'

/** `destination-duckdb write` against DuckDB, which reads the same file of messages by itself. */
export function duckDbTrials(dataset: Dataset, directory: string): readonly Trial[] {
  const { users, updates, expected } = dataset
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
      catalog: usersCatalog(mode),
      input,
      directory,
    })
  return [
    trial([{ name: rawLimit, ...facts(users) }], async () => {
      const measurement = await readJson('raw', users, path)
      await checkRaw(path, expected.append)
      return [measurement]
    }),
    trial([{ name: 'duckdb raw only', limit: rawLimit, ...facts(users) }], async () => {
      const measurement = await sync(users, 'append', { disable_type_dedupe: true })
      await checkRaw(path, expected.append)
      return [measurement]
    }),
    trial([{ name: typedLimit, ...facts(users) }], async () => {
      const measurement = await readJson('typed', users, path)
      await checkFinal(path, expected.append)
      return [measurement]
    }),
    trial([{ name: 'duckdb append', limit: typedLimit, ...facts(users) }], async () => {
      const measurement = await sync(users, 'append')
      await checkFinal(path, expected.append)
      return [measurement]
    }),
    trial(
      [
        { name: 'duckdb append_dedup', limit: typedLimit, ...facts(users) },
        { name: 'duckdb append_dedup, updates', limit: typedLimit, ...facts(updates) },
      ],
      async () => {
        const first = await sync(users, 'append_dedup')
        await checkFinal(path, expected.dedup)
        const second = await sync(updates, 'append_dedup')
        await checkFinal(path, expected.dedupAfterUpdates)
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

async function checkRaw(path: string, expected: ExpectedRows): Promise<void> {
  const visits = "(_airbyte_data ->> '$.visits')::BIGINT"
  await check(path, `${rawNamespace}.${rawName}`, "(_airbyte_data ->> '$.id')::BIGINT", visits, expected)
}

async function checkFinal(path: string, expected: ExpectedRows): Promise<void> {
  await check(path, `${namespace}.${finalName}`, 'id', 'visits', expected)
}

async function check(path: string, table: string, id: string, visits: string, expected: ExpectedRows) {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  try {
    const reader = await connection.runAndReadAll(
      `SELECT count(*) AS rows, count(DISTINCT ${id}) AS distinct_ids, sum(${visits}) AS visits FROM ${table}`,
    )
    const [row = []] = reader.getRows()
    const [rows = 0, distinctIds = 0, sum = 0] = row.map(Number)
    assertRows(table, expected, { rows, distinctIds, visits: sum })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
