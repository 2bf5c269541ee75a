import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from 'landfall/sdk'
import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { CollectedFile } from '../../../destinations/bigquery/collected-file.ts'
import { bigQueryConfigSchema } from '../../../destinations/bigquery/config.ts'
import { CostMeter } from '../../../destinations/bigquery/cost-meter.ts'
import { JobRunner } from '../../../destinations/bigquery/job-runner.ts'
import { createClient } from '../../../destinations/bigquery/load-driver.ts'
import { LoadJobs } from '../../../destinations/bigquery/load-jobs.ts'
import { SimpleBatch } from '../../../src/destination/simple-batch.ts'
import { HeldBatch } from '../../../src/pipeline/held-batch.ts'
import { Turns } from '../../../src/util/turns.ts'
import { batchOf } from '../../support/batches.ts'
import { mountSmallDisk } from '../../support/small-disk.ts'
import { connect, countRows, prepareRaw } from './connection.ts'
import { openBigQueryTarget } from './target.ts'

const users = { name: 'users', namespace: 'shop' }
const hmacKey = { accessId: 'GOOG1', secret: 'secret' }
const staging = {
  loading_method: {
    method: 'GCS Staging',
    credential: { credential_type: 'HMAC_KEY', hmac_key_access_id: 'GOOG1', hmac_key_secret: 'secret' },
    gcs_bucket_name: 'landing',
    gcs_bucket_path: '',
  },
}

let target: Awaited<ReturnType<typeof openBigQueryTarget>>
let directory: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'landfall-test-collected-'))
  vi.stubEnv('TMPDIR', directory)
  target = await openBigQueryTarget({ hmacKey, buckets: ['landing'] })
})
afterAll(async () => {
  await target?.[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true })
})
beforeEach(() => target.double.faults.clear())

