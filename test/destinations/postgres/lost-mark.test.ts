import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

/** Comments on columns say how a final table was made. `pg_dump --no-comments` loses them, and so may people. */
const users = { name: 'users', namespace: 'shop' }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await database.query('DROP SCHEMA IF EXISTS shop, airbyte_internal CASCADE')
})

async function sync(mode: 'append' | 'append_dedup', ids: readonly number[]) {
  const properties = { id: { type: 'integer' }, at: { type: 'integer' } }
  const run = await runWriteCommand(destination, {
    config: database.config,
    catalog: {
      streams: [
        {
          stream: { ...users, json_schema: { type: 'object', properties } },
          sync_mode: 'incremental',
          destination_sync_mode: mode,
          ...(mode === 'append_dedup' && { primary_key: [['id']], cursor_field: ['at'] }),
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    },
    input: [...ids.map((id) => recordLine(users, { id, at: 1 })), statusLine(users)],
  })
  expect(run.errorMessage).toBeUndefined()
}

const finalIds = async () =>
  (await database.query('SELECT id FROM shop.users ORDER BY id')).map(({ id }) => Number(id))

/** Rows whose raw records somebody has purged: a table that is filled anew does not have them. */
async function purgeAndForget() {
  await database.query('DELETE FROM airbyte_internal.shop_raw__stream_users')
  await database.query('COMMENT ON COLUMN shop.users._airbyte_raw_id IS NULL')
}

describe('a final table that has lost its mark', () => {
  it('is told by its index to be deduplicated, and keeps its rows', async () => {
    await sync('append_dedup', [1, 2])
    await purgeAndForget()
    await sync('append_dedup', [2, 3])
    expect(await finalIds()).toEqual([1, 2, 3])
  })

  it('without that index is deduplicated anew', async () => {
    await sync('append', [1, 1])
    await database.query('COMMENT ON COLUMN shop.users._airbyte_raw_id IS NULL')
    await sync('append_dedup', [2])
    expect(await finalIds()).toEqual([1, 2])
  })
})
