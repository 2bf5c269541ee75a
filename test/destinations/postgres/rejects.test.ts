import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

const users = { name: 'users', namespace: 'app' }
const raw = 'airbyte_internal.app_raw__stream_users'
const rejects = 'airbyte_internal.app_raw__stream_users_airbyte_rejects'
const schema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    updated: { type: 'integer' },
    note: { type: 'string' },
    value: { type: 'number' },
  },
}

const catalog = (mode: 'append' | 'append_dedup') => ({
  streams: [
    {
      stream: { ...users, json_schema: schema },
      sync_mode: 'incremental',
      destination_sync_mode: mode,
      primary_key: mode === 'append' ? [] : [['id']],
      cursor_field: mode === 'append' ? [] : ['updated'],
      generation_id: 3,
      minimum_generation_id: 0,
      sync_id: 12,
    },
  ],
})

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

describe.each(postgresVersions)('PostgreSQL %s, with records that it refuses', (version) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(version)
  })
  afterAll(() => database?.[Symbol.asyncDispose]())
  beforeEach(() => database.query('DROP SCHEMA IF EXISTS app, airbyte_internal CASCADE'))

  const write = (lines: readonly string[], mode: 'append' | 'append_dedup' = 'append') =>
    runWriteCommand(destination, {
      config: database.config,
      catalog: catalog(mode),
      input: [...lines, statusLine(users)],
    })

  const stats = (line: string) => JSON.parse(line).state.destinationStats

  it('of 10,000 records with one broken value, all land, and the value is explained', async () => {
    const run = await write([
      ...numbers(10_000).map((id) =>
        recordLine(users, `{"id":${id},"value":${id === 6789 ? '1e200000' : '1.5'}}`),
      ),
      stateLine(users, 1, 10_000),
    ])
    expect(run.errorMessage).toBeUndefined()
    expect(run.stateLines.map(stats)).toEqual([{ recordCount: 10_000 }])
    const [counts] = await database.query('SELECT count(*) AS n, count(value) AS typed FROM app.users')
    expect(counts).toEqual({ n: '10000', typed: '9999' })
    expect(
      await database.query(
        `SELECT _airbyte_data, _airbyte_meta -> 'changes' AS changes FROM ${raw} WHERE _airbyte_data ->> 'value' IS NULL`,
      ),
    ).toEqual([
      {
        _airbyte_data: '{"id": 6789, "value": null}',
        changes: '[{"field": "value", "change": "NULLED", "reason": "DESTINATION_FIELD_SIZE_LIMITATION"}]',
      },
    ])
    const ordered = await database.query(
      `SELECT _airbyte_data ->> 'id' AS id FROM ${raw} ORDER BY _airbyte_raw_id`,
    )
    expect(ordered.map(({ id }) => Number(id))).toEqual(numbers(10_000))
    expect(run.stdout).not.toContain('"WARN"')
    const [table] = await database.query(`SELECT to_regclass('${rejects}') AS name`)
    expect(table).toEqual({ name: null })
  })

  it('of 10,000 records with one whose key is broken, 9,999 land, and the one is kept', async () => {
    const bad = '{"id":1e200000,"updated":5,"note":"it\'s \\\\ é"}'
    const changes = [{ field: 'note', change: 'TRUNCATED', reason: 'SOURCE_FIELD_SIZE_LIMITATION' }]
    const badLine = recordLine(users, bad, { emittedAt: 1_704_164_645_678, changes: JSON.stringify(changes) })
    const lines = numbers(9_999).map((id) => recordLine(users, { id, updated: id }))
    const run = await write(
      [
        ...lines.slice(0, 4000),
        stateLine(users, 1, 4000),
        badLine,
        ...lines.slice(4000, 6000),
        stateLine(users, 2, 2001),
        ...lines.slice(6000),
        stateLine(users, 3, 3999),
      ],
      'append_dedup',
    )
    expect(run.errorMessage).toBeUndefined()
    expect(run.exitCode).toBe(0)
    expect(run.stateLines.map(stats)).toEqual([
      { recordCount: 4000 },
      { recordCount: 2000, rejectedRecordCount: 1 },
      { recordCount: 3999 },
    ])
    const [counts] = await database.query(
      `SELECT count(*) AS n, count(DISTINCT id) AS ids, min(id) AS first, max(id) AS last FROM app.users`,
    )
    expect(counts).toEqual({ n: '9999', ids: '9999', first: '0', last: '9998' })
    const kept = await database.query(`SELECT * FROM ${rejects}`)
    expect(kept).toEqual([
      {
        _airbyte_raw_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        _airbyte_extracted_at: '2024-01-01 22:04:05.678-05',
        _airbyte_rejected_at: expect.stringMatching(/^20\d\d-/),
        _airbyte_reason: expect.stringContaining('`id`'),
        _airbyte_data: bad,
        _airbyte_data_bytes: String(Buffer.byteLength(bad)),
        _airbyte_changes: JSON.stringify(changes),
        _airbyte_sync_id: '12',
        _airbyte_generation_id: '3',
      },
    ])
    const warnings = run.stdout.split('\n').filter((line) => line.includes('"WARN"'))
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('app.users: the destination refused 1 records')
    expect(warnings[0]).toContain(rejects)
  })

  it.each([
    { what: 'the first', bad: [0] },
    { what: 'the last', bad: [499] },
    { what: 'several', bad: [7, 8, 300] },
  ])('a check of the database refuses $what: the others land in order, none twice', async ({ bad }) => {
    await write([])
    await database.query(`ALTER TABLE ${raw} ADD CHECK (_airbyte_data ->> 'note' IS DISTINCT FROM 'bad')`)
    const run = await write([
      ...numbers(500).map((id) => recordLine(users, { id, note: bad.includes(id) ? 'bad' : 'good' })),
      stateLine(users, 1, 500),
    ])
    expect(run.exitCode).toBe(0)
    expect(run.stateLines.map(stats)).toEqual([
      { recordCount: 500 - bad.length, rejectedRecordCount: bad.length },
    ])
    const landed = await database.query(
      `SELECT _airbyte_data ->> 'id' AS id FROM ${raw} ORDER BY _airbyte_raw_id`,
    )
    expect(landed.map(({ id }) => Number(id))).toEqual(numbers(500).filter((id) => !bad.includes(id)))
    const kept = await database.query(
      `SELECT _airbyte_data::jsonb ->> 'id' AS id, _airbyte_reason FROM ${rejects} ORDER BY _airbyte_raw_id`,
    )
    expect(kept.map(({ id }) => Number(id))).toEqual(bad)
    for (const { _airbyte_reason: reason } of kept) expect(reason).toContain('check constraint')
  })

  it('a record of the year 100000 is kept without its time', async () => {
    const run = await write(
      [
        recordLine(users, '{"id":1e200000}', { emittedAt: 3_093_527_980_800_000 }),
        recordLine(users, { id: 2 }),
        stateLine(users, 1, 2),
      ],
      'append_dedup',
    )
    expect(run.stateLines.map(stats)).toEqual([{ recordCount: 1, rejectedRecordCount: 1 }])
    expect(await database.query(`SELECT _airbyte_extracted_at AS time FROM ${rejects}`)).toEqual([
      { time: null },
    ])
  })

  it('of a long record, a mebibyte is kept, cut between characters', async () => {
    await write([])
    await database.query(`ALTER TABLE ${raw} ADD CHECK (_airbyte_data ->> 'id' <> '2')`)
    const data = JSON.stringify({ id: 2, note: 'é'.repeat(3_000_000) })
    const run = await write([recordLine(users, { id: 1 }), recordLine(users, data), stateLine(users, 1, 2)])
    expect(run.stateLines.map(stats)).toEqual([{ recordCount: 1, rejectedRecordCount: 1 }])
    const [kept] = await database.query(
      `SELECT _airbyte_data AS head, _airbyte_data_bytes AS bytes FROM ${rejects}`,
    )
    expect(kept?.bytes).toBe(String(Buffer.byteLength(data)))
    expect(Buffer.byteLength(kept?.head ?? '')).toBeLessThanOrEqual(1024 * 1024)
    expect(data.startsWith(kept?.head ?? '-')).toBe(true)
  })

  it.each([
    {
      what: 'nested deeper than the server can follow',
      data: `{"id":1,"note":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      reason: 'DESTINATION_SERIALIZATION_ERROR',
    },
    {
      what: 'with too many digits',
      data: `{"id":1,"note":0.${'1'.repeat(20_000)}}`,
      reason: 'DESTINATION_FIELD_SIZE_LIMITATION',
    },
  ])('a value $what becomes null', async ({ data, reason }) => {
    const run = await write([recordLine(users, data), stateLine(users, 1, 1)])
    expect(run.stateLines.map(stats)).toEqual([{ recordCount: 1 }])
    expect(
      await database.query(
        `SELECT _airbyte_data, _airbyte_meta -> 'changes' -> 0 ->> 'reason' AS reason FROM ${raw}`,
      ),
    ).toEqual([{ _airbyte_data: '{"id": 1, "note": null}', reason }])
  })

  it('a table that refuses everything stops the sync, with no state', async () => {
    await write([])
    await database.query(`ALTER TABLE ${raw} ADD CHECK (_airbyte_generation_id IS NULL)`)
    const run = await write([
      ...numbers(3000).map((id) => recordLine(users, { id })),
      stateLine(users, 1, 3000),
    ])
    expect(run.exitCode).toBe(1)
    expect(run.stateLines).toEqual([])
    expect(run.errorMessage).toContain('More than 1000 of 3000 records of `app.users` were refused')
  })

  it('a rejects table that cannot be written stops the sync, and shows no values', async () => {
    await write([])
    await database.query(`CREATE TABLE ${rejects} (x int)`)
    const run = await write(
      [
        recordLine(users, '{"id":1,"note":"x-secret","updated":1e18}'),
        recordLine(users, '{"id":1e200000,"note":"x-secret"}'),
        stateLine(users, 1, 2),
      ],
      'append_dedup',
    )
    expect(run.exitCode).toBe(1)
    expect(run.stateLines).toEqual([])
    expect(run.errorMessage).toContain(rejects)
    expect(run.stdout).not.toContain('secret')
  })
})
