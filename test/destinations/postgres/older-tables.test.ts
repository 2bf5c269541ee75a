import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { PostgresSqlGenerator } from '../../../destinations/postgres/sql-generator.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { streamConfig } from '../../support/stream-config.ts'

const orders = { name: 'Orders', namespace: 'shop' }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await database.query('DROP SCHEMA IF EXISTS shop, airbyte_internal CASCADE')
  await database.query('CREATE SCHEMA shop')
  await database.query('CREATE SCHEMA airbyte_internal')
})

async function sync() {
  return runWriteCommand(destination, {
    config: database.config,
    catalog: {
      streams: [
        {
          stream: { ...orders, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
          sync_mode: 'incremental',
          destination_sync_mode: 'append',
          generation_id: 7,
          minimum_generation_id: 0,
          sync_id: 9,
        },
      ],
    },
    input: [recordLine(orders, { id: 2 }), statusLine(orders)],
  })
}

const finalRows = () =>
  database.query('SELECT id, _airbyte_generation_id AS generation FROM shop."Orders" ORDER BY id')

describe('tables of older Airbyte versions', () => {
  it.each([
    { without: 'generations', raw: '_airbyte_meta jsonb', values: `'{"changes": [], "sync_id": 1}'` },
    { without: 'generations and meta', raw: undefined, values: undefined },
  ])('without $without get the columns and keep their identity', async ({ raw, values }) => {
    await database.query(`
      CREATE TABLE airbyte_internal.shop_raw__stream_orders (
        _airbyte_raw_id varchar PRIMARY KEY, _airbyte_data jsonb,
        _airbyte_extracted_at timestamptz DEFAULT current_timestamp,
        _airbyte_loaded_at timestamptz DEFAULT null${raw === undefined ? '' : `, ${raw}`});
      INSERT INTO airbyte_internal.shop_raw__stream_orders
        VALUES ('old', '{"id": 1}', '2024-01-01', '2024-01-01'${values === undefined ? '' : `, ${values}`});
      CREATE TABLE shop."Orders" (id bigint, _airbyte_raw_id varchar(36) NOT NULL,
        _airbyte_extracted_at timestamptz NOT NULL, _airbyte_meta jsonb NOT NULL);
      INSERT INTO shop."Orders" VALUES (1, 'old', '2024-01-01', '{"errors": []}');
    `)
    const identity = `SELECT 'shop."Orders"'::regclass::oid AS oid`
    const before = await database.query(identity)
    const run = await sync()
    expect(run.errorMessage).toBeUndefined()
    expect(await database.query(identity)).toEqual(before)
    expect(await finalRows()).toEqual([
      { id: '1', generation: null },
      { id: '2', generation: '7' },
    ])
    expect(
      await database.query(`SELECT _airbyte_meta::text AS meta FROM shop."Orders" WHERE id = 1`),
    ).toEqual([{ meta: '{"errors": []}' }])
  })

  it('of the first generation give their rows, stay, and have their normalised table replaced', async () => {
    await database.query(`
      CREATE TABLE shop._airbyte_raw_orders (_airbyte_ab_id varchar PRIMARY KEY, _airbyte_data jsonb, _airbyte_emitted_at timestamptz);
      INSERT INTO shop._airbyte_raw_orders VALUES ('first', '{"id": 1}', '2022-01-01');
      CREATE TABLE shop."Orders" (id text, _airbyte_ab_id varchar, _airbyte_emitted_at timestamptz, _airbyte_normalized_at timestamptz);
      INSERT INTO shop."Orders" VALUES ('1', 'first', '2022-01-01', '2022-01-01');
    `)
    const run = await sync()
    expect(run.errorMessage).toBeUndefined()
    expect(await finalRows()).toEqual([
      { id: '1', generation: null },
      { id: '2', generation: '7' },
    ])
    expect(await database.query('SELECT count(*) AS n FROM shop._airbyte_raw_orders')).toEqual([{ n: '1' }])
    expect((await sync()).exitCode).toBe(0)
    expect(await finalRows()).toHaveLength(3)
  })

  it('of the first generation give each row once, though the answer was lost and they are asked again', async () => {
    await database.query(`
      CREATE TABLE shop._airbyte_raw_orders (_airbyte_ab_id varchar PRIMARY KEY, _airbyte_data jsonb, _airbyte_emitted_at timestamptz);
      INSERT INTO shop._airbyte_raw_orders VALUES ('first', '{"id": 1}', '2022-01-01');
    `)
    const generator = new PostgresSqlGenerator()
    const stream = streamConfig({
      id: {
        finalNamespace: 'shop',
        finalName: 'Orders',
        rawNamespace: 'airbyte_internal',
        rawName: 'shop_raw__stream_orders',
        originalNamespace: 'shop',
        originalName: 'Orders',
      },
    })
    const statements = generator.importFirstRawTable(stream)
    await database.query(generator.createRawTable(stream, '').flat().join(';\n'))
    for (const _ of [1, 2]) await database.query(statements.flat().join(';\n'))
    expect(
      await database.query('SELECT _airbyte_raw_id AS id FROM airbyte_internal.shop_raw__stream_orders'),
    ).toEqual([{ id: 'first' }])
  })

  it("that are none of Airbyte's are refused by name", async () => {
    await database.query('CREATE TABLE airbyte_internal.shop_raw__stream_orders (something int)')
    const run = await sync()
    expect(run.exitCode).toBe(1)
    expect(run.errorMessage).toContain('airbyte_internal.shop_raw__stream_orders')
  })
})
