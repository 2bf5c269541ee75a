import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { gunzipSync } from 'node:zlib'
import { DestinationError, type Receipt, type RecordBatch, silentLogger, sql } from 'landfall/sdk'
import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { snowflakeConfigSchema } from '../../../destinations/snowflake/config.ts'
import { decodeBatch } from '../../../destinations/snowflake/decode-batch.ts'
import { encodeBatch } from '../../../destinations/snowflake/encode-batch.ts'
import destination from '../../../destinations/snowflake/index.ts'
import { Session } from '../../../destinations/snowflake/session.ts'
import { packBatch, StagedFile } from '../../../destinations/snowflake/staged-file.ts'
import { SnowflakeWarehouse } from '../../../destinations/snowflake/warehouse.ts'
import { HeldBatch } from '../../../src/pipeline/held-batch.ts'
import { Turns } from '../../../src/util/turns.ts'
import { batchOf, type TestRecord } from '../../support/batches.ts'
import { mountSmallDisk } from '../../support/small-disk.ts'
import { SnowflakeDouble } from '../../support/snowflake-double/server.ts'

const table = { namespace: 'airbyte_internal', name: 'shop_raw__stream_users' }
const users = { name: 'users', namespace: 'shop' }

const isLong = (process.env.LANDFALL_ALL_SCENARIOS ?? '') !== ''

let double: SnowflakeDouble
let directory: string
beforeEach(async () => {
  directory = mkdtempSync(`${tmpdir()}/landfall-test-files-`)
  vi.stubEnv('TMPDIR', directory)
  double = await SnowflakeDouble.start()
})
afterEach(async () => {
  await double[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true })
})

const copies = () =>
  double.engine.statements
    .filter(({ text }) => text.startsWith('COPY'))
    .map(({ text }) => /FILES = \(([^)]*)\)/.exec(text)?.[1]?.split(', ').length ?? 0)
const uploads = () => double.engine.statements.filter(({ text }) => text.startsWith('PUT')).length
const temporaryFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('landfall-snowflake-'))

