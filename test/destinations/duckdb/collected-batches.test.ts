import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { DestinationError, type Receipt, type RecordBatch, silentLogger, sql } from 'landfall/sdk'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { SpoolFile } from '../../../destinations/duckdb/spool-file.ts'
import { DuckDbSqlGenerator } from '../../../destinations/duckdb/sql-generator.ts'
import { DuckDbWarehouse } from '../../../destinations/duckdb/warehouse.ts'
import { HeldBatch } from '../../../src/pipeline/held-batch.ts'
import { Turns } from '../../../src/util/turns.ts'
import { batchOf, type TestRecord } from '../../support/batches.ts'
import { queryOne, rawStream, temporaryDirectory } from './database.ts'

const generator = new DuckDbSqlGenerator()
const stream = rawStream()
const table = generator.rawTable(stream)

const numbered = (count: number, from = 0): TestRecord[] =>
  Array.from({ length: count }, (_, index) => ({ data: `{"n":${from + index}}` }))

function hold(records: readonly TestRecord[]): HeldBatch {
  const batch = batchOf(records, stream)
  const buffered = Object.assign(batch, { allocatedBytes: batch.byteLength, release: () => {} })
  return new HeldBatch(buffered, { onMemory: () => {}, onHandOver: () => {}, restoring: new Turns() })
}

async function openWithTable(options: { readonly signal?: AbortSignal; readonly memoryLimit?: number } = {}) {
  // Of its own, since other processes use the usual one at the same time.
  vi.stubEnv('TMPDIR', temporaryDirectory())
  onTestFinished(() => void vi.unstubAllEnvs())
  const { signal = new AbortController().signal, memoryLimit = 2e9 } = options
  const path = join(temporaryDirectory(), 'test.duckdb')
  const warehouse = await DuckDbWarehouse.open({ path, memoryLimit, logger: silentLogger, signal })
  onTestFinished(() => warehouse[Symbol.asyncDispose]())
  await warehouse.execute(generator.createNamespace('raw'))
  await warehouse.execute(generator.createRawTable(stream, ''))
  return warehouse
}

/** One after the other, as the pipeline does: the next comes when the one before was handed over. */
function insertAll(warehouse: DuckDbWarehouse, batches: readonly RecordBatch[]): Promise<Receipt>[] {
  return batches.map((batch) => warehouse.insertRaw(table, batch))
}

const counts = sql`SELECT count(*)::INTEGER AS rows, count(DISTINCT _airbyte_raw_id)::INTEGER AS ids FROM raw.shop_raw__stream_users`

const spoolFiles = () =>
  readdirSync(tmpdir())
    .filter((name) => name.startsWith('landfall-duckdb-'))
    .flatMap((name) => readdirSync(join(tmpdir(), name)))

