import { silentLogger } from 'landfall/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SimpleBatch } from '../../../src/destination/simple-batch.ts'
import { RawLoader } from '../../../src/typing/raw-loader.ts'
import { RetryingWarehouse } from '../../../src/typing/retrying-warehouse.ts'
import type { Fault } from '../../support/bigquery-double/faults.ts'
import { connect, countRows, generator, prepareRaw } from './connection.ts'
import { openBigQueryTarget, openWriteTarget, readRows } from './target.ts'

let target: Awaited<ReturnType<typeof openWriteTarget>>

beforeAll(async () => {
  target = await openWriteTarget()
})
afterAll(() => target?.[Symbol.asyncDispose]())
beforeEach(() => {
  target.double.faults.clear()
  target.writes.requests.length = 0
  target.writes.appendBytes.length = 0
})

const retryPolicy = { firstDelayMilliseconds: 1, maximumDelayMilliseconds: 10, totalMilliseconds: 20_000 }

describe('a batch through the Storage Write API', () => {
  it('is appended to a stream of its own, which is closed and committed', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'streamed')
    expect(await warehouse.insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    expect(countRows(target.double, table)).toBe(3)
    expect(target.writes.requests).toEqual(['create_stream', 'append', 'finalize', 'commit'])
    expect(target.double.jobs.all.some(({ request }) => request.configuration?.load)).toBe(false)
  })

  it('has the same values as through a load job', async () => {
    const warehouse = await connect(target)
    const { stream, table } = await prepareRaw(warehouse, 'values')
    const changes = '[{"field":"a","change":"NULLED","reason":"SOURCE_SERIALIZATION_ERROR"}]'
    const records = [
      {
        data: '{"a":"\\ud83d\\ude00 \\ud800 \\u0000 😀","b":1.10}',
        emittedAt: 1_700_000_000_000.123,
        changes,
      },
      { data: '{"b":12345678901234567890}', emittedAt: -62_135_596_800_000 },
      { data: `{"b":"${'ü'.repeat(100_000)}"}`, emittedAt: 253_402_300_799_999 },
      { data: '{}', emittedAt: -1.5 },
    ].map((record, index) => ({ ...record, rawId: `00000000-0000-7000-8000-00000000000${index}` }))
    const batch = new SimpleBatch(stream, records)
    await warehouse.insertRaw(table, batch)
    const streamed = await readRows(target.double, table)
    const other = await connect(target, { loading_method: { method: 'Standard' } })
    const { table: loadedTable } = await prepareRaw(other, 'values_loaded')
    await other.insertRaw(loadedTable, batch)
    expect(streamed).toEqual(await readRows(target.double, loadedTable))
    expect(streamed).toHaveLength(4)
  })

  it('of more than 10 MB is several requests, one behind the other', async () => {
    const warehouse = await connect(target)
    const { stream, table } = await prepareRaw(warehouse, 'large')
    const records = Array.from({ length: 50 }, (_, id) => ({
      data: `{"id":${id},"text":"${'x'.repeat(500_000)}"}`,
      emittedAt: 1_700_000_000_000,
    }))
    target.double.addFault({ kind: 'cut', moment: 'after', times: 1, on: 'append' })
    expect((await warehouse.insertRaw(table, new SimpleBatch(stream, records))).rowsWritten).toBe(50)
    expect(countRows(target.double, table)).toBe(50)
    // Four, and one that was sent again because its answer was lost.
    expect(target.writes.appendBytes).toHaveLength(5)
    expect(Math.max(...target.writes.appendBytes)).toBeLessThan(8_500_000)
  })

  const kinds = ['create_stream', 'append', 'finalize', 'commit'] as const
  const failures = [
    ['503', { kind: 'refuse', status: 503, reason: 'UNAVAILABLE' }],
    ['a cut before the work', { kind: 'cut', moment: 'before' }],
    ['a cut after the work', { kind: 'cut', moment: 'after' }],
  ] as const
  const cases = kinds.flatMap((on) => failures.map(([title, fault]) => ({ on, title, fault })))

  it.each(cases)('lands once in spite of $title at $on', async ({ on, title, fault }) => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, `once_${on}_${title.replace(/\W/g, '_')}`)
    target.double.addFault({ ...fault, on, times: 1 } as Fault)
    expect(await warehouse.insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    expect(target.double.faults.isEmpty).toBe(true)
    expect(countRows(target.double, table)).toBe(3)
  })

  it('is found to have landed where the answer to the commit stays away for long', async () => {
    const warehouse = await connect(target)
    const retrying = new RetryingWarehouse(warehouse, {
      logger: silentLogger,
      signal: new AbortController().signal,
      policy: retryPolicy,
    })
    const { table, batch } = await prepareRaw(warehouse, 'lost_for_long')
    target.double.addFault({ kind: 'cut', moment: 'after', times: 4, on: 'commit' })
    expect(await retrying.insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    expect(target.writes.requests.filter((kind) => kind === 'stream')).toHaveLength(1)
    expect(countRows(target.double, table)).toBe(3)
  })

  it('goes on with its own stream where no commit has arrived', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'resumed')
    target.double.addFault({ kind: 'refuse', status: 503, reason: 'UNAVAILABLE', times: 4, on: 'commit' })
    await expect(warehouse.insertRaw(table, batch)).rejects.toMatchObject({
      code: 'SERVER_UNAVAILABLE',
      failureType: 'transient_error',
    })
    expect(await warehouse.hasRawId(table, batch.rawIds.get(0))).toBe(false)
    expect(countRows(target.double, table)).toBe(0)
    expect((await warehouse.insertRaw(table, batch)).rowsWritten).toBe(3)
    expect(target.writes.requests.filter((kind) => kind === 'create_stream')).toHaveLength(1)
    expect(countRows(target.double, table)).toBe(3)
  })

  it('that is stopped while it is being written leaves nothing', async () => {
    const controller = new AbortController()
    const warehouse = await connect(target, {}, { signal: controller.signal })
    const { table, batch } = await prepareRaw(warehouse, 'stopped')
    target.double.addFault({ kind: 'refuse', status: 503, reason: 'UNAVAILABLE', times: 3, on: 'append' })
    const load = warehouse.insertRaw(table, batch)
    setTimeout(() => controller.abort(), 300)
    await expect(load).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(countRows(target.double, table)).toBe(0)
  })
})