const catalog = {
  streams: [
    {
      stream: { ...users, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
      sync_mode: 'full_refresh',
      destination_sync_mode: 'overwrite',
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}

const loads = () => target.double.jobs.all.filter(({ request }) => request.configuration?.load !== undefined)
const temporaryFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('landfall-bigquery-'))
const recordCount = 6_000

function* manyRecords(): Generator<string> {
  for (let id = 0; id < recordCount; id += 1) {
    yield recordLine(users, { id, note: `${id} `.padEnd(2_000, 'x') })
    if (id % 1_000 === 999) yield stateLine(users, id, 1_000)
  }
  yield statusLine(users)
}

/** With a budget of 8 MiB, whose batches have less than 3. */
const sync = (changes: object = {}) =>
  runWriteCommand(target.destination, {
    config: {
      ...target.config,
      disable_type_dedupe: true,
      storage_endpoint: target.double.url,
      ...changes,
    },
    catalog,
    input: manyRecords(),
    env: { LANDFALL_MEMORY_BUDGET_MB: '8' },
  })

const rowsOf = (name: string) => target.double.engine.store.tables.get(`airbyte_internal.${name}`)?.rows ?? []
const rawRows = () => rowsOf('shop_raw__stream_users')

describe('a sync into BigQuery', () => {
  beforeEach(() => {
    target.double.engine.store.tables.delete('airbyte_internal.shop_raw__stream_users')
  })

  it.each([
    ['uploads', {}],
    ['files in a bucket', staging],
  ])('collects its batches, and loads them by one job: %s', async (_title, changes) => {
    const before = loads().length
    const run = await sync(changes)
    expect(run.exitCode, run.stdout).toBe(0)
    expect(run.stdout).toMatch(/in [3-9] batches/)
    expect(loads().length - before).toBe(1)
    expect(rawRows()).toHaveLength(recordCount)
    expect(new Set(rawRows().map(([id]) => id?.string_value)).size).toBe(recordCount)
    expect(run.stateLines).toHaveLength(recordCount / 1_000)
    expect(temporaryFolders()).toEqual([])
    expect(target.double.objects.contents.size).toBe(0)
  })

  it('repeats the whole load where its job fails for a passing reason, with one warning', async () => {
    target.double.addFault({
      kind: 'fail_job',
      on: 'load',
      times: 1,
      reason: 'backendError',
      message: 'Error encountered during execution.',
    })
    const run = await sync()
    expect(run.exitCode, run.stdout).toBe(0)
    expect(run.stdout.match(/"level":"WARN"/g), run.stdout).toHaveLength(1)
    expect(rawRows()).toHaveLength(recordCount)
  })
})

describe('batches that are collected', () => {
  function hold(batch: SimpleBatch): HeldBatch & { readonly isHandedOver: Promise<void> } {
    const buffered = Object.assign(batch, { allocatedBytes: batch.byteLength, release: () => {} })
    const handedOver = Promise.withResolvers<void>()
    const options = { onMemory: () => {}, onHandOver: handedOver.resolve, restoring: new Turns() }
    return Object.assign(new HeldBatch(buffered, options), { isHandedOver: handedOver.promise })
  }

  async function prepare(name: string, bytes = Number.POSITIVE_INFINITY) {
    const warehouse = await connect(target, {}, { sizes: { bytesOfNextLoad: () => bytes } })
    const { table, stream } = await prepareRaw(warehouse, name)
    const make = (id: number) => [
      { data: `{"id":${id}}`, emittedAt: 1_700_000_000_000 },
      { data: `{"id":${id + 1}}`, emittedAt: 1_700_000_000_000 },
    ]
    const held = [10, 20, 30].map((id) => hold(new SimpleBatch(stream, make(id))))
    onTestFinished(async () => {
      for (const batch of held) await batch[Symbol.asyncDispose]()
    })
    return { warehouse, table, stream, held }
  }

  it('are loaded when they are enough, or when they are asked for', async () => {
    const { warehouse, table, held } = await prepare('enough', 90)
    const before = loads().length
    const receipts = held.map((batch) => warehouse.insertRaw(table, batch))
    await Promise.all(receipts.slice(0, 2))
    expect(countRows(target.double, table)).toBe(4)
    // Before that, the pipeline does not ask.
    await held[2]?.isHandedOver
    held[2]?.load()
    expect(await Promise.all(receipts)).toEqual(held.map(() => ({ rowsWritten: 2, rejected: [] })))
    expect(countRows(target.double, table)).toBe(6)
    expect(loads().length - before).toBe(2)
  })

  it('go each by itself where BigQuery refuses their job for a record', async () => {
    const { warehouse, table, held } = await prepare('refused')
    const before = loads().length
    target.double.addFault({
      kind: 'fail_job',
      on: 'load',
      times: 1,
      reason: 'invalid',
      message: 'Error while reading data, error message: JSON parsing error in row starting at position 0',
    })
    const receipts = held.map((batch) => warehouse.insertRaw(table, batch))
    await expect.poll(() => held.filter(isHandedOver).length).toBe(3)
    held[0]?.load()
    expect((await Promise.all(receipts)).map(({ rowsWritten }) => rowsWritten)).toEqual([2, 2, 2])
    expect(countRows(target.double, table)).toBe(6)
    expect(loads().length - before).toBe(4)
  })

  it.each([
    ['one batch', [1]],
    ['several', [1, 2]],
  ])(
    'land once, though the job of %s may still be on its way when they go another way',
    async (name, ids) => {
      const config = bigQueryConfigSchema.parse(target.config)
      const client = await createClient(config)
      const { projectId, location } = config
      const logger = silentLogger
      const signal = new AbortController().signal
      const costs = new CostMeter(logger)
      const runner = new JobRunner({
        client,
        projectId,
        location,
        logger,
        signal,
        costs,
        firstDelayMilliseconds: 1,
      })
      const jobs = new LoadJobs({ client, runner, location, files: undefined })
      const { table, stream } = await prepare(`on_its_way_${name.replaceAll(' ', '_')}`)
      const sources = ids.map((id) => {
        const batch = new SimpleBatch(stream, [{ data: `{"id":${id}}`, emittedAt: 1_700_000_000_000 }])
        const { rawIds, count, byteLength } = batch
        return { stream, rawIds, count, byteLength, read: async () => batch }
      })
      target.double.addFault({ kind: 'refuse', status: 503, reason: 'backendError', times: 4, on: 'load' })
      await expect(jobs.loadTogether(table, sources, 'loading')).rejects.toMatchObject({
        code: 'SERVER_UNAVAILABLE',
      })
      for (const { rawIds } of sources) expect(await jobs.settle(rawIds.get(0), 'looking')).toBe(false)
      // What was on its way comes too late now.
      const taken = target.double.jobs.all.at(-1)
      expect(taken?.id).toMatch(/^landfall_load_\w+_0$/)
      expect(() => target.double.jobs.insert({ jobReference: { jobId: taken?.id ?? '', location } })).toThrow(
        'Already Exists',
      )
      expect(await jobs.loadTogether(table, sources, 'loading')).toBe(ids.length)
      expect(countRows(target.double, table)).toBe(ids.length)
    },
  )

  it('are found where their job has landed, and its end stayed unknown', async () => {
    const { warehouse, table, held } = await prepare('landed')
    const receipts = held.map((batch) => warehouse.insertRaw(table, batch))
    await expect.poll(() => held.filter(isHandedOver).length).toBe(3)
    target.double.addFault({ kind: 'cut', moment: 'after', times: 1, on: 'load' })
    held[0]?.load()
    expect((await Promise.all(receipts)).map(({ rowsWritten }) => rowsWritten)).toEqual([2, 2, 2])
    expect(countRows(target.double, table)).toBe(6)
  })

  it('are read again as they were', async () => {
    const original = batchOf([
      { data: '{"id": 1, "text": "a\\n"}', emittedAt: 1_704_164_645_678.25 },
      { data: '{"id":2}', changes: '[{"field":"x","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}]' },
      { data: `{"long":"${'x'.repeat(3_000_000)}"}`, emittedAt: -1.5 },
      { data: '{}' },
    ])
    const file = await CollectedFile.create(directory, 'file')
    const first = await file.append(batchOf([{ data: '{"first":true}' }]))
    const collected = await file.append(original)
    const read = await file.read(collected)
    expect(visited(read)).toEqual(visited(original))
    expect(visited(read, 2)).toEqual(visited(original).slice(2))
    const seen: number[] = []
    read.visit((index) => seen.push(index) < 2)
    expect(seen).toEqual([0, 1])
    await file.forget(first)
    await file.forget(collected)
    expect(readdirSync(directory)).not.toContain('file')
  })

  it('lie where they are read after one that did not fit on the disk', async (context) => {
    await using disk = await mountSmallDisk(3)
    if (disk === undefined) return context.skip('This user may not mount a small disk.')
    const file = await CollectedFile.create(disk.path, 'file')
    const first = await file.append(batchOf([{ data: '{"first":true}' }]))
    const tooLarge = batchOf([1, 2, 3].map(() => ({ data: `"${'x'.repeat(1_500_000)}"` })))
    await expect(file.append(tooLarge)).rejects.toThrow('the disk is full')
    const original = batchOf([{ data: '{"id":1}' }, { data: '{"id":2}' }])
    const collected = await file.append(original)
    expect(visited(await file.read(collected))).toEqual(visited(original))
    await file.forget(first)
    await file.forget(collected)
  })
})

function visited(batch: { visit: ReturnType<typeof batchOf>['visit'] }, from = 0) {
  const records: unknown[] = []
  batch.visit((index, block, start, end, emittedAt, changes) => {
    records.push([index, block.toString('utf8', start, end), emittedAt, changes?.toString()])
  }, from)
  return records
}

function isHandedOver(batch: HeldBatch): boolean {
  try {
    batch.visit(() => false)
    return false
  } catch (error) {
    return String(error).includes('restored first')
  }
}
