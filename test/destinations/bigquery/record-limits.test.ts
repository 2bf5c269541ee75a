import { silentLogger } from 'landfall/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SimpleBatch } from '../../../src/destination/simple-batch.ts'
import { RawLoader } from '../../../src/typing/raw-loader.ts'
import { RejectStore } from '../../../src/typing/reject-store.ts'
import { connect, generator, prepareRaw } from './connection.ts'
import { type BigQueryTarget, openBigQueryTarget, readRows } from './target.ts'

let target: BigQueryTarget

beforeAll(async () => {
  target = await openBigQueryTarget()
})
afterAll(() => target?.[Symbol.asyncDispose]())

/** A time that BigQuery does not know: such a record goes to the rejects table, whatever else it holds. */
const noTime = Number.MAX_SAFE_INTEGER

async function load(name: string, records: readonly { data: string; emittedAt: number }[]) {
  const warehouse = await connect(target)
  const { stream, table } = await prepareRaw(warehouse, name)
  const loader = new RawLoader({ warehouse, generator, logger: silentLogger })
  const receipt = await loader.load(table, new SimpleBatch(stream, records))
  return { receipt, table, rejects: generator.rejectsTable(stream).name }
}

describe('a refused record', () => {
  it('of more than a megabyte is kept with its beginning', async () => {
    const text = `it's \\"${'\\\\'.repeat(700_000)}`
    const data = `{"id":1,"text":"${text}"}`
    const { receipt, rejects } = await load('long_reject', [
      { data: '{"id":0}', emittedAt: 1_700_000_000_000 },
      { data, emittedAt: noTime },
    ])
    expect(receipt.rowsWritten).toBe(1)
    const rows = (await readRows(target.double, rejects)) ?? []
    expect(rows).toHaveLength(1)
    const kept = rows[0]?._airbyte_data ?? ''
    expect(kept).toHaveLength(256 * 1024)
    expect(data.startsWith(kept)).toBe(true)
    expect(rows[0]?._airbyte_data_bytes).toBe(String(data.length))
  })

  it('among many has room: a transaction is one text of at most a megabyte', async () => {
    const warehouse = await connect(target)
    const { stream } = await prepareRaw(warehouse, 'many_rejects')
    const records = Array.from({ length: 14 }, (_, id) => ({
      data: `{"id":${id},"text":"${'x'.repeat(100_000)}"}`,
      emittedAt: noTime,
    }))
    const store = new RejectStore({ warehouse, generator, logger: silentLogger })
    const reasons = records.map((_, index) => ({ index, reason: `it's number ${index}` }))
    await store.keep(new SimpleBatch(stream, records), reasons)
    const { namespace, name } = generator.rejectsTable(stream).name
    expect(target.double.engine.store.table(`${namespace}.${name}`).rows).toHaveLength(14)
  })
})

describe('a record beyond the limit of a row', () => {
  it('loses its longest value, and an entry says so', async () => {
    const long = 'a'.repeat(101 * 1024 * 1024)
    const { receipt, table } = await load('long_row', [
      { data: `{"id":1,"long":"${long}","last":"kept"}`, emittedAt: 1_700_000_000_000 },
      { data: '{"id":2}', emittedAt: 1_700_000_000_000 },
    ])
    expect(receipt).toEqual({ rowsWritten: 2, rejected: [] })
    const rows = await readRows(target.double, table)
    const row = rows?.find(({ _airbyte_data: data }) => data?.startsWith('{"id":1,'))
    expect(row?._airbyte_data).toBe('{"id":1,"long":null,"last":"kept"}')
    expect(JSON.parse(row?._airbyte_meta ?? '').changes).toEqual([
      { field: 'long', change: 'NULLED', reason: 'DESTINATION_FIELD_SIZE_LIMITATION' },
    ])
  })
})
