import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const users = { name: 'users', namespace: 'shop' }
const raw = 'airbyte_internal.shop_raw__stream_users'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(
    '18',
    "LOCALE_PROVIDER icu ICU_LOCALE 'da' LOCALE 'C' TEMPLATE template0 ENCODING 'UTF8'",
  )
})
afterAll(() => database?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await database.query('DROP SCHEMA IF EXISTS shop, airbyte_internal CASCADE')
})

async function sync(mode: 'append' | 'append_dedup', records: readonly object[]) {
  const properties = { id: { type: 'integer' }, name: { type: 'string' } }
  const run = await runWriteCommand(destination, {
    config: database.config,
    catalog: {
      streams: [
        {
          stream: { ...users, json_schema: { type: 'object', properties } },
          sync_mode: 'incremental',
          destination_sync_mode: mode,
          ...(mode === 'append_dedup' && { primary_key: [['id']] }),
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    },
    input: [...records.map((data) => recordLine(users, data, { emittedAt: 1 })), statusLine(users)],
  })
  expect(run.errorMessage).toBeUndefined()
}

describe('a database that sorts aa behind z, as Danish does', () => {
  it('really does', async () => {
    expect(await database.query("SELECT 'aa' > 'z' AS is_behind")).toEqual([{ is_behind: 't' }])
  })

  it('gets every row of a large batch into the final table', async () => {
    await sync('append', [])
    await sync(
      'append',
      Array.from({ length: 12_000 }, (_, id) => ({ id })),
    )
    expect(await database.query('SELECT count(DISTINCT id), count(*) AS rows FROM shop.users')).toEqual([
      { count: '12000', rows: '12000' },
    ])
  })

  /** Raw rows as they come, in the order of their bytes. */
  const [earlier, later] = ['01aa0000-0000-7000-8000-000000000000', '01ab0000-0000-7000-8000-000000000000']
  const arrive = (id: string, name: string) =>
    database.query(
      `INSERT INTO ${raw} (_airbyte_raw_id, _airbyte_data, _airbyte_extracted_at, _airbyte_generation_id)
       VALUES ('${id}', '{"id": 1, "name": "${name}"}', '2025-01-01', 1)`,
    )
  const names = () => database.query('SELECT name FROM shop.users')

  it('keeps the later of two records of one time, in one batch', async () => {
    await sync('append_dedup', [])
    await arrive(earlier, 'earlier')
    await arrive(later, 'later')
    await sync('append_dedup', [])
    expect(await names()).toEqual([{ name: 'later' }])
  })

  it('keeps the later of two records of one time, across syncs', async () => {
    await sync('append_dedup', [])
    await arrive(earlier, 'earlier')
    await sync('append_dedup', [])
    await arrive(later, 'later')
    await sync('append_dedup', [])
    expect(await names()).toEqual([{ name: 'later' }])
  })
})
