import { silentLogger } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { SnowflakeSqlGenerator } from '../../destinations/snowflake/sql-generator.ts'
import { RejectStore } from '../../src/typing/reject-store.ts'
import { batchOf, type TestRecord } from '../support/batches.ts'
import { MemoryWarehouse } from '../support/memory-warehouse.ts'

const keptBytes = 256 * 1024

/** The statements that keep one record, by what it and its changes hold. */
async function keep(record: TestRecord): Promise<string> {
  const warehouse = Object.assign(new MemoryWarehouse([]), { maximumKeptBytes: keptBytes })
  const generator = new SnowflakeSqlGenerator()
  const store = new RejectStore({ warehouse, generator, logger: silentLogger })
  await store.keep(batchOf([record]), [{ index: 0, reason: 'a reason' }])
  const [, insert] = warehouse.transactions
  expect(insert).toHaveLength(1)
  return insert?.[0] ?? ''
}

const entry = '{"field":"x","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}'
const changes = (count: number) => `[${Array.from({ length: count }, () => entry).join(',')}]`

describe('a refused record', () => {
  it('keeps its changes whole beside a record that fills the room', async () => {
    const data = `"${'x'.repeat(keptBytes - 2)}"`
    const statement = await keep({ data, changes: changes(100) })
    expect(statement).toContain(data)
    expect(statement).toContain(`'${changes(100)}'`)
  })

  it.each([10, 1_000_000])('of %s bytes stays within a statement with very many changes', async (length) => {
    const statement = await keep({ data: `"${'x'.repeat(length)}"`, changes: changes(100_000) })
    expect(statement).toContain(`'[${entry},`)
    expect(statement.length).toBeLessThan(1.25 * keptBytes + 4096)
  })
})
