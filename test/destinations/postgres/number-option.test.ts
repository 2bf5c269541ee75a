import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const prices = { name: 'prices', namespace: 'shop' }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await database.query('DROP SCHEMA IF EXISTS shop, airbyte_internal CASCADE')
})

/** Returns the log. */
async function sync(isUnconstrained: boolean, records: readonly string[]): Promise<string> {
  const properties = { id: { type: 'integer' }, price: { type: 'number' } }
  const run = await runWriteCommand(destination, {
    config: { ...database.config, unconstrained_number: isUnconstrained },
    catalog: {
      streams: [
        {
          stream: { ...prices, json_schema: { type: 'object', properties } },
          sync_mode: 'incremental',
          destination_sync_mode: 'append_dedup',
          primary_key: [['id']],
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    },
    input: [...records.map((data) => recordLine(prices, data)), statusLine(prices)],
  })
  expect(run.errorMessage).toBeUndefined()
  return JSON.stringify(run.messages)
}

const rows = () =>
  database.query("SELECT price, _airbyte_meta -> 'changes' AS changes FROM shop.prices ORDER BY id")
const tablePlace = async () => (await database.query("SELECT 'shop.prices'::regclass::oid"))[0]?.oid

describe('unconstrained_number', () => {
  it('turned on for a table that is there keeps all digits, also of rows that came before', async () => {
    await sync(false, ['{"id":1,"price":1.12345678901234}'])
    expect(await rows()).toEqual([{ price: '1.123456789', changes: '[]' }])
    await sync(true, ['{"id":2,"price":2.12345678912345}', '{"id":3,"price":1e40}'])
    expect(await rows()).toEqual([
      { price: '1.12345678901234', changes: '[]' },
      { price: '2.12345678912345', changes: '[]' },
      { price: `1${'0'.repeat(40)}`, changes: '[]' },
    ])
  })

  it.each([true, false])('left as it was (%s) leaves the table as it was', async (isUnconstrained) => {
    await sync(isUnconstrained, ['{"id":1,"price":1}'])
    const before = await tablePlace()
    await sync(isUnconstrained, ['{"id":2,"price":2}'])
    expect(await tablePlace()).toBe(before)
    // Another size of the user's own is not the option's business.
    await database.query('ALTER TABLE shop.prices ALTER COLUMN price TYPE numeric(20, 4)')
    if (isUnconstrained) return
    await sync(isUnconstrained, ['{"id":3,"price":3}'])
    expect((await rows()).map(({ price }) => price)).toEqual(['1.0000', '2.0000', '3.0000'])
  })
})
