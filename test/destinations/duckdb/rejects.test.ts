import { join } from 'node:path'
import { type Sql, silentLogger, sql } from 'landfall/sdk'
import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import destination from '../../../destinations/duckdb/index.ts'
import { DuckDbWarehouse } from '../../../destinations/duckdb/warehouse.ts'
import { temporaryDirectory } from './database.ts'

const users = { name: 'users', namespace: 'app' }

const catalog = {
  streams: [
    {
      stream: {
        ...users,
        json_schema: { type: 'object', properties: { id: { type: 'integer' }, note: { type: 'string' } } },
      },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['id']],
      cursor_field: ['id'],
      generation_id: 3,
      minimum_generation_id: 0,
      sync_id: 12,
    },
  ],
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

async function inDatabase<Result>(path: string, action: (warehouse: DuckDbWarehouse) => Promise<Result>) {
  const signal = new AbortController().signal
  await using warehouse = await DuckDbWarehouse.open({
    path,
    memoryLimit: 1e9,
    logger: silentLogger,
    signal,
  })
  return await action(warehouse)
}

/** A raw table that refuses records with the note `bad`; the columns are those that the connector makes. */
const rawWithCheck: readonly Sql[] = [
  sql`CREATE SCHEMA airbyte_internal`,
  sql`CREATE TABLE airbyte_internal.app_raw__stream_users (
    _airbyte_raw_id VARCHAR, _airbyte_extracted_at TIMESTAMPTZ, _airbyte_loaded_at TIMESTAMPTZ,
    _airbyte_data JSON CHECK (_airbyte_data NOT LIKE '%"bad"%'), _airbyte_meta JSON, _airbyte_generation_id BIGINT)`,
]

const write = (path: string, lines: readonly string[]) =>
  runWriteCommand(destination, {
    config: { destination_path: path },
    catalog,
    input: [...lines, statusLine(users)],
  })

describe('DuckDB, with records that it refuses', () => {
  it.each([
    { what: 'one in the middle', bad: [6789] },
    { what: 'the first', bad: [0] },
    { what: 'the last', bad: [9999] },
    { what: 'several', bad: [17, 18, 5000] },
  ])('of 10,000 records, all but $what land, and the others are explained', async ({ bad }) => {
    const path = join(temporaryDirectory(), 'test.duckdb')
    await inDatabase(path, (warehouse) => warehouse.execute(rawWithCheck.map((statement) => [statement])))
    const record = (id: number) => recordLine(users, { id, note: bad.includes(id) ? 'bad' : "it's" })
    const run = await write(path, [...numbers(10_000).map(record), stateLine(users, 1, 10_000)])
    expect(run.errorMessage).toBeUndefined()
    expect(run.stateLines.map((line) => JSON.parse(line).state.destinationStats)).toEqual([
      { recordCount: 10_000 - bad.length, rejectedRecordCount: bad.length },
    ])
    const { landed, kept } = await inDatabase(path, async (warehouse) => ({
      landed: await warehouse.query(
        sql`SELECT CAST(json_extract_string(_airbyte_data, '$.id') AS INTEGER) AS id FROM airbyte_internal.app_raw__stream_users ORDER BY _airbyte_raw_id`,
      ),
      kept: await warehouse.query(
        sql`SELECT * FROM airbyte_internal.app_raw__stream_users_airbyte_rejects ORDER BY _airbyte_raw_id`,
      ),
    }))
    expect(landed.map(({ id }) => id)).toEqual(numbers(10_000).filter((id) => !bad.includes(id)))
    expect(kept).toEqual(
      bad.map((id) => ({
        _airbyte_raw_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        _airbyte_extracted_at: '2023-11-14 22:13:20+00',
        _airbyte_rejected_at: expect.stringMatching(/^20\d\d-/),
        _airbyte_reason: expect.stringContaining('refused a value'),
        _airbyte_data: `{"id":${id},"note":"bad"}`,
        _airbyte_data_bytes: BigInt(`{"id":${id},"note":"bad"}`.length),
        _airbyte_changes: null,
        _airbyte_sync_id: 12n,
        _airbyte_generation_id: 3n,
      })),
    )
    expect(run.stdout.split('\n').filter((line) => line.includes('"WARN"'))).toHaveLength(1)
  })

  it.each([
    '{"id":1,"note":1e200000}',
    `{"id":1,"note":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    `{"id":1,"note":0.${'1'.repeat(20_000)}}`,
  ])('keeps what other databases cannot hold: %.40s', async (data) => {
    const path = join(temporaryDirectory(), 'test.duckdb')
    const run = await write(path, [recordLine(users, data), stateLine(users, 1, 1)])
    expect(run.errorMessage).toBeUndefined()
    const rows = await inDatabase(path, (warehouse) =>
      warehouse.query(sql`SELECT _airbyte_data AS data FROM airbyte_internal.app_raw__stream_users`),
    )
    expect(rows).toEqual([{ data }])
  })
})
