import { type DestinationContext, type Logger, silentLogger, sql } from 'landfall/sdk'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { snowflakeConfigSchema } from '../../../destinations/snowflake/config.ts'
import { SnowflakeWarehouse } from '../../../destinations/snowflake/warehouse.ts'
import { createLogger } from '../../../src/logger.ts'
import { batchOf, testStream } from '../../support/batches.ts'
import { caught } from '../../support/caught.ts'
import { type Fault, SnowflakeDouble } from '../../support/snowflake-double/server.ts'

const table = { namespace: 'airbyte_internal', name: 'shop_raw__stream_users' }
const records = (count: number) => Array.from({ length: count }, (_, id) => ({ data: `{"id":${id}}` }))

describe('a warehouse of Snowflake', () => {
  let double: SnowflakeDouble
  let warehouse: SnowflakeWarehouse

  const connect = (logger: Logger = silentLogger, signal: AbortSignal = new AbortController().signal) => {
    const context: DestinationContext = { logger, signal }
    return SnowflakeWarehouse.connect(snowflakeConfigSchema.parse(double.config), context)
  }

  const readRaw = async () => (await double.engine.readTable(table.namespace, table.name)) ?? []

  beforeEach(async () => {
    double = await SnowflakeDouble.start()
    warehouse = await connect()
    await warehouse.execute([
      [sql`CREATE SCHEMA IF NOT EXISTS "airbyte_internal"`],
      [
        sql`CREATE TABLE "airbyte_internal"."shop_raw__stream_users" ("_airbyte_raw_id" VARCHAR PRIMARY KEY, "_airbyte_extracted_at" TIMESTAMP_TZ DEFAULT CURRENT_TIMESTAMP(), "_airbyte_loaded_at" TIMESTAMP_TZ DEFAULT NULL, "_airbyte_data" VARIANT, "_airbyte_meta" VARIANT DEFAULT NULL, "_airbyte_generation_id" INTEGER DEFAULT NULL)`,
      ],
    ])
  })

  afterEach(async () => {
    await warehouse[Symbol.asyncDispose]()
    await double[Symbol.asyncDispose]()
  })

  /** Answers the first statement that the pattern matches with a fault, and all others as usual. */
  function failOnce(pattern: RegExp, fault: Fault): { count: number } {
    const failed = { count: 0 }
    double.onQuery = (text) => {
      if (failed.count > 0 || !pattern.test(text)) return undefined
      failed.count += 1
      return fault
    }
    return failed
  }

  it('writes every column of a raw row, and leaves the time of typing open', async () => {
    const batch = batchOf(
      [
        { data: '{"id": 1, "text": "a,\\"b\\u001f\\n"}', emittedAt: 1_704_164_645_678.25 },
        { data: '{"id":2}', changes: '[{"field":"x","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}]' },
        { data: '{"a":"\\ud800","b":1}' },
      ],
      testStream({ generationId: 2n ** 62n }),
    )
    expect(await warehouse.insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    const rows = await readRaw()
    expect(rows.map((row) => row._airbyte_raw_id)).toEqual([0, 1, 2].map((index) => batch.rawIds.get(index)))
    expect(rows.map((row) => row._airbyte_loaded_at)).toEqual([null, null, null])
    expect(rows[0]?._airbyte_data).toBe('{"id": 1, "text": "a,\\"b\\u001f\\n"}')
    expect(rows[0]?._airbyte_extracted_at).toBe('2024-01-02 03:04:05.67825+00')
    expect(rows[0]?._airbyte_generation_id).toBe(String(2n ** 62n))
    expect(JSON.parse(rows[1]?._airbyte_meta ?? '')).toEqual({
      changes: [{ field: 'x', change: 'NULLED', reason: 'SOURCE_RETRIEVAL_ERROR' }],
      sync_id: 42,
    })
    expect(JSON.parse(rows[2]?._airbyte_meta ?? '').changes).toEqual([
      { field: 'a', change: 'TRUNCATED', reason: 'DESTINATION_SERIALIZATION_ERROR' },
    ])
  })

  it('copies with one statement what was uploaded while another COPY ran', async () => {
    const receipts = await Promise.all(
      Array.from({ length: 6 }, () => warehouse.insertRaw(table, batchOf(records(10)))),
    )
    expect(receipts.map(({ rowsWritten }) => rowsWritten)).toEqual([10, 10, 10, 10, 10, 10])
    expect(await readRaw()).toHaveLength(60)
    const copies = double.engine.statements.filter(({ text }) => text.startsWith('COPY'))
    const files = copies.map(({ text }) => /FILES = \(([^)]*)\)/.exec(text)?.[1]?.split(', ').length ?? 0)
    expect(files.reduce((sum, count) => sum + count, 0)).toBe(6)
    expect(copies.length).toBeLessThan(6)
  })

  it('gives no receipt before the transaction of the COPY is committed', async () => {
    const order: string[] = []
    double.onQuery = (text) => {
      if (/^(COPY|COMMIT)/.test(text)) order.push(text.slice(0, 4))
      return undefined
    }
    await warehouse.insertRaw(table, batchOf(records(1)))
    order.push('receipt')
    expect(order).toEqual(['COPY', 'COMM', 'receipt'])
  })

  it('loads the good batches of a COPY that one bad record makes fail', async () => {
    const good = warehouse.insertRaw(table, batchOf(records(5)))
    const bad = caught(() => warehouse.insertRaw(table, batchOf([...records(2), { data: '{"id":' }])))
    const alsoGood = warehouse.insertRaw(table, batchOf(records(5)))
    expect([(await good).rowsWritten, (await alsoGood).rowsWritten]).toEqual([5, 5])
    expect(await bad).toMatchObject({ code: 'DATA_REFUSED', recordIndex: 2 })
    expect(await readRaw()).toHaveLength(10)
  })

  it('names the record that is beyond 16 MiB without asking the server', async () => {
    const data = JSON.stringify({ text: 'x'.repeat(17_000_000) })
    const error = await caught(() => warehouse.insertRaw(table, batchOf([...records(3), { data }])))
    expect(error).toMatchObject({ code: 'DATA_REFUSED', recordIndex: 3 })
    expect(double.engine.statements.some(({ text }) => text.startsWith('COPY'))).toBe(false)
  })

  it('rolls back a COPY that loads fewer rows than were sent', async () => {
    double.engine.fileFate = 'partially_loaded'
    const error = await caught(() => warehouse.insertRaw(table, batchOf(records(4))))
    expect(error).toMatchObject({ code: 'RECEIPT_MISMATCH' })
    expect(error.message).toContain('PARTIALLY_LOADED')
    expect(await readRaw()).toHaveLength(0)
    double.engine.fileFate = 'whole'
    await warehouse.insertRaw(table, batchOf(records(4)))
    expect(await readRaw()).toHaveLength(4)
  })

  it('runs statements together with a load, all or nothing', async () => {
    const failing = sql`DELETE FROM "airbyte_internal"."missing" WHERE "x" IN ('a')`
    const error = await caught(() => warehouse.insertRaw(table, batchOf(records(1)), [failing]))
    expect(error.code).toBe('STATEMENT_FAILED')
    expect(await readRaw()).toHaveLength(0)
    const deleting = sql`DELETE FROM "airbyte_internal"."shop_raw__stream_users" WHERE "_airbyte_generation_id" IN (7)`
    expect(await warehouse.insertRaw(table, batchOf(records(1)), [deleting])).toMatchObject({
      rowsWritten: 1,
    })
    expect(await readRaw()).toHaveLength(0)
  })

  it.each([
    ['a connection that breaks after the COPY', /^COPY/, 'cut'],
    ['a connection that breaks after the COMMIT', /^COMMIT/, 'cut'],
    ['a server that is too busy', /^COPY/, 'unavailable'],
    ['a statement whose result comes later', /^COPY/, 'slow'],
    ['a token that has expired', /^COPY/, 'expired'],
  ] as const)('writes each row once, in spite of %s', async (_title, pattern, fault) => {
    const failed = failOnce(pattern, fault)
    await warehouse.insertRaw(table, batchOf(records(3)))
    expect(failed.count).toBe(1)
    expect(await readRaw()).toHaveLength(3)
    if (fault === 'cut') expect(double.counts.repeatedRequests).toBeGreaterThan(0)
    if (fault === 'expired') expect(double.counts.renewals).toBeGreaterThan(0)
  })

  it('knows whether a row is there', async () => {
    const batch = batchOf(records(1))
    expect(await warehouse.hasRawId(table, batch.rawIds.get(0))).toBe(false)
    await warehouse.insertRaw(table, batch)
    expect(await warehouse.hasRawId(table, batch.rawIds.get(0))).toBe(true)
  })

  it('tags each statement with the stream and the sync', async () => {
    await warehouse.insertRaw(table, batchOf(records(1)))
    const copy = double.engine.statements.find(({ text }) => text.startsWith('COPY'))
    expect(JSON.parse(copy?.queryTag ?? '')).toEqual({
      connector: 'landfall',
      stream: 'shop.users',
      sync_id: '42',
      generation_id: '7',
    })
  })

  it('describes tables by their exact names, with NOT NULL as part of the type', async () => {
    await warehouse.execute([
      [sql`CREATE TABLE "airbyte_internal"."t" ("a" TEXT NOT NULL, "B" NUMBER(38, 0))`],
    ])
    const [found, other] = await warehouse.describeTables([
      { namespace: 'airbyte_internal', name: 't' },
      { namespace: 'airbyte_internal', name: 'T' },
    ])
    expect([...(found ?? [])]).toEqual([
      ['a', 'VARCHAR NOT NULL'],
      ['B', 'NUMBER'],
    ])
    expect(other).toBeUndefined()
    const namespaces = await warehouse.listNamespaces(['airbyte_internal', 'AIRBYTE_INTERNAL', 'airbyte%'])
    expect([...namespaces]).toEqual(['airbyte_internal'])
  })

  it('drops its stages and ends its sessions', async () => {
    await warehouse.insertRaw(table, batchOf(records(1)))
    expect(double.engine.catalog.stages.size).toBe(1)
    await warehouse[Symbol.asyncDispose]()
    expect(double.engine.catalog.stages.size).toBe(0)
    expect(double.openSessions).toBe(0)
    warehouse = await connect()
  })

  it('keeps a session alive that waits for hours', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    await using idle = await connect()
    for (const beats of [1, 2, 3]) {
      vi.advanceTimersByTime(15 * 60_000)
      await vi.waitFor(() => expect(double.counts.heartbeats).toBe(beats), { timeout: 5000 })
    }
    expect(await idle.query(sql`SELECT 1 AS one`)).toHaveLength(1)
  })

  it('stops when it is asked to, and says so', async () => {
    const controller = new AbortController()
    const stopped = await connect(silentLogger, controller.signal)
    const slow = caught(() => stopped.insertRaw(table, batchOf(records(1))))
    controller.abort()
    expect((await slow).code).toBe('INTERRUPTED')
    expect((await caught(() => stopped.query(sql`SELECT 1 AS one`))).code).toBe('INTERRUPTED')
    expect(await readRaw()).toHaveLength(0)
  })

  it('says at the start that the account folds names in quotes', async () => {
    const lines: string[] = []
    double.engine.parameters.set('QUOTED_IDENTIFIERS_IGNORE_CASE', 'true')
    const folding = await connect(createLogger({ emit: (_level, message) => void lines.push(message) }))
    expect(lines.join()).toContain('QUOTED_IDENTIFIERS_IGNORE_CASE')
    await folding[Symbol.asyncDispose]()
  })
})