describe('batches that DuckDB collects', () => {
  it('share a file until the load is asked for, and each gets its own receipt', async () => {
    const warehouse = await openWithTable()
    const batches = [hold(numbered(3)), hold(numbered(4)), hold(numbered(5))]
    const receipts = insertAll(warehouse, batches)
    expect(spoolFiles()).toHaveLength(1)
    expect(await queryOne(warehouse, counts)).toEqual({ rows: 0, ids: 0 })
    batches[1]?.load()
    expect((await Promise.all(receipts)).map(({ rowsWritten }) => rowsWritten)).toEqual([3, 4, 5])
    expect(await queryOne(warehouse, counts)).toEqual({ rows: 12, ids: 12 })
    for (const batch of batches) await batch[Symbol.asyncDispose]()
    expect(spoolFiles()).toEqual([])
  })

  it('are loaded by themselves when they fill a row group, which needs no log', async () => {
    const warehouse = await openWithTable()
    const batches = Array.from({ length: 4 }, () => hold(numbered(61_440)))
    const receipts = await Promise.all(insertAll(warehouse, batches))
    expect(receipts.map(({ rowsWritten }) => rowsWritten)).toEqual(Array(4).fill(61_440))
    expect(await queryOne(warehouse, counts)).toEqual({ rows: 245_760, ids: 245_760 })
    const groups = sql`SELECT DISTINCT row_group_id, max("count")::INTEGER AS rows
      FROM pragma_storage_info('raw.shop_raw__stream_users') WHERE segment_type = 'BIGINT' GROUP BY ALL ORDER BY 1`
    expect((await warehouse.query(groups)).map(({ rows }) => rows)).toEqual([122_880, 122_880])
  })

  it('are loaded by themselves at a size that the memory limit allows', async () => {
    const warehouse = await openWithTable({ memoryLimit: 64 * 1024 * 1024 })
    const text = 'x'.repeat(1024 * 1024)
    const large = () => hold(Array.from({ length: 17 }, () => ({ data: `{"text":"${text}"}` })))
    const receipts = await Promise.all(insertAll(warehouse, [large(), large()]))
    expect(receipts.map(({ rowsWritten }) => rowsWritten)).toEqual([17, 17])
  })

  it('do not suffer from a batch in the same file whose text DuckDB refuses', async () => {
    const warehouse = await openWithTable()
    const batches = [hold(numbered(3)), hold([{ data: '{"a":"x\\ud800"}' }, { data: '{"b":1}' }])]
    const receipts = insertAll(warehouse, batches)
    batches[0]?.load()
    expect((await Promise.all(receipts)).map(({ rowsWritten }) => rowsWritten)).toEqual([3, 2])
    const changed = sql`SELECT _airbyte_data AS data FROM raw.shop_raw__stream_users WHERE _airbyte_meta LIKE '%TRUNCATED%'`
    expect(await warehouse.query(changed)).toEqual([{ data: '{"a":"x\ufffd"}' }])
    expect(await queryOne(warehouse, counts)).toEqual({ rows: 5, ids: 5 })
  })

  it('do not suffer from a batch in the same file with a record that is not JSON', async () => {
    const warehouse = await openWithTable()
    const batches = [hold(numbered(3)), hold([{ data: '{}' }, { data: '{"secret":}' }]), hold(numbered(2))]
    const results = Promise.allSettled(insertAll(warehouse, batches))
    batches[0]?.load()
    const [first, second, third] = await results
    expect([first, third]).toEqual([
      { status: 'fulfilled', value: { rowsWritten: 3, rejected: [] } },
      { status: 'fulfilled', value: { rowsWritten: 2, rejected: [] } },
    ])
    expect(second).toMatchObject({ reason: { code: 'DATA_REFUSED', recordIndex: 1 } })
    expect(await queryOne(warehouse, counts)).toEqual({ rows: 5, ids: 5 })
  })

  it('fail together, without a row, where the table is missing', async () => {
    const warehouse = await openWithTable()
    await warehouse.execute([[sql`DROP TABLE raw.shop_raw__stream_users`]])
    const batches = [hold(numbered(1)), hold(numbered(1))]
    const results = Promise.allSettled(insertAll(warehouse, batches))
    batches[0]?.load()
    for (const result of await results)
      expect(result).toMatchObject({
        reason: { code: 'STATEMENT_FAILED', message: expect.stringContaining('`raw.') },
      })
  })

  it('are not loaded any more when the sync was stopped', async () => {
    const stop = new AbortController()
    const warehouse = await openWithTable({ signal: stop.signal })
    const batch = hold(numbered(1))
    const receipt = warehouse.insertRaw(table, batch)
    stop.abort(new DestinationError('INTERRUPTED', 'The sync was stopped.'))
    batch.load()
    await expect(receipt).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(await queryOne(warehouse, counts)).toEqual({ rows: 0, ids: 0 })
  })

  it('leave the threads of the engine as they were', async () => {
    const warehouse = await openWithTable()
    const threads = sql`SELECT current_setting('threads')::INTEGER AS threads`
    const before = await queryOne(warehouse, threads)
    await Promise.all(insertAll(warehouse, [hold(numbered(122_880))]))
    await warehouse.execute([
      [sql`CREATE TABLE seen AS SELECT current_setting('threads')::INTEGER AS threads`],
    ])
    expect(await queryOne(warehouse, sql`SELECT threads FROM seen`)).toEqual(before)
  })
})

describe('a spool file', () => {
  const record = fc.record(
    {
      data: fc.json().map((text) => text.replaceAll('\r', ' ')),
      emittedAt: fc.oneof(
        fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
        fc.constantFrom(1_704_164_645_678.25, 9_007_199_254_741_992, -0.5),
      ),
      changes: fc.constantFrom('[]', '[{"field":"a","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}]'),
    },
    { requiredKeys: ['data', 'emittedAt'] },
  )

  it('gives each of its batches back as it was', async () => {
    const directory = temporaryDirectory()
    let files = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(record, { minLength: 1 }), { minLength: 1 }), async (contents) => {
        files += 1
        const file = new SpoolFile(table, join(directory, String(files)))
        const batches = contents.map((records) => batchOf(records, stream))
        const spooled = batches.map((batch) => file.append(batch))
        for (const [index, part] of spooled.entries())
          expect(visited(await file.read(part))).toEqual(visited(batches[index]))
        for (const part of spooled) await file.forget(part)
        expect(existsSync(file.path)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it('keeps nothing of a batch that could not be written', () => {
    const path = join(temporaryDirectory(), 'spool')
    const file = new SpoolFile(table, path)
    file.append(batchOf(numbered(2), stream))
    const { bytes } = file
    const broken = { ...batchOf(numbered(2), stream), visit: brokenVisit }
    expect(() => file.append(broken)).toThrow('half way')
    expect(file).toMatchObject({ bytes, rows: 2 })
    expect(() => file.append(batchOf(numbered(1, 2), stream))).not.toThrow()
    expect(file.rows).toBe(3)
  })

  it('says what is wrong where it cannot be written', async () => {
    const warehouse = await openWithTable()
    const [directory = ''] = readdirSync(tmpdir()).filter((name) => name.startsWith('landfall-duckdb-'))
    // Whatever the first file is called, a folder is in its place.
    for (const name of ['1.txt', '2.txt']) mkdirSync(join(tmpdir(), directory, name))
    await expect(warehouse.insertRaw(table, hold(numbered(1)))).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
    })
  })
})

const brokenVisit: RecordBatch['visit'] = (visitor) => {
  const data = Buffer.from(`{"n":"${'x'.repeat(300 * 1024)}"}`)
  visitor(0, data, 0, data.length, 0, undefined)
  throw new Error('half way')
}

function visited(batch: RecordBatch | undefined) {
  const records: unknown[] = []
  batch?.visit((index, block, start, end, emittedAt, changes) => {
    records.push([
      batch.rawIds.get(index),
      block.toString('utf8', start, end),
      emittedAt,
      changes?.toString(),
    ])
  })
  return records
}