const catalog = {
  streams: [
    {
      stream: { ...users, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
      sync_mode: 'incremental',
      destination_sync_mode: 'append',
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}

/** With a budget of 8 MiB, whose batches have less than 3. */
const sync = (lines: Iterable<string>) =>
  runWriteCommand(destination, {
    config: double.config,
    catalog,
    input: lines,
    env: { LANDFALL_MEMORY_BUDGET_MB: '8' },
  })

const recordCount = 6000

function* manyRecords(): Generator<string> {
  for (let id = 0; id < recordCount; id += 1) {
    const note = id === 4321 ? 'refuse me' : `${id} `.repeat(400)
    yield recordLine(users, { id, note: note.padEnd(2000, 'x') })
    if (id % 1000 === 999) yield stateLine(users, id, 1000)
  }
  yield statusLine(users)
}

describe('a sync into Snowflake', () => {
  it('collects its batches in one file, and copies them with one statement', async () => {
    const run = await sync(manyRecords())
    expect(run.exitCode, run.stdout).toBe(0)
    expect(uploads()).toBe(1)
    expect(copies()).toEqual([1])
    expect(run.stdout).toMatch(/in [3-9] batches/)
    expect(run.stateLines).toHaveLength(recordCount / 1000)
    const rows = (await double.engine.readTable('SHOP', 'USERS')) ?? []
    expect(rows).toHaveLength(recordCount)
    expect(new Set(rows.map(({ ID }) => ID)).size).toBe(recordCount)
    expect(temporaryFolders()).toEqual([])
  })

  it.skipIf(!isLong)(
    'uploads files of 150 MB (skipped unless LANDFALL_ALL_SCENARIOS is set)',
    async () => {
      const records = 4200
      function* incompressible(): Generator<string> {
        for (let id = 0; id < records; id += 1) {
          yield recordLine(users, { id, note: randomBytes(75_000).toString('base64') })
        }
        yield stateLine(users, records, records)
        yield statusLine(users)
      }
      const run = await runWriteCommand(destination, {
        config: double.config,
        catalog,
        input: incompressible(),
        env: { LANDFALL_MEMORY_BUDGET_MB: '64', LOG_LEVEL: 'debug' },
      })
      expect(run.exitCode, run.stdout.slice(-2000)).toBe(0)
      const sizes = Array.from(
        run.stdout.matchAll(/Uploaded \d+ batches of [^,]*, ([\d.]+) MB/g),
        ([, size]) => Number(size),
      )
      // The rest of the stream may be uploaded before a full file is.
      const full = sizes.filter((size) => size >= 150 && size < 250)
      expect([full.length, sizes.length], String(sizes)).toEqual([2, 3])
      expect(sizes.length).toBe(uploads())
      expect(run.stateLines).toHaveLength(1)
      expect((await double.engine.readTable('SHOP', 'USERS'))?.length).toBe(records)
    },
    600_000,
  )

  it('loses one row for one record that only the server refuses', async () => {
    double.engine.refusedText = 'refuse me'
    const run = await sync(manyRecords())
    expect(run.exitCode, run.stdout).toBe(0)
    expect((await double.engine.readTable('SHOP', 'USERS'))?.length).toBe(recordCount - 1)
    const rejects = await double.engine.readTable(
      'airbyte_internal',
      'shop_raw__stream_users_airbyte_rejects',
    )
    expect(rejects).toHaveLength(1)
    expect(rejects?.[0]?._airbyte_data).toContain('"id":4321,')
    expect(run.stateLines.map((line) => JSON.parse(line).state.destinationStats)).toEqual(
      Array.from({ length: 6 }, (_, index) =>
        index === 4 ? { recordCount: 999, rejectedRecordCount: 1 } : { recordCount: 1000 },
      ).map((stats) => expect.objectContaining(stats)),
    )
  })

  it.each(['PUT', 'COPY', 'COMMIT'])('writes each row once where the server aborts a %s', async (word) => {
    let aborted = 0
    let isCopying = false
    double.onQuery = (text) => {
      isCopying ||= text.startsWith('COPY')
      if (aborted > 0 || !text.startsWith(word) || (word === 'COMMIT' && !isCopying)) return undefined
      aborted += 1
      return 'aborted'
    }
    const run = await sync(manyRecords())
    expect(run.exitCode, run.stdout).toBe(0)
    expect(aborted).toBe(1)
    // One line for the failure of all batches, and no batch by itself.
    expect(run.stdout.match(/"level":"WARN"/g), run.stdout.slice(-3000)).toHaveLength(1)
    expect(run.stdout).toMatch(/Trying again in .* \(failure 1\)/)
    expect(copies().every((files) => files === 1)).toBe(true)
    expect(uploads()).toBe(1)
    const rows = (await double.engine.readTable('SHOP', 'USERS')) ?? []
    expect(rows).toHaveLength(recordCount)
    expect(new Set(rows.map(({ ID }) => ID)).size).toBe(recordCount)
    expect(run.stateLines).toHaveLength(recordCount / 1000)
    expect(temporaryFolders()).toEqual([])
  })

  it('looks for the rows before it copies again, where the end of a COMMIT stayed unknown', async () => {
    const { inTransaction } = Session.prototype
    let isFirst = true
    vi.spyOn(Session.prototype, 'inTransaction').mockImplementation(async function (this: Session, action) {
      await inTransaction.call(this, action)
      if (isFirst && copies().length > 0) {
        isFirst = false
        throw new DestinationError('SERVER_UNAVAILABLE', 'The connection to Snowflake was lost.')
      }
    })
    const run = await sync(manyRecords()).finally(() => vi.restoreAllMocks())
    expect(run.exitCode, run.stdout).toBe(0)
    expect(isFirst).toBe(false)
    expect(copies()).toEqual([1])
    expect((await double.engine.readTable('SHOP', 'USERS'))?.length).toBe(recordCount)
    expect(run.stateLines).toHaveLength(recordCount / 1000)
  })

  it('lets no state out where a COPY loads fewer rows than the file has', async () => {
    double.engine.fileFate = 'partially_loaded'
    const run = await sync(manyRecords())
    expect(run.exitCode).toBe(1)
    expect(run.errorMessage).toContain('PARTIALLY_LOADED')
    expect(run.stateLines).toEqual([])
  })
})

describe('batches that are handed over', () => {
  const connect = async (fileBytes: number) => {
    const context = { logger: silentLogger, signal: new AbortController().signal }
    const warehouse = await SnowflakeWarehouse.connect(snowflakeConfigSchema.parse(double.config), context, {
      fileBytes,
    })
    await warehouse.execute([
      [sql`CREATE SCHEMA IF NOT EXISTS "airbyte_internal"`],
      [
        sql`CREATE TABLE "airbyte_internal"."shop_raw__stream_users" ("_airbyte_raw_id" VARCHAR PRIMARY KEY, "_airbyte_extracted_at" TIMESTAMP_TZ, "_airbyte_loaded_at" TIMESTAMP_TZ DEFAULT NULL, "_airbyte_data" VARIANT, "_airbyte_meta" VARIANT DEFAULT NULL, "_airbyte_generation_id" INTEGER DEFAULT NULL)`,
      ],
    ])
    return warehouse
  }

  /** Incompressible, so that sizes are what they seem. */
  const records = (count: number): TestRecord[] =>
    Array.from({ length: count }, () => ({
      data: JSON.stringify({
        text: Buffer.from(crypto.getRandomValues(new Uint8Array(1000))).toString('base64'),
      }),
    }))

  function hold(batch: RecordBatch, onHandOver = () => {}): HeldBatch {
    const buffered = Object.assign(batch, { allocatedBytes: batch.byteLength, release: () => {} })
    return new HeldBatch(buffered, { onMemory: () => {}, onHandOver, restoring: new Turns() })
  }

  it('leave when their file is large enough, several files with one COPY, and leave no file behind', async () => {
    await using warehouse = await connect(30_000)
    const held = Array.from({ length: 12 }, () => hold(batchOf(records(10))))
    const receipts: Promise<Receipt>[] = held.map((batch) => warehouse.insertRaw(table, batch))
    expect((await Promise.all(receipts)).map(({ rowsWritten }) => rowsWritten)).toEqual(Array(12).fill(10))
    const files = copies()
    // About 10 KB each, so three or four of them fill a file.
    expect(uploads()).toBeGreaterThanOrEqual(3)
    expect(uploads()).toBeLessThanOrEqual(4)
    expect(files.reduce((sum, count) => sum + count, 0)).toBe(uploads())
    expect(await double.engine.readTable(table.namespace, table.name)).toHaveLength(120)
    for (const batch of held) await batch[Symbol.asyncDispose]()
    expect(temporaryFolders().flatMap((name) => readdirSync(`${tmpdir()}/${name}`))).toEqual([])
  })

  it('can be read again from their file, one by one', async () => {
    await using warehouse = await connect(1_000_000)
    const original = batchOf([
      { data: '{"id": 1, "text": "a,\\"b\\u001f"}', emittedAt: 1_704_164_645_678.25 },
      { data: '{"id":2}', changes: '[{"field":"x","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}]' },
    ])
    const [first, second] = [hold(batchOf(records(5))), hold(original)]
    const receipts = [first, second].map((batch) => warehouse.insertRaw(table, batch))
    await expect.poll(() => tryVisit(second)).toBe('restored first')
    await second.restore()
    expect(visited(second)).toEqual(visited(original))
    for (const batch of [first, second]) batch.load()
    await Promise.all(receipts)
    expect(await double.engine.readTable(table.namespace, table.name)).toHaveLength(7)
    for (const batch of [first, second]) await batch[Symbol.asyncDispose]()
  })

  it('lie where they are read, in a file that is whole, after one that did not fit on the disk', async (context) => {
    await using disk = await mountSmallDisk(1)
    if (disk === undefined) return context.skip('This user may not mount a small disk.')
    const file = await StagedFile.create(disk.path, 'file')
    const append = async (batch: RecordBatch) => file.append(batch, await packBatch(batch))
    const [before, after] = [batchOf(records(2)), batchOf(records(3))]
    const first = await append(before)
    await expect(append(batchOf(records(2000)))).rejects.toThrow('the disk is full')
    const last = await append(after)
    expect(visited(await file.read(last))).toEqual(visited(after))
    await file.finish()
    expect(gunzipSync(await readFile(file.path))).toEqual(
      Buffer.concat([before, after].flatMap((batch) => encodeBatch(batch))),
    )
    await file.forget(first)
    await file.forget(last)
  })

  it('are encoded the same way a second time', () => {
    const original = batchOf([
      { data: '{"a":"\\ud800","b":1}', emittedAt: -62_135_596_800_000 },
      { data: '{"id":2}', emittedAt: 253_402_300_799_998.5, changes: '[{"field":"a"}]' },
      { data: '{}', emittedAt: 0.001 },
    ])
    const lines = Buffer.concat(encodeBatch(original))
    const decoded = decodeBatch(lines, original)
    expect(Buffer.concat(encodeBatch(decoded))).toEqual(lines)
    const indexes: number[] = []
    decoded.visit((index) => indexes.push(index) < 2, 0)
    decoded.visit((index) => indexes.push(index), 2)
    expect(indexes).toEqual([0, 1, 2])
  })
})

function tryVisit(batch: RecordBatch): string {
  try {
    batch.visit(() => {})
    return 'in memory'
  } catch (error) {
    return String(error).includes('restored first') ? 'restored first' : String(error)
  }
}

function visited(batch: RecordBatch) {
  const records: unknown[] = []
  batch.visit((index, block, start, end, emittedAt, changes) => {
    records.push([index, block.toString('utf8', start, end), emittedAt, changes?.toString()])
  })
  return records
}
