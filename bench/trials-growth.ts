import { join } from 'node:path'
import { runSync, usersCatalog } from './connectors.ts'
import { writeSpreadChanges } from './dataset.ts'
import type { BenchPostgres } from './postgres.ts'
import { finalName, namespace, rawName, rawNamespace } from './tables.ts'
import type { Trial } from './trial.ts'

export type GrowthTrialsOptions = {
  readonly postgres: BenchPostgres
  readonly directory: string
  /** Rows of the largest final table. */
  readonly largest: number
}

/** Changed rows per sync: a cost that follows the change is the same for all sizes of the table. */
const changes = 10_000

/** Ten times larger from one to the next. */
const sizes = [10_000, 100_000, 1_000_000, 10_000_000]

/** The same change into larger and larger deduplicated tables. */
export function growthTrials(options: GrowthTrialsOptions): readonly Trial[] {
  const { postgres, directory } = options
  const name = (rows: number) => `postgres, ${changes} changes in ${rows} rows`
  const [smallest = 0] = sizes
  return sizes
    .filter((rows) => rows <= options.largest)
    .map((rows): Trial => {
      const input = writeSpreadChanges(join(directory, `changes-${rows}.jsonl`), rows, changes)
      const entry = { name: name(rows), records: input.records, bytes: input.bytes }
      return {
        name: 'growth',
        isLimit: rows === smallest,
        entries: [rows === smallest ? entry : { ...entry, limit: name(smallest) }],
        run: async () => {
          const sync = (repetitions: number) =>
            runSync({
              connector: 'postgres',
              config: postgres.config,
              catalog: usersCatalog('append_dedup'),
              input,
              repetitions,
              directory,
            })
          await postgres.clear()
          await sync(0)
          await postgres.run(fillStatements(rows))
          await postgres.checkpoint()
          const measurement = await postgres.watchServer(() => sync(1))
          const found = await postgres.countRows(namespace)
          if (found !== rows) throw new Error(`${found} rows are there, but ${rows} should be.`)
          return [measurement]
        },
      }
    })
}

/** What earlier syncs would have left: a typed raw row and a final row per user. */
function fillStatements(rows: number): readonly string[] {
  const raw = `${rawNamespace}.${rawName}`
  const final = `${namespace}.${finalName}`
  return [
    `INSERT INTO ${raw} (_airbyte_raw_id, _airbyte_data, _airbyte_extracted_at, _airbyte_loaded_at, _airbyte_meta, _airbyte_generation_id)
     SELECT 'old' || n, jsonb_build_object('id', n, 'name', 'Ada Lovelace', 'updated_at', '2025-01-01T00:00:00Z'), '2025-01-01', '2025-01-01', '{"changes": [], "sync_id": 1}', 1
     FROM generate_series(1, ${rows}) AS n`,
    `INSERT INTO ${final} (id, name, updated_at, visits, _airbyte_raw_id, _airbyte_extracted_at, _airbyte_meta, _airbyte_generation_id)
     SELECT n, 'Ada Lovelace', '2025-01-01', 1, 'old' || n, '2025-01-01', '{"changes": [], "sync_id": 1}', 1
     FROM generate_series(1, ${rows}) AS n`,
    `VACUUM ANALYZE ${raw}, ${final}`,
  ]
}
