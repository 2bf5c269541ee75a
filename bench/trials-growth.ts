import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { createCatalog, runSync } from './connectors.ts'
import { writeSpreadChanges } from './dataset.ts'
import type { Goal } from './goal.ts'
import { cdcColumn, users } from './kinds/users.ts'
import type { Input } from './message-file.ts'
import type { BenchPostgres } from './postgres.ts'
import type { Measurement } from './run-process.ts'
import { finalTable as final, namespace, rawTable as raw } from './tables.ts'
import type { Trial } from './trial.ts'

export type GrowthTrialsOptions = {
  readonly postgres: BenchPostgres
  readonly directory: string
  /** Default: both. */
  readonly database?: 'postgres' | 'duckdb' | undefined
  /** Rows of the largest final table. */
  readonly largest: number
}

/** A database whose tables can be filled without a sync. */
type Store = {
  readonly name: 'postgres' | 'duckdb'
  readonly config: { readonly [key: string]: unknown }
  clear(): Promise<void>
  fill(rows: number): Promise<void>
  measure(sync: () => Promise<Measurement>): Promise<Measurement>
  countFinalRows(): Promise<number>
}

/** Changed rows per sync: a cost that follows the change is the same for all sizes of the table. */
const changes = 10_000

/** Ten times larger from one to the next. */
const sizes = [10_000, 100_000, 1_000_000, 10_000_000]

/** A cost that followed the table would be ten times as high from one size to the next. */
const goal: Goal = { kind: 'times', maximum: 2 }

/** One of so many old records was a deletion, whose key a late record must not bring back. */
const recordsPerDeletion = 20

/** The same change into larger and larger deduplicated tables of a CDC source. */
export function growthTrials(options: GrowthTrialsOptions): readonly Trial[] {
  const { database } = options
  const stores = [postgresStore(options.postgres), duckDbStore(options.directory)]
  const chosen = stores.filter(({ name }) => database === undefined || name === database)
  return chosen.flatMap((store) =>
    sizes
      .filter((rows) => rows <= options.largest)
      .map((rows) => growthTrial(store, rows, options.directory)),
  )
}

function growthTrial(store: Store, rows: number, directory: string): Trial {
  const [smallest = 0] = sizes
  const name = (size: number) => `${store.name}, ${changes} changes in ${size} rows`
  const input = writeSpreadChanges(join(directory, `${store.name}-changes-${rows}.jsonl`), rows, changes)
  const entry = { name: name(rows), records: input.records, bytes: input.bytes }
  return {
    name: 'growth',
    isLimit: rows === smallest,
    entries: [rows === smallest ? entry : { ...entry, limit: name(smallest), goal }],
    run: async () => {
      await store.clear()
      await sync(store, input, 0, directory)
      await store.fill(rows)
      const measurement = await store.measure(() => sync(store, input, 1, directory))
      const found = await store.countFinalRows()
      if (found !== rows) throw new Error(`${found} rows are there, but ${rows} should be.`)
      return [measurement]
    },
  }
}

function sync(store: Store, input: Input, repetitions: number, directory: string): Promise<Measurement> {
  const catalog = createCatalog(users, 'append_dedup', cdcColumn)
  return runSync({ connector: store.name, config: store.config, catalog, input, repetitions, directory })
}

function postgresStore(postgres: BenchPostgres): Store {
  return {
    name: 'postgres',
    config: postgres.config,
    clear: () => postgres.clear(),
    fill: async (rows) => {
      const series = `generate_series(1, ${rows}) AS old(n)`
      await postgres.run([...fillStatements(series, 'jsonb'), `VACUUM ANALYZE ${raw}, ${final}`])
      await postgres.checkpoint()
    },
    measure: (run) => postgres.watchServer(run),
    countFinalRows: () => postgres.countRows(namespace),
  }
}

function duckDbStore(directory: string): Store {
  const path = join(directory, 'growth.duckdb')
  const run = async (statements: readonly string[]): Promise<number> => {
    const instance = await DuckDBInstance.create(path)
    const connection = await instance.connect()
    try {
      let last = 0
      for (const statement of statements) {
        const [[first] = []] = (await connection.runAndReadAll(statement)).getRows()
        last = Number(first)
      }
      return last
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  }
  return {
    name: 'duckdb',
    config: { destination_path: path },
    clear: async () => {
      for (const file of [path, `${path}.wal`]) rmSync(file, { force: true })
    },
    fill: async (rows) => {
      const series = `generate_series(1, ${rows}) AS old(n)`
      await run([...fillStatements(series, 'JSON'), keepDeletions, 'CHECKPOINT'])
    },
    measure: (sync) => sync(),
    countFinalRows: () => run([`SELECT count(*) FROM ${final}`]),
  }
}

/** The table of deletions, as typing would have kept it. */
const keepDeletions = `INSERT INTO ${raw}_airbyte_deletions BY NAME
  SELECT *, json_extract_string(_airbyte_data, '/id') AS _airbyte_deleted_key
  FROM ${raw}
  WHERE json_extract_string(_airbyte_data, '/${Object.keys(cdcColumn).join()}') IS NOT NULL`

/** What earlier syncs would have left: a typed raw row and a final row per user, and typed deletions. */
function fillStatements(series: string, json: 'jsonb' | 'JSON'): readonly string[] {
  const rawList =
    '(_airbyte_raw_id, _airbyte_data, _airbyte_extracted_at, _airbyte_loaded_at, _airbyte_meta, _airbyte_generation_id)'
  const record = (id: string, more: string) =>
    `CAST('{"id":' || ${id} || ',"name":"Ada Lovelace","updated_at":"2025-01-01T00:00:00Z","biography":"' || repeat(md5(CAST(n AS text)), 8) || '"${more}}' AS ${json})`
  const bookkeeping = `CAST('2025-01-01' AS timestamptz), CAST('2025-01-01' AS timestamptz), CAST('{"changes":[],"sync_id":1}' AS ${json}), 1`
  return [
    `INSERT INTO ${raw} ${rawList} SELECT 'old' || n, ${record('n', '')}, ${bookkeeping} FROM ${series}`,
    `INSERT INTO ${raw} ${rawList}
     SELECT 'deleted' || n, ${record('-n', `,"${Object.keys(cdcColumn).join()}":"2025-01-01T00:00:00Z"`)}, ${bookkeeping}
     FROM ${series} WHERE n % ${recordsPerDeletion} = 0`,
    `INSERT INTO ${final} (id, name, updated_at, visits, _airbyte_raw_id, _airbyte_extracted_at, _airbyte_meta, _airbyte_generation_id)
     SELECT n, 'Ada Lovelace', CAST('2025-01-01' AS timestamptz), 1, 'old' || n, CAST('2025-01-01' AS timestamptz), CAST('{"changes":[],"sync_id":1}' AS ${json}), 1
     FROM ${series}`,
  ]
}
