import { PostgresSqlGenerator, parseCatalog, planCatalog, type StreamConfig } from 'landfall/sql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const { naming } = new PostgresSqlGenerator()
const [stream] = planCatalog(
  parseCatalog(
    JSON.stringify({
      streams: [
        {
          stream: {
            name: 'big',
            namespace: 'plans',
            json_schema: {
              type: 'object',
              properties: {
                id: { type: 'integer' },
                region: { type: 'string' },
                at: { type: 'string', format: 'date-time' },
                _ab_cdc_deleted_at: { type: 'string', format: 'date-time' },
              },
            },
          },
          destination_sync_mode: 'append_dedup',
          primary_key: [['id'], ['region']],
          cursor_field: ['at'],
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    }),
  ),
  { naming, defaultNamespace: 'public', rawNamespace: 'plans_raw' },
).streams

const rowsBefore = 200_000

function planned(): StreamConfig {
  if (stream === undefined) throw new Error('the plan has no stream')
  return stream
}

/** What the server can do decides what is asked of it. */
async function generatorFor(database: TestDatabase): Promise<PostgresSqlGenerator> {
  const [row] = await database.query('SHOW server_version_num')
  return new PostgresSqlGenerator({ serverVersion: Number(row?.server_version_num) })
}

/** The plan of each statement of a typing transaction that reads or changes a table, run in turn. */
async function explainUpdate(database: TestDatabase, prelude: readonly string[]): Promise<readonly string[]> {
  const plans: string[] = []
  const generator = await generatorFor(database)
  const [statements = []] = generator.updateFinalTable(planned(), 'populated')
  await database.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  for (const statement of prelude) await database.query(statement)
  for (const statement of statements) {
    if (/^(DELETE|WITH|CREATE TEMPORARY TABLE|UPDATE)/.test(statement)) {
      const lines = await database.query(`EXPLAIN ${statement}`)
      plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'))
    }
    await database.query(statement)
  }
  await database.query('ROLLBACK')
  return plans
}

describe('a small change in a large table', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
    const generator = await generatorFor(database)
    const batches = [
      generator.createNamespace('plans'),
      generator.createNamespace('plans_raw'),
      generator.createRawTable(planned(), ''),
      generator.createFinalTable(planned()),
    ]
    for (const statement of batches.flat(2)) await database.query(statement)
    await database.query(`
      INSERT INTO plans_raw.plans_raw__stream_big (_airbyte_raw_id, _airbyte_data, _airbyte_extracted_at, _airbyte_loaded_at, _airbyte_meta, _airbyte_generation_id)
      SELECT 'old' || n, jsonb_build_object('id', n, 'region', CASE WHEN n % 10 > 0 THEN 'eu' END, 'at', '2024-01-01T00:00:00Z', '_ab_cdc_deleted_at', CASE WHEN n % 100 = 0 THEN '2024-01-01T00:00:00Z' END), '2024-01-01', '2024-01-01', '{"changes": [], "sync_id": 1}', 1
      FROM generate_series(1, ${rowsBefore}) AS n;
      INSERT INTO plans.big SELECT n, CASE WHEN n % 10 > 0 THEN 'eu' END, '2024-01-01', NULL, 'old' || n, '2024-01-01', '{"changes": [], "sync_id": 1}', 1
      FROM generate_series(1, ${rowsBefore}) AS n;
    `)
    await database.query('VACUUM ANALYZE plans.big, plans_raw.plans_raw__stream_big')
    await database.query(`
      INSERT INTO plans_raw.plans_raw__stream_big (_airbyte_raw_id, _airbyte_data, _airbyte_extracted_at, _airbyte_meta, _airbyte_generation_id)
      SELECT 'new' || n, jsonb_build_object('id', n * 7, 'region', CASE WHEN n % 3 > 0 THEN 'eu' END, 'at', '2024-02-01T00:00:00Z'), '2024-02-01', '{"changes": [], "sync_id": 2}', 1
      FROM generate_series(1, 300) AS n;
      INSERT INTO plans_raw.plans_raw__stream_big (_airbyte_raw_id, _airbyte_data, _airbyte_extracted_at, _airbyte_loaded_at, _airbyte_meta, _airbyte_generation_id)
      SELECT 'noted' || n, jsonb_build_object('id', n * 11, 'region', 'eu', 'at', '2024-03-01T00:00:00Z'), '2024-03-01', '2024-03-01', '{"changes": [], "sync_id": 2}', 1
      FROM generate_series(1, 300) AS n;
      INSERT INTO plans_raw.plans_raw__stream_big_airbyte_untyped VALUES ('noted', 'noted2'), ('noted2000', 'noted9999');
      ANALYZE plans_raw.plans_raw__stream_big;`)
  })
  afterAll(() => database?.[Symbol.asyncDispose]())

  it('brings in rows that wait without a time of loading, and rows that a load has noted', async () => {
    const generator = await generatorFor(database)
    await database.query('BEGIN')
    for (const statement of generator.updateFinalTable(planned(), 'populated').flat()) {
      await database.query(statement)
    }
    const counts = await database.query(`SELECT
      (SELECT count(*) FROM plans.big WHERE _airbyte_raw_id LIKE 'new%') AS waiting,
      (SELECT count(*) FROM plans.big WHERE _airbyte_raw_id LIKE 'noted%') AS noted,
      (SELECT count(*) FROM plans_raw.plans_raw__stream_big_airbyte_untyped) AS untyped`)
    await database.query('ROLLBACK')
    // 18 keys are in both, where the later time decides; `noted20` and `noted200` are in no range.
    expect(counts).toEqual([{ waiting: '282', noted: '298', untyped: '0' }])
  })

  it('types the rows of a table that it makes in workers, each value once', async () => {
    const generator = await generatorFor(database)
    const plan: string[] = []
    await database.query('BEGIN')
    for (const statement of generator.updateFinalTable(planned(), 'new').flat()) {
      const isMaking = statement.startsWith('CREATE TABLE')
      // Not sooner: the transaction says first how isolated it is.
      if (isMaking) await database.query('DROP TABLE plans.big')
      const lines = await database.query(
        isMaking ? `EXPLAIN (ANALYZE, VERBOSE, TIMING OFF) ${statement}` : statement,
      )
      if (isMaking) plan.push(...lines.map((line) => line['QUERY PLAN'] ?? ''))
    }
    await database.query('ROLLBACK')
    // Below PostgreSQL 16 values are checked by functions that workers may not run.
    const [version] = await database.query('SHOW server_version_num')
    const gather = plan.findIndex((line) => line.includes('Gather'))
    expect(gather >= 0).toBe(Number(version?.server_version_num) >= 160_000)
    for (const key of ['id', 'region', 'at']) {
      const readings = plan.map((line, index) => ({
        index,
        count: line.match(new RegExp(`->>? '${key}'`, 'g'))?.length ?? 0,
      }))
      expect(
        readings.reduce((sum, { count }) => sum + count, 0),
        key,
      ).toBeLessThanOrEqual(1)
      expect(readings.every(({ index, count }) => count === 0 || index > gather)).toBe(true)
    }
  })

  it.each([
    { title: 'at this size', prelude: [] },
    // Where an index costs so much more, the planner decides as for tables that are as many times larger.
    { title: 'at fifty times the size', prelude: ['SET LOCAL cpu_index_tuple_cost = 0.25'] },
  ])(
    'reads neither the whole final table nor the whole raw table, also for keys with a NULL, $title',
    async ({ prelude }) => {
      const plans = await explainUpdate(database, prelude)
      expect(plans).toHaveLength(4)
      for (const plan of plans) {
        expect(plan).not.toMatch(/Seq Scan on (big|plans_raw__stream_big) /)
        expect(plan).not.toContain('WindowAgg')
      }
    },
  )
})
