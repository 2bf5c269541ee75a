import fc from 'fast-check'
import { DestinationError, type Receipt, type RecordBatch, type RecordLimits } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { loadBatch } from '../../src/typing/load-batch.ts'
import { batchOf, type TestRecord, testStream } from '../support/batches.ts'
import { caught } from '../support/caught.ts'

type Landed = { readonly id: string; readonly data: string; readonly changes: string | undefined }

/** How the table names the record that it refuses, by positions in the batch that it is given. */
type Naming = (bad: readonly number[], count: number) => number | undefined

const namesNothing: Naming = () => undefined
const namesFirst: Naming = ([first]) => first
const namesLast: Naming = (bad) => bad.at(-1)

/** Takes batches as a whole, unless a record of them is refused. */
class FakeTable {
  readonly rows: Landed[] = []
  loads = 0
  readonly #refuses: (data: string) => boolean
  readonly #name: Naming

  constructor(refuses: (data: string) => boolean, name: Naming = namesNothing) {
    this.#refuses = refuses
    this.#name = name
  }

  readonly insert = async (batch: RecordBatch): Promise<Receipt> => {
    this.loads += 1
    const rows: Landed[] = []
    batch.visit((index, block, start, end, _emittedAt, changes) => {
      const data = block.toString('utf8', start, end)
      rows.push({ id: batch.rawIds.get(index), data, changes: changes?.toString() })
    })
    const bad = rows.flatMap(({ data }, index) => (this.#refuses(data) ? [index] : []))
    if (bad.length > 0) {
      const recordIndex = this.#name(bad, rows.length)
      throw new DestinationError('DATA_REFUSED', 'the table refuses a record.', { recordIndex })
    }
    this.rows.push(...rows)
    return { rowsWritten: rows.length, rejected: [] }
  }
}

const isBad = (data: string) => data.includes('bad')

/** Records numbered from 0, some of them bad. */
const numbered = (count: number, bad: readonly number[]): TestRecord[] =>
  Array.from({ length: count }, (_, id) => ({ data: `{"id":${id}${bad.includes(id) ? ',"x":"bad"' : ''}}` }))

const without = (batch: RecordBatch, bad: readonly number[]) =>
  Array.from({ length: batch.count }, (_, index) => index)
    .filter((index) => !bad.includes(index))
    .map((index) => batch.rawIds.get(index))

describe('a batch that is taken', () => {
  it('is sent once', async () => {
    const table = new FakeTable(isBad)
    const batch = batchOf(numbered(10, []))
    expect(await loadBatch(batch, table)).toEqual({ rowsWritten: 10, rejected: [] })
    expect(table.loads).toBe(1)
  })
})

describe('a batch with records that are refused', () => {
  const everything = Array.from({ length: 64 }, (_, index) => index)

  it.each([
    { what: 'the first', count: 1024, bad: [0], name: namesNothing, mostLoads: 21 },
    { what: 'the last', count: 1024, bad: [1023], name: namesNothing, mostLoads: 12 },
    { what: 'one in the middle', count: 1024, bad: [512], name: namesNothing, mostLoads: 21 },
    { what: 'several', count: 1024, bad: [3, 4, 700], name: namesNothing, mostLoads: 50 },
    { what: 'all', count: 64, bad: everything, name: namesNothing, mostLoads: 128 },
    { what: 'the only one', count: 1, bad: [0], name: namesNothing, mostLoads: 1 },
    { what: 'the first, and names it', count: 1024, bad: [0], name: namesFirst, mostLoads: 3 },
    { what: 'the last, and names it', count: 1024, bad: [1023], name: namesFirst, mostLoads: 3 },
    { what: 'several, and names the first', count: 1024, bad: [3, 4, 700], name: namesFirst, mostLoads: 9 },
    { what: 'several, and names the last', count: 1024, bad: [3, 4, 700], name: namesLast, mostLoads: 9 },
    { what: 'all, and names the first', count: 64, bad: everything, name: namesFirst, mostLoads: 128 },
    { what: 'one, and names a wrong one', count: 1024, bad: [1000], name: () => 7, mostLoads: 24 },
    { what: 'one, and names one that was not sent', count: 8, bad: [1], name: () => 8, mostLoads: 7 },
  ])('loses only them, in at most $mostLoads loads: $what', async ({ count, bad, name, mostLoads }) => {
    const table = new FakeTable(isBad, name)
    const batch = batchOf(numbered(count, bad))
    const { rowsWritten, rejected } = await loadBatch(batch, table)
    expect(rejected.map(({ index }) => index)).toEqual(bad)
    expect(rejected.map(({ reason }) => reason)).toEqual(bad.map(() => 'the table refuses a record.'))
    expect(rowsWritten).toBe(count - bad.length)
    expect(table.rows.map(({ id }) => id)).toEqual(without(batch, bad))
    expect(table.loads).toBeLessThanOrEqual(mostLoads)
  })

  it('property: lands all others in their order and with their ids, whatever the table names', async () => {
    const cases = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      bad: fc.uniqueArray(fc.nat(59), { maxLength: 60 }),
      names: fc.constantFrom(
        namesNothing,
        namesFirst,
        namesLast,
        () => 0,
        () => 3,
        () => -1,
      ),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ count, bad, names }) => {
        const inBatch = bad.filter((index) => index < count).toSorted((left, right) => left - right)
        const table = new FakeTable(isBad, names)
        const batch = batchOf(numbered(count, inBatch))
        const receipt = await loadBatch(batch, table)
        expect(receipt.rejected.map(({ index }) => index)).toEqual(inBatch)
        expect(table.rows.map(({ id }) => id)).toEqual(without(batch, inBatch))
      }),
      { numRuns: 500 },
    )
  })

  it('rejects no record by inference: a refusal that comes once costs no row', async () => {
    const table = new FakeTable(() => false)
    let refusals = 0
    const insert = async (batch: RecordBatch) => {
      refusals += 1
      if (refusals === 1) throw new DestinationError('DATA_REFUSED', 'not today.')
      return table.insert(batch)
    }
    expect(await loadBatch(batchOf(numbered(33, [])), { insert })).toEqual({ rowsWritten: 33, rejected: [] })
  })

  it('stops where too many are refused to be single records', async () => {
    const table = new FakeTable(isBad)
    const batch = batchOf(numbered(64, everything))
    const error = await caught(() => loadBatch(batch, { insert: table.insert, maximumRejects: 10 }))
    expect(error).toMatchObject({ code: 'DATA_REFUSED', stream: { name: 'users' } })
    expect(error.message).toContain('More than 10 of 64 records of `shop.users`')
  })

  it.each([
    { data: '{"id":1,"x":bad}', changes: undefined },
    { data: '{"id":1', changes: undefined },
    { data: '{"id":1}', changes: '[bad]' },
  ])('stops at a line that is not JSON ($data, $changes), and lands nothing', async ({ data, changes }) => {
    const table = new FakeTable((text) => text === data)
    const batch = batchOf([{ data: '{"id":0}' }, { data, ...(changes && { changes }) }])
    const error = await caught(() => loadBatch(batch, table))
    expect(error).toMatchObject({ code: 'DATA_REFUSED', stream: { name: 'users' } })
    expect(error.message).toContain('Record 2 of a batch of 2 records of `shop.users` is not valid JSON')
    expect(table.rows).toEqual([])
  })

  it.each([
    { code: 'SERVER_UNAVAILABLE' as const, at: 1 },
    { code: 'STATEMENT_FAILED' as const, at: 3 },
  ])('passes other failures on, from load $at: $code', async ({ code, at }) => {
    const table = new FakeTable(isBad)
    const insert = async (batch: RecordBatch) => {
      if (table.loads + 1 === at) throw new DestinationError(code, 'no')
      return table.insert(batch)
    }
    expect(await caught(() => loadBatch(batchOf(numbered(16, [9])), { insert }))).toMatchObject({ code })
  })

  it.each([
    { rowsWritten: 1, rejected: [] },
    { rowsWritten: 1, rejected: [{ index: 0, reason: 'decided elsewhere' }] },
  ])(
    'does not believe a warehouse that answers $rowsWritten and $rejected for 2 records',
    async (receipt) => {
      const error = await caught(() => loadBatch(batchOf(numbered(2, [])), { insert: async () => receipt }))
      expect(error).toMatchObject({ code: 'RECEIPT_MISMATCH' })
    },
  )
})

