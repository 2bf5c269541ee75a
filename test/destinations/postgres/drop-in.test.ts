import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

/** Tables as Airbyte's Java connector for PostgreSQL (typing and deduping, with generations) leaves them. */
const javaTables = `
  CREATE SCHEMA airbyte_internal;
  CREATE TABLE airbyte_internal.shop_raw__stream_orders (
    _airbyte_raw_id varchar PRIMARY KEY,
    _airbyte_data jsonb,
    _airbyte_extracted_at timestamp with time zone DEFAULT current_timestamp,
    _airbyte_loaded_at timestamp with time zone DEFAULT null,
    _airbyte_meta jsonb,
    _airbyte_generation_id bigint
  );
  CREATE INDEX shop_raw__stream_orders_raw_id ON airbyte_internal.shop_raw__stream_orders (_airbyte_raw_id);
  CREATE INDEX shop_raw__stream_orders_extracted_at ON airbyte_internal.shop_raw__stream_orders (_airbyte_extracted_at);
  CREATE INDEX shop_raw__stream_orders_loaded_at ON airbyte_internal.shop_raw__stream_orders (_airbyte_loaded_at, _airbyte_extracted_at);
  CREATE SCHEMA shop;
  CREATE TABLE shop."orders" (
    "id" bigint, "Total_Sum" numeric(38,9), "updated_at" timestamp with time zone,
    "_airbyte_raw_id" varchar(36) NOT NULL,
    "_airbyte_extracted_at" timestamp with time zone NOT NULL,
    "_airbyte_meta" jsonb NOT NULL,
    "_airbyte_generation_id" bigint
  );
  CREATE INDEX ON shop."orders" ("id", "updated_at", "_airbyte_extracted_at");
  CREATE INDEX ON shop."orders" ("_airbyte_extracted_at");
  CREATE INDEX ON shop."orders" ("_airbyte_raw_id");
`

const javaRows = `
  INSERT INTO airbyte_internal.shop_raw__stream_orders VALUES
    ('7a1c7b0e-0000-4000-8000-000000000001', '{"id": 1, "Total Sum": 10.5, "updated_at": "2024-01-01T00:00:00Z"}', '2024-01-01', '2024-01-01', '{"changes": [], "sync_id": 5}', 2),
    ('7a1c7b0e-0000-4000-8000-000000000002', '{"id": 2, "Total Sum": 20, "updated_at": "2024-01-01T00:00:00Z"}', '2024-01-01', '2024-01-01', NULL, NULL),
    ('7a1c7b0e-0000-4000-8000-000000000003', '{"id": 3, "Total Sum": "x", "updated_at": "2024-01-01T00:00:00Z"}', '2024-01-02', NULL, NULL, 2);
  INSERT INTO shop."orders" VALUES
    (1, 10.5, '2024-01-01 00:00:00Z', '7a1c7b0e-0000-4000-8000-000000000001', '2024-01-01', '{"changes": [], "sync_id": 5}', 2),
    (2, 20, '2024-01-01 00:00:00Z', '7a1c7b0e-0000-4000-8000-000000000002', '2024-01-01', '{"changes": [], "sync_id": null}', NULL);
`

const orders = { name: 'orders', namespace: 'shop' }
const catalog = {
  streams: [
    {
      stream: {
        ...orders,
        json_schema: {
          type: 'object',
          properties: {
            id: { type: 'integer' },
            'Total Sum': { type: 'number' },
            updated_at: { type: 'string', format: 'date-time' },
          },
        },
      },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['id']],
      cursor_field: ['updated_at'],
      generation_id: 2,
      minimum_generation_id: 0,
      sync_id: 6,
    },
  ],
}

describe('tables of the Java connector', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
    await database.query(javaTables)
    await database.query(javaRows)
  })
  afterAll(() => database?.[Symbol.asyncDispose]())

  it('are continued: nothing is rebuilt, rows that were never typed are, old rows can be updated', async () => {
    const identities =
      "SELECT 'shop.orders'::regclass::oid AS final, 'airbyte_internal.shop_raw__stream_orders'::regclass::oid AS raw"
    const before = await database.query(identities)
    const run = await runWriteCommand(destination, {
      config: database.config,
      catalog,
      input: [
        recordLine(orders, { id: 2, 'Total Sum': 22, updated_at: '2024-02-01T00:00:00Z' }),
        recordLine(orders, { id: 1, 'Total Sum': 0, updated_at: '2023-01-01T00:00:00Z' }),
        stateLine(orders, 1, 2),
        statusLine(orders),
      ],
    })
    expect(run.errorMessage).toBeUndefined()
    expect(run.exitCode).toBe(0)
    expect(await database.query(identities)).toEqual(before)
    const rows = await database.query(
      `SELECT id, "Total_Sum"::text AS total, _airbyte_meta::text AS meta FROM shop.orders ORDER BY id`,
    )
    expect(rows).toEqual([
      { id: '1', total: '10.500000000', meta: '{"changes": [], "sync_id": 5}' },
      { id: '2', total: '22.000000000', meta: '{"changes": [], "sync_id": 6}' },
      {
        id: '3',
        total: null,
        meta: '{"changes": [{"field": "Total Sum", "change": "NULLED", "reason": "DESTINATION_TYPECAST_ERROR"}], "sync_id": null}',
      },
    ])
    const [waiting] = await database.query(
      'SELECT count(*) AS n FROM airbyte_internal.shop_raw__stream_orders WHERE _airbyte_loaded_at IS NULL',
    )
    expect(waiting).toEqual({ n: '0' })
  })

  it('have the same columns as the ones that this connector makes', async () => {
    const fresh = { name: 'fresh', namespace: 'shop' }
    const [stream] = catalog.streams
    const run = await runWriteCommand(destination, {
      config: database.config,
      catalog: { streams: [{ ...stream, stream: { ...stream?.stream, ...fresh } }] },
      input: [statusLine(fresh)],
    })
    expect(run.exitCode).toBe(0)
    const columns = (schema: string, table: string) =>
      database.query(
        `SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable
           FROM information_schema.columns WHERE table_schema = '${schema}' AND table_name = '${table}' ORDER BY ordinal_position`,
      )
    expect(await columns('shop', 'fresh')).toEqual(await columns('shop', 'orders'))
    expect(await columns('airbyte_internal', 'shop_raw__stream_fresh')).toEqual(
      await columns('airbyte_internal', 'shop_raw__stream_orders'),
    )
  })
})
