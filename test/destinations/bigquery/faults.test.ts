import { silentLogger, sql } from 'landfall/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BigQueryWarehouse } from '../../../destinations/bigquery/warehouse.ts'
import { RetryingWarehouse } from '../../../src/typing/retrying-warehouse.ts'
import type { Fault } from '../../support/bigquery-double/faults.ts'
import { connect, countRows, generator, prepareRaw, rawStream } from './connection.ts'
import { type BigQueryTarget, openBigQueryTarget, readRows } from './target.ts'

let target: BigQueryTarget

beforeAll(async () => {
  target = await openBigQueryTarget()
})
afterAll(() => target?.[Symbol.asyncDispose]())

/** As the framework calls it. */
function retrying(warehouse: BigQueryWarehouse): RetryingWarehouse {
  return new RetryingWarehouse(warehouse, {
    logger: silentLogger,
    signal: new AbortController().signal,
    policy: { firstDelayMilliseconds: 1, maximumDelayMilliseconds: 10, totalMilliseconds: 5000 },
  })
}

/** What a request can meet, each three times, which is one less than the connector tries. */
const passing: readonly (readonly [string, Omit<Fault, 'on'>])[] = [
  ['503', { kind: 'refuse', status: 503, reason: 'backendError', times: 3 } as Fault],
  ['429', { kind: 'refuse', status: 429, reason: 'rateLimitExceeded', times: 3 } as Fault],
  ['a cut connection before the work', { kind: 'cut', moment: 'before', times: 3 } as Fault],
  ['a cut connection after the work', { kind: 'cut', moment: 'after', times: 1 } as Fault],
]

describe('a load', () => {
  it.each(passing)('lands once in spite of %s', async (title, fault) => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, `load_${title.replace(/\W/g, '_')}`)
    target.double.addFault({ ...fault, on: 'load' } as Fault)
    expect(await warehouse.insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    expect(target.double.faults.isEmpty).toBe(true)
    expect(countRows(target.double, table)).toBe(3)
  })

  it('lands once where the question after it is cut off, too', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'load_and_look_cut')
    target.double.addFault({ kind: 'cut', moment: 'after', times: 1, on: 'load' })
    target.double.addFault({ kind: 'cut', moment: 'after', times: 2, on: 'job' })
    expect((await warehouse.insertRaw(table, batch)).rowsWritten).toBe(3)
    expect(countRows(target.double, table)).toBe(3)
  })

  it('is not sent again after a failure whose job has landed', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'load_lost_for_long')
    target.double.addFault({ kind: 'cut', moment: 'after', times: 1, on: 'load' })
    // The look for the job fails until the connector gives up; the framework's retry finds the rows.
    target.double.addFault({ kind: 'refuse', status: 503, reason: 'backendError', times: 4, on: 'job' })
    expect(await retrying(warehouse).insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    expect(countRows(target.double, table)).toBe(3)
  })

  it('of a job that failed for a passing reason goes on under another id', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'load_backend_error')
    target.double.addFault({
      kind: 'fail_job',
      reason: 'backendError',
      message: 'try later',
      times: 1,
      on: 'load',
    })
    await expect(warehouse.insertRaw(table, batch)).rejects.toMatchObject({
      code: 'SERVER_UNAVAILABLE',
      failureType: 'transient_error',
    })
    expect(countRows(target.double, table)).toBe(0)
    expect((await warehouse.insertRaw(table, batch)).rowsWritten).toBe(3)
    const ids = target.double.jobs.all
      .filter(({ request }) => request.configuration?.load?.destinationTable?.tableId === table.name)
      .map(({ id }) => id)
    expect(ids.map((id) => id.slice(-2))).toEqual(['_0', '_1'])
    expect(new Set(ids.map((id) => id.slice(0, -2))).size).toBe(1)
  })

  it('that is sent a second time as it is changes nothing', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'load_twice')
    await warehouse.insertRaw(table, batch)
    expect((await warehouse.insertRaw(table, batch)).rowsWritten).toBe(3)
    expect(countRows(target.double, table)).toBe(3)
  })
})

