import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

/** Deletions of raw tables are found by an index, which is made once, however the server spells its expression. */
const users = { name: 'users', namespace: 'shop' }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await database.query('DROP SCHEMA IF EXISTS shop, airbyte_internal CASCADE')
})

async function sync(key: string) {
  const properties = {
    [key]: { type: 'integer' },
    _ab_cdc_deleted_at: { type: 'string', format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
  }
  const run = await runWriteCommand(destination, {
    config: database.config,
    catalog: {
      streams: [
        {
          stream: { ...users, json_schema: { type: 'object', properties } },
          sync_mode: 'incremental',
          destination_sync_mode: 'append_dedup',
          primary_key: [[key]],
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    },
    input: [recordLine(users, { [key]: 1 }), statusLine(users)],
  })
  expect(run.errorMessage).toBeUndefined()
}

const indexes = () =>
  database.query(
    "SELECT indexname FROM pg_indexes WHERE schemaname = 'airbyte_internal' AND tablename = 'shop_raw__stream_users' ORDER BY 1",
  )

describe('the index of deletions', () => {
  it.each(['id', 'a "b"', 'id::text', 'f(x)', "it's", 'back\\slash'])(
    'is made once for the key %s',
    async (key) => {
      await sync(key)
      const before = await indexes()
      expect(before).toHaveLength(3)
      await sync(key)
      expect(await indexes()).toEqual(before)
    },
  )

  it('is made once where the role quotes all identifiers', async () => {
    await database.query(`ALTER DATABASE ${database.name} SET quote_all_identifiers = on`)
    try {
      await sync('id')
      await sync('id')
      expect(await indexes()).toHaveLength(3)
    } finally {
      await database.query(`ALTER DATABASE ${database.name} RESET quote_all_identifiers`)
    }
  })
})