describe('values beyond the limits', () => {
  const limits: RecordLimits = {
    acceptsNumber: (text) => !text.includes('e'),
    maximumStringBytes: 20,
    safeDepth: 3,
    safeRecordBytes: 200,
  }
  const id = { name: 'id', originalName: 'id', canonicalName: 'id' }
  const updated = { name: 'updated', originalName: 'updated', canonicalName: 'updated' }
  const stream = testStream({ postImportAction: 'dedupe', primaryKey: [id], cursor: updated })
  const nulled = (field: string, reason: string) => ({ field, change: 'NULLED', reason })

  const load = async (records: readonly TestRecord[], refuses: (data: string) => boolean) => {
    const table = new FakeTable(refuses)
    const receipt = await loadBatch(batchOf(records, stream), { insert: table.insert, limits })
    return { table, receipt }
  }

  it('become null in every record that has them, in one more load', async () => {
    const records = Array.from({ length: 100 }, (_, index) => ({
      data: index % 3 === 0 ? `{"id":${index},"n":1e9, "a":[{"b":1e5}]}` : `{"id":${index},"n":7}`,
    }))
    const { table, receipt } = await load(records, (data) => data.includes('e'))
    expect(receipt).toEqual({ rowsWritten: 100, rejected: [] })
    expect(table.loads).toBe(2)
    expect(table.rows[0]?.data).toBe('{"id":0,"n":null, "a":null}')
    expect(JSON.parse(table.rows[0]?.changes ?? '')).toEqual([
      nulled('n', 'DESTINATION_FIELD_SIZE_LIMITATION'),
      nulled('a', 'DESTINATION_FIELD_SIZE_LIMITATION'),
    ])
    expect(table.rows[1]).toMatchObject({ data: '{"id":1,"n":7}', changes: undefined })
  })

  it("are told after the source's own changes, whose text stays", async () => {
    const own = '[ {"field":"z","change":"NEW","reason":"r","n":9007199254740993} ]'
    const { table } = await load([{ data: '{"n":1e9}', changes: own }], (data) => data.includes('e9'))
    expect(table.rows[0]?.changes).toBe(
      `[{"field":"z","change":"NEW","reason":"r","n":9007199254740993},${JSON.stringify(nulled('n', 'DESTINATION_FIELD_SIZE_LIMITATION'))}]`,
    )
  })

  it.each(['id', 'updated', '_ab_cdc_deleted_at'])(
    'are never nulled in `%s`: the row is rejected',
    async (key) => {
      const records = [{ data: '{"id":1}' }, { data: `{"${key}":1e9,"n":1e9}` }, { data: '{"id":3}' }]
      const { table, receipt } = await load(records, (data) => data.includes('e9'))
      expect(receipt.rowsWritten).toBe(2)
      expect(receipt.rejected).toEqual([{ index: 1, reason: expect.stringContaining(`\`${key}\``) }])
      expect(table.rows.map(({ data }) => data)).toEqual(['{"id":1}', '{"id":3}'])
    },
  )

  it('stay where the batch is taken', async () => {
    const { table } = await load([{ data: '{"n":1e9}' }], () => false)
    expect(table.rows[0]?.data).toBe('{"n":1e9}')
  })

  it('the safe limits count only for the record that is refused', async () => {
    const deep = '{"id":1,"a":[[[[1]]]]}'
    const refused = '{"id":2,"a":[[[[[1]]]]]}'
    const { table, receipt } = await load([{ data: deep }, { data: refused }], (data) =>
      data.includes('[[[[['),
    )
    expect(receipt).toEqual({ rowsWritten: 2, rejected: [] })
    expect(table.rows.map(({ data }) => data)).toEqual([deep, '{"id":2,"a":null}'])
    expect(table.rows[1]?.changes).toBe(JSON.stringify([nulled('a', 'DESTINATION_SERIALIZATION_ERROR')]))
  })

  it('of a record that is too large, the largest values go', async () => {
    const data = `{"id":1,"b":[${'1,'.repeat(80)}1],"c":[${'1,'.repeat(40)}1],"d":2}`
    const { table } = await load([{ data }], (text) => text.length > 200)
    expect(table.rows[0]?.data).toBe(`{"id":1,"b":null,"c":[${'1,'.repeat(40)}1],"d":2}`)
    expect(table.rows[0]?.changes).toBe(JSON.stringify([nulled('b', 'DESTINATION_RECORD_SIZE_LIMITATION')]))
  })

  it('of a record that is too large, no more goes than has to', async () => {
    const parts = ['b', 'c', 'd', 'e'].map((key) => `"${key}":"${key.repeat(20)}"`)
    const wide = Array.from({ length: 40 }, (_, index) => `"x${index}":"${'x'.repeat(18)}"`)
    const data = `{"id":1,${[...parts, ...wide].join(',')}}`
    const { table } = await load([{ data }], (text) => text.length > 1000)
    const nulls = Object.values(JSON.parse(table.rows[0]?.data ?? '')).filter((value) => value === null)
    expect(data.length).toBeGreaterThan(1000)
    expect(nulls.length).toBeGreaterThan(0)
    expect(table.rows[0]?.data.length).toBeGreaterThan(data.length / 3)
  })

  it('a record that is refused all the same is rejected', async () => {
    const { receipt } = await load([{ data: '{"id":1,"a":[[[[1]]]]}' }], () => true)
    expect(receipt).toEqual({
      rowsWritten: 0,
      rejected: [{ index: 0, reason: 'the table refuses a record.' }],
    })
  })
})