describe('a transaction', () => {
  it.each(passing)('happens once in spite of %s', async (title, fault) => {
    const warehouse = await connect(target)
    const { stream, table, batch } = await prepareRaw(warehouse, `query_${title.replace(/\W/g, '_')}`)
    await warehouse.insertRaw(table, batch)
    const raw = sql`\`raw\`.\`${table.name as never}\``
    target.double.addFault({ ...fault, on: 'query' } as Fault)
    await warehouse.execute(
      [[sql`INSERT INTO ${raw} SELECT * FROM ${raw}`, sql`DELETE FROM ${raw} WHERE FALSE`]],
      stream,
    )
    expect(target.double.faults.isEmpty).toBe(true)
    expect(countRows(target.double, table)).toBe(6)
  })

  it('happens once where its end stayed unknown for long, and it is sent again', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'query_lost_for_long')
    await warehouse.insertRaw(table, batch)
    const raw = sql`\`raw\`.\`${table.name as never}\``
    for (const on of ['results', 'job'] as const) {
      target.double.addFault({ kind: 'refuse', status: 503, reason: 'backendError', times: 4, on })
    }
    await retrying(warehouse).execute([[sql`INSERT INTO ${raw} SELECT * FROM ${raw}`]])
    expect(target.double.faults.isEmpty).toBe(true)
    expect(countRows(target.double, table)).toBe(6)
    await warehouse.execute([[sql`INSERT INTO ${raw} SELECT * FROM ${raw}`]])
    expect(countRows(target.double, table)).toBe(12)
  })

  it.each([true, false])(
    'that fails leaves no trace of itself (refused at once: %s)',
    async (refusesBadQueriesAtOnce) => {
      await using own = await openBigQueryTarget({ refusesBadQueriesAtOnce })
      const warehouse = await connect(own)
      const { table, batch } = await prepareRaw(warehouse, 'rolled_back')
      await warehouse.insertRaw(table, batch)
      const raw = sql`\`raw\`.\`${table.name as never}\``
      const bad = warehouse.execute([
        [sql`DELETE FROM ${raw} WHERE TRUE`, sql`DELETE FROM ${raw} WHERE nothing`],
      ])
      await expect(bad).rejects.toMatchObject({
        code: 'STATEMENT_FAILED',
        detail: expect.stringContaining('nothing'),
      })
      expect(countRows(own.double, table)).toBe(3)
    },
  )

  it('that lost against another one may be run again', async () => {
    const warehouse = await connect(target)
    target.double.addFault({
      kind: 'fail_job',
      reason: 'invalidQuery',
      message: 'Transaction is aborted due to concurrent update against table',
      times: 1,
      on: 'query',
    })
    await expect(warehouse.execute(generator.createNamespace('raw'))).rejects.toMatchObject({
      failureType: 'transient_error',
    })
  })
})

describe('the connection', () => {
  it('survives a crash of the evaluator: the double starts it anew', async () => {
    const warehouse = await connect(target)
    await warehouse.query(sql`SELECT 1 AS one`)
    process.kill((await target.double.service.processId()) ?? 0, 'SIGKILL')
    await expect
      .poll(() => warehouse.query(sql`SELECT 1 AS one`).catch(() => undefined))
      .toEqual([{ one: 1n }])
  })

  it('with a wrong key is a LOGIN_FAILED', async () => {
    await using other = await openBigQueryTarget()
    const { credentials_json } = other.config
    const warehouse = await connect(target, { credentials_json })
    await expect(warehouse.query(sql`SELECT 1`)).rejects.toMatchObject({
      code: 'LOGIN_FAILED',
      failureType: 'config_error',
    })
  })

  it('names a dataset in another location', async () => {
    const warehouse = await connect(target, { dataset_location: 'US' })
    await (await connect(target)).execute(generator.createNamespace('somewhere'))
    await expect(warehouse.listNamespaces(['somewhere'])).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('tells what a sync is billed for', async () => {
    const lines: string[] = []
    const logger = { ...silentLogger, info: (line: string) => void lines.push(line), debug: () => undefined }
    {
      await using warehouse = await connect(target, {}, { logger })
      await warehouse.query(sql`SELECT 1 AS one`)
      await warehouse.query(sql`SELECT 2 AS two`)
    }
    expect(lines).toContain('BigQuery billed 20 MiB for 2 statements of this sync.')
  })

  it('ends its waiting when the process is asked to stop', async () => {
    const controller = new AbortController()
    const warehouse = await connect(target, {}, { signal: controller.signal })
    target.double.addFault({ kind: 'refuse', status: 503, reason: 'backendError', times: 1, on: 'query' })
    const query = warehouse.query(sql`SELECT 1`)
    setTimeout(() => controller.abort(), 20)
    await expect(query).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })
})

describe('replaying a reject', () => {
  it('lands the record and removes the reject in one transaction', async () => {
    const warehouse = await connect(target)
    const { table, batch } = await prepareRaw(warehouse, 'replayed', 2)
    const rejects = generator.rejectsTable(rawStream('replayed'))
    await warehouse.execute(rejects.create())
    const rows = [0, 1].map((index) => ({
      rawId: batch.rawIds.get(index),
      extractedAt: '2024-01-02T03:04:05.000678Z',
      reason: "it's\nso",
      data: '{"a":"\\\\b"}',
      dataBytes: 10,
      changes: undefined,
      syncId: 1n,
      generationId: 3n,
    }))
    await warehouse.execute([rejects.insert(rows)])
    await warehouse.execute([rejects.insert(rows)])
    const page = await warehouse.query(
      rejects.selectPage({ minimumGenerationId: 0n, after: undefined, rows: 10 }),
    )
    expect(page).toHaveLength(2)
    expect(page[0]).toMatchObject({
      extracted_at_microseconds: 1_704_164_645_000_678n,
      _airbyte_reason: "it's\nso",
      _airbyte_data: '{"a":"\\\\b"}',
    })
    await warehouse.insertRaw(table, batch, rejects.delete(rows.map(({ rawId }) => rawId)))
    expect(countRows(target.double, table)).toBe(2)
    expect(await readRows(target.double, rejects.name)).toEqual([])
    expect(
      [...target.double.engine.store.tables.keys()].filter((key) => key.includes('_ab_replay_')),
    ).toEqual([])
  })
})