describe('a record beyond the 10 MB of a request', () => {
  it('loses its longest value, and an entry says so', async () => {
    const warehouse = await connect(target)
    const { stream, table } = await prepareRaw(warehouse, 'long_row')
    const loader = new RawLoader({ warehouse, generator, logger: silentLogger })
    const half = 'a'.repeat(6_000_000)
    const records = [
      `{"id":1,"long":"${half}${half}","last":"kept"}`,
      `{"id":2,"short":"${half}","longer":"${half}b"}`,
      '{"id":3}',
    ]
    const batch = new SimpleBatch(
      stream,
      records.map((data) => ({ data, emittedAt: 1_700_000_000_000 })),
    )
    expect(await loader.load(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    const { rows, columns } = target.double.engine.store.table(`${table.namespace}.${table.name}`)
    const read = (index: number, name: string) =>
      JSON.parse(String(rows[index]?.[columns.findIndex((column) => column.name === name)]?.string_value))
    expect(rows).toHaveLength(3)
    expect(read(0, '_airbyte_data')).toEqual({ id: 1, long: null, last: 'kept' })
    expect(read(0, '_airbyte_meta').changes).toEqual([
      { field: 'long', change: 'NULLED', reason: 'DESTINATION_FIELD_SIZE_LIMITATION' },
    ])
    expect(read(1, '_airbyte_data')).toEqual({ id: 2, short: half, longer: null })
    expect(read(1, '_airbyte_meta').changes).toEqual([
      { field: 'longer', change: 'NULLED', reason: 'DESTINATION_RECORD_SIZE_LIMITATION' },
    ])
  })
})

describe('what cannot pass is named', () => {
  it('a row that the server refuses, by its index, and nothing of its batch is there', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'refused_row')
    const key = `${table.namespace}.${table.name}`
    const stored = target.double.engine.store.table(key)
    const columns = stored.columns.filter(({ name }) => name !== '_airbyte_meta')
    target.double.engine.store.tables.set(key, { ...stored, columns })
    await expect(warehouse.insertRaw(table, batch)).rejects.toMatchObject({
      code: 'DATA_REFUSED',
      recordIndex: 0,
    })
    expect(countRows(target.double, table)).toBe(0)
    target.double.engine.store.tables.set(key, stored)
    expect((await warehouse.insertRaw(table, batch)).rowsWritten).toBe(3)
  })

  it.each([
    [403, 'PERMISSION_DENIED'],
    [401, 'LOGIN_FAILED'],
  ])('status %i as %s', async (status, code) => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, `refused_${status}`)
    target.double.addFault({ kind: 'refuse', status, reason: 'no', times: 1, on: 'create_stream' })
    await expect(warehouse.insertRaw(table, batch)).rejects.toMatchObject({ code })
  })

  it('a key that Google does not know, as LOGIN_FAILED', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'wrong_key')
    await using other = await openBigQueryTarget()
    const stranger = await connect(target, { credentials_json: other.config.credentials_json })
    await expect(stranger.insertRaw(table, batch)).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
  })
})
