import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quoteLiteral, type Sql, silentLogger, sql } from 'landfall/sdk'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { DuckDbSqlGenerator } from '../../../destinations/duckdb/sql-generator.ts'
import { DuckDbWarehouse } from '../../../destinations/duckdb/warehouse.ts'
import { SimpleBatch, type SimpleRecord } from '../../../src/destination/simple-batch.ts'
import { openTestDatabase, queryOne, rawStream, temporaryDirectory } from './database.ts'

const generator = new DuckDbSqlGenerator()
const stream = rawStream()
const table = generator.rawTable(stream)

async function openWithRawTable(): Promise<DuckDbWarehouse> {
  const warehouse = await openTestDatabase()
  await warehouse.execute(generator.createNamespace('raw'))
  await warehouse.execute(generator.createRawTable(stream, ''))
  return warehouse
}

const record = (data: string, rest: Partial<SimpleRecord> = {}): SimpleRecord => ({
  data,
  emittedAt: 1_700_000_000_000,
  ...rest,
})

const rows = sql`SELECT "_airbyte_raw_id" AS id, "_airbyte_extracted_at" AS extracted, "_airbyte_loaded_at" AS loaded,
  "_airbyte_data" AS data, "_airbyte_meta" AS meta, "_airbyte_generation_id" AS generation
FROM raw.shop_raw__stream_users ORDER BY 1`

const exactDocuments = [
  '{}',
  '{"a":1,"b":1.0,"c":1.50,"d":1e3,"e":-0,"f":-0.0}',
  '{"a":9007199254740993,"b":9223372036854775808,"c":99999999999999999999999999999999999999}',
  '{"a":0.12345678901234567890123,"b":1e400,"c":1E-400,"d":[1.10,{"e":2.000}]}',
  '{ "spaces" :\t[ 1 , 2 ] }',
  '{"a":"quote \\" backslash \\\\ slash \\/ newline \\n unicode \\u00e9 \\ud83d\\ude00 é 😀"}',
  '{"nul":"a\\u0000b","\\u0000":"","unit separator":"\\u001f"}',
  '{"a":"ends with a backslash\\\\","b":"\\\\N","c":"","d":null}',
  '{"a":1,"a":2,"2":0,"1":0}',
  `{"sql":"'); DROP TABLE x; --","csv":"a,b;\\"c\\"|d"}`,
]

describe('insertRaw', () => {
  it.each(exactDocuments)('keeps the text of %s', async (data) => {
    const warehouse = await openWithRawTable()
    const receipt = await warehouse.insertRaw(table, new SimpleBatch(stream, [record(data)]))
    expect(receipt).toEqual({ rowsWritten: 1, rejected: [] })
    expect((await queryOne(warehouse, rows)).data).toBe(data)
  })

  it('fills every column of the raw table', async () => {
    const warehouse = await openWithRawTable()
    const batch = new SimpleBatch(stream, [record('{"a":1}', { emittedAt: 1_700_000_000_123 })])
    await warehouse.insertRaw(table, batch)
    expect(await queryOne(warehouse, rows)).toEqual({
      id: batch.rawIds.get(0),
      extracted: '2023-11-14 22:13:20.123+00',
      loaded: null,
      data: '{"a":1}',
      meta: '{"changes":[],"sync_id":9007199254740993}',
      generation: 3n,
    })
  })

  it.each([
    [1_700_000_000_123.456, '2023-11-14 22:13:20.123456+00'],
    [0, '1970-01-01 00:00:00+00'],
    [-1, '1969-12-31 23:59:59.999+00'],
    [253_402_300_799_999, '9999-12-31 23:59:59.999+00'],
    [9_007_199_254_741_992, '287396-10-12 08:59:01.992+00'],
  ])('stores the emission time %d to the microsecond', async (emittedAt, extracted) => {
    const warehouse = await openWithRawTable()
    await warehouse.insertRaw(table, new SimpleBatch(stream, [record('{}', { emittedAt })]))
    expect((await queryOne(warehouse, rows)).extracted).toBe(extracted)
  })

  it('keeps the changes that the record brought along', async () => {
    const warehouse = await openWithRawTable()
    const changes = '[{"field":"a","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}]'
    await warehouse.insertRaw(table, new SimpleBatch(stream, [record('{}', { changes })]))
    expect((await queryOne(warehouse, rows)).meta).toBe(`{"changes":${changes},"sync_id":9007199254740993}`)
  })

  it('turns carriage returns between tokens into spaces', async () => {
    const warehouse = await openWithRawTable()
    await warehouse.insertRaw(table, new SimpleBatch(stream, [record('{"a":\r1}'), record('{}')]))
    expect((await warehouse.query(rows)).map((row) => row.data).toSorted()).toEqual(['{"a": 1}', '{}'])
  })

  it('replaces half a surrogate pair, which DuckDB refuses, and says so', async () => {
    const warehouse = await openWithRawTable()
    const data = '{"a":"x\\ud800y","b":"\\ud83d\\ude00","c":"\\\\ud800","d":1.50}'
    const receipt = await warehouse.insertRaw(table, new SimpleBatch(stream, [record('{}'), record(data)]))
    expect(receipt.rowsWritten).toBe(2)
    const [, row] = await warehouse.query(rows)
    expect(row).toMatchObject({
      data: '{"a":"x\ufffdy","b":"\\ud83d\\ude00","c":"\\\\ud800","d":1.50}',
      meta: '{"changes":[{"field":"a","change":"TRUNCATED","reason":"DESTINATION_SERIALIZATION_ERROR"}],"sync_id":9007199254740993}',
    })
  })

  it("replaces half a surrogate pair in the record's own changes", async () => {
    const warehouse = await openWithRawTable()
    const changes = '[{"field":"a\\ud800","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}]'
    const receipt = await warehouse.insertRaw(
      table,
      new SimpleBatch(stream, [record('{}', { changes }), record('{"b":"\\udc00"}', { changes })]),
    )
    expect(receipt).toEqual({ rowsWritten: 2, rejected: [] })
    const [first, second] = await warehouse.query(rows)
    const mended = changes.replace('\\ud800', '\ufffd')
    expect(first).toMatchObject({ data: '{}', meta: `{"changes":${mended},"sync_id":9007199254740993}` })
    expect(second).toMatchObject({
      data: '{"b":"\ufffd"}',
      meta: expect.stringContaining(mended.slice(0, -1)),
    })
  })

  it('replaces bytes that are not UTF-8, and says so', async () => {
    const warehouse = await openWithRawTable()
    const bytes = Buffer.from('{"a":"x?y","b":2}')
    bytes[bytes.indexOf('?')] = 0xff
    const valid = new SimpleBatch(stream, [record('{}')])
    const batch = {
      stream,
      count: 1,
      byteLength: bytes.length,
      rawIds: valid.rawIds,
      visit: (visitor: Parameters<SimpleBatch['visit']>[0]) =>
        visitor(0, bytes, 0, bytes.length, 0, undefined),
    }
    await warehouse.insertRaw(table, batch)
    expect(await queryOne(warehouse, rows)).toMatchObject({
      data: '{"a":"x\ufffdy","b":2}',
      meta: expect.stringContaining('"field":"a"'),
    })
  })

  it('refuses a batch with a record that is not JSON, names the row, and writes nothing', async () => {
    const warehouse = await openWithRawTable()
    const batch = new SimpleBatch(stream, [record('{}'), record('{"secret value":}'), record('{}')])
    const error = await warehouse.insertRaw(table, batch).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'DATA_REFUSED',
      stream: { name: 'users', namespace: 'shop' },
      message: expect.stringMatching(/record 2 of a batch of 3 of the stream `shop\.users`/),
    })
    expect(JSON.stringify(error) + String(error)).not.toContain('secret value')
    expect(await warehouse.query(rows)).toEqual([])
    await warehouse.insertRaw(table, new SimpleBatch(stream, [record('{}')]))
    expect(await warehouse.query(rows)).toHaveLength(1)
  })

  it('takes a record of 100 MB next to small ones', async () => {
    const warehouse = await openWithRawTable()
    const huge = `{"a":"${'é'.repeat(50_000_000)}","n":0.12345678901234567890}`
    const batch = new SimpleBatch(stream, [record('{"a":1}'), record(huge), record('{"a":2}')])
    expect(await warehouse.insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    const longest = await queryOne(
      warehouse,
      sql`SELECT strlen("_airbyte_data") AS bytes, right("_airbyte_data", 28) AS ending FROM raw.shop_raw__stream_users ORDER BY 1 DESC LIMIT 1`,
    )
    expect(longest).toEqual({
      bytes: BigInt(Buffer.byteLength(huge)),
      ending: '","n":0.12345678901234567890}'.slice(-28),
    })
  })

  it('takes many records of 1 MB', async () => {
    const warehouse = await openWithRawTable()
    const records = Array.from({ length: 9 }, () => record(`{"a":"${'x'.repeat(1024 * 1024)}"}`))
    const receipt = await warehouse.insertRaw(table, new SimpleBatch(stream, records))
    expect(receipt).toEqual({ rowsWritten: 9, rejected: [] })
  })

  it('leaves no file behind', async () => {
    // Of its own, since other processes use the usual one at the same time.
    vi.stubEnv('TMPDIR', temporaryDirectory())
    onTestFinished(() => void vi.unstubAllEnvs())
    const warehouse = await openWithRawTable()
    await warehouse.insertRaw(table, new SimpleBatch(stream, [record('{}')]))
    const [directory, ...others] = readdirSync(tmpdir()).filter((name) => name.startsWith('landfall-duckdb-'))
    expect(others).toEqual([])
    expect(readdirSync(join(tmpdir(), String(directory)))).toEqual([])
    await warehouse[Symbol.asyncDispose]()
    expect(readdirSync(tmpdir())).not.toContain(directory)
  })

  it.each([
    { what: 'succeed with it', data: '{}', beside: sql`INSERT INTO raw.done VALUES (1)`, counts: [1, 1] },
    {
      what: 'do not happen where it is refused',
      data: '{"a":}',
      beside: sql`INSERT INTO raw.done VALUES (1)`,
      counts: [0, 0],
    },
    {
      what: 'undo it where they fail',
      data: '{}',
      beside: sql`INSERT INTO raw.nowhere VALUES (1)`,
      counts: [0, 0],
    },
  ])('statements beside a load $what', async ({ data, beside, counts }) => {
    const warehouse = await openWithRawTable()
    await warehouse.execute([[sql`CREATE TABLE raw.done (n INTEGER)`]])
    const batch = new SimpleBatch(stream, [record(data)])
    const load = warehouse.insertRaw(table, batch, [beside])
    await (counts[0] === 1 ? expect(load).resolves.toBeDefined() : expect(load).rejects.toBeDefined())
    const count = sql`SELECT (SELECT count(*)::INTEGER FROM raw.shop_raw__stream_users) AS rows, (SELECT count(*)::INTEGER FROM raw.done) AS done`
    expect(Object.values(await queryOne(warehouse, count))).toEqual(counts)
    expect(await warehouse.hasRawId(table, batch.rawIds.get(0))).toBe(counts[0] === 1)
    expect(await warehouse.hasRawId(table, "'; DROP TABLE raw.done; --")).toBe(false)
  })

  it('accepts batches for one table at the same time', async () => {
    const warehouse = await openWithRawTable()
    const batches = Array.from({ length: 8 }, (_, batch) =>
      Array.from({ length: 500 }, (_, row) => record(`{"batch":${batch},"row":${row}}`)),
    )
    const receipts = await Promise.all(
      batches.map((records) => warehouse.insertRaw(table, new SimpleBatch(stream, records))),
    )
    expect(receipts.map((receipt) => receipt.rowsWritten)).toEqual(Array(8).fill(500))
    const distinct = sql`SELECT count(DISTINCT "_airbyte_data") AS n FROM raw.shop_raw__stream_users`
    expect(await queryOne(warehouse, distinct)).toEqual({ n: 4000n })
  })

  it('names the table that is missing', async () => {
    const warehouse = await openTestDatabase()
    await expect(warehouse.insertRaw(table, new SimpleBatch(stream, [record('{}')]))).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
      message: expect.stringContaining('`raw.shop_raw__stream_users`'),
    })
  })
})

describe('execute and query', () => {
  it('takes a failed transaction back and stays usable', async () => {
    const warehouse = await openTestDatabase()
    const failing = warehouse.execute([
      [sql`CREATE TABLE kept AS SELECT 1 AS n`],
      [sql`CREATE TABLE lost AS SELECT 1 AS n`, sql`SELECT * FROM nowhere`],
      [sql`CREATE TABLE never_reached AS SELECT 1 AS n`],
    ])
    await expect(failing).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
      message: expect.stringContaining('nowhere'),
    })
    const tables = await warehouse.query(sql`SELECT table_name FROM duckdb_tables()`)
    expect(tables).toEqual([{ table_name: 'kept' }])
  })

  const values: readonly (readonly [Sql, unknown])[] = [
    [sql`9007199254740993`, 9_007_199_254_740_993n],
    [sql`TRUE`, true],
    [sql`NULL`, null],
    [sql`'text'`, 'text'],
    [sql`1.5::DOUBLE`, 1.5],
    [sql`99999999999999999999999999999.999999999::DECIMAL(38, 9)`, '99999999999999999999999999999.999999999'],
    [sql`'2024-01-02T03:04:05.678901+02:00'::TIMESTAMPTZ`, '2024-01-02 01:04:05.678901+00'],
    [sql`'2024-01-02'::DATE`, '2024-01-02'],
    [sql`current_setting('TimeZone')`, 'UTC'],
  ]
  it.each(values)('reads %s without loss', async (expression, expected) => {
    const warehouse = await openTestDatabase()
    expect(await queryOne(warehouse, sql`SELECT ${expression} AS value`)).toEqual({ value: expected })
  })
})

describe('describeTables and listNamespaces', () => {
  it('describes the tables asked for, in order, as DuckDB compares names', async () => {
    const warehouse = await openTestDatabase()
    await warehouse.execute([[sql`CREATE SCHEMA s`, sql`CREATE TABLE s.axb (a INTEGER)`]])
    await warehouse.execute([
      [sql`CREATE TABLE s."Users" ("Id" BIGINT, n DECIMAL(38, 9), j JSON, t TIMESTAMPTZ)`],
    ])
    const descriptions = await warehouse.describeTables([
      { namespace: 's', name: 'a_b' },
      { namespace: 's', name: 'users' },
      { namespace: "other'", name: 'users' },
    ])
    expect(descriptions.map((description) => description && [...description])).toEqual([
      undefined,
      [
        ['Id', 'BIGINT'],
        ['n', 'DECIMAL'],
        ['j', 'JSON'],
        ['t', 'TIMESTAMP WITH TIME ZONE'],
      ],
      undefined,
    ])
    expect(await warehouse.describeTables([])).toEqual([])
  })

  it('knows which schemas exist', async () => {
    const warehouse = await openTestDatabase()
    await warehouse.execute([[sql`CREATE SCHEMA ${sql`"Mixed"`}`]])
    expect(await warehouse.listNamespaces(['main', 'mixed', 'missing'])).toEqual(new Set(['main', 'mixed']))
  })
})

function openAt(
  path: string,
  options: { lockWaitMs?: number; log?: (message: string) => void; signal?: AbortSignal } = {},
) {
  const logger = { ...silentLogger, info: options.log ?? (() => {}) }
  return DuckDbWarehouse.open({
    path,
    memoryLimit: 2e9,
    logger,
    signal: options.signal ?? new AbortController().signal,
    ...(options.lockWaitMs === undefined ? {} : { lockWaitMs: options.lockWaitMs }),
  })
}

/** Another process that keeps the file open until its input ends. */
async function holdOpen(path: string): Promise<{ readonly pid: number | undefined; release: () => void }> {
  const script = `import { DuckDBInstance } from '@duckdb/node-api'
const instance = await DuckDBInstance.create(${JSON.stringify(path)})
process.stdout.write('open')
process.stdin.resume().on('end', () => { instance.closeSync(); process.exit() })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.stdin.end()
    await exited
  })
  await once(child.stdout, 'data')
  return { pid: child.pid, release: () => child.stdin.end() }
}

describe('opening', () => {
  it('names the file and the process that holds it', async () => {
    const path = join(temporaryDirectory(), 'held.duckdb')
    const holder = await holdOpen(path)
    await expect(openAt(path, { lockWaitMs: 300 })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      failureType: 'config_error',
      message: expect.stringMatching(new RegExp(`\`${path}\`.*PID ${holder.pid}`)),
    })
  })

  it('waits for the other process to let go', async () => {
    const path = join(temporaryDirectory(), 'held.duckdb')
    const holder = await holdOpen(path)
    const lines: string[] = []
    const opening = openAt(path, { log: (line) => lines.push(line) })
    setTimeout(holder.release, 600)
    await using warehouse = await opening
    expect(await warehouse.query(sql`SELECT 1 AS n`)).toEqual([{ n: 1 }])
    expect(lines).toEqual([expect.stringContaining(`PID ${holder.pid}`)])
  })

  it('stops waiting when the sync is stopped', async () => {
    const path = join(temporaryDirectory(), 'held.duckdb')
    await holdOpen(path)
    const stop = new AbortController()
    const opening = openAt(path, { signal: stop.signal })
    setTimeout(() => stop.abort(), 100)
    await expect(opening).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  it('says that the directory is missing', async () => {
    const path = join(temporaryDirectory(), 'missing', 'x.duckdb')
    await expect(openAt(path)).rejects.toMatchObject({
      code: 'DATABASE_MISSING',
      message: expect.stringContaining(path),
    })
  })

  it.each([
    ['text', 'this is not a database\n'.repeat(1000)],
    ['a SQLite file', `SQLite format 3\u0000${'x'.repeat(5000)}`],
    ['an empty file', ''],
  ])('says that %s is not a DuckDB file', async (_, content) => {
    const path = join(temporaryDirectory(), 'other.duckdb')
    writeFileSync(path, content)
    await expect(openAt(path)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/is not a DuckDB database file/),
    })
  })

  it('says that a directory is not a DuckDB file', async () => {
    const path = join(temporaryDirectory(), 'directory')
    mkdirSync(path)
    await expect(openAt(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it.runIf(process.platform === 'linux')('says that the path may not be written', async () => {
    // The one place that refuses new files to every user, root included.
    await expect(openAt('/sys/x.duckdb')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })
})

describe('disposal', () => {
  it('can be asked for twice, and leaves one whole file', async () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'whole.duckdb')
    const warehouse = await openAt(path)
    await warehouse.execute([[sql`CREATE TABLE t AS SELECT range AS n FROM range(1000)`]])
    await Promise.all([warehouse[Symbol.asyncDispose](), warehouse[Symbol.asyncDispose]()])
    expect(readdirSync(directory)).toEqual(['whole.duckdb'])
    await using again = await openAt(path)
    expect(await again.query(sql`SELECT count(*) AS n FROM t`)).toEqual([{ n: 1000n }])
  })

  it('comes after an abort, which stops running statements', async () => {
    const stop = new AbortController()
    await using warehouse = await openAt(join(temporaryDirectory(), 'x.duckdb'), { signal: stop.signal })
    const endless = warehouse.query(
      sql`SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b`,
    )
    setTimeout(() => stop.abort(), 200)
    await expect(endless).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  it('keeps names of users out of SQL', async () => {
    const warehouse = await openTestDatabase()
    const name = `a"b'c; --`
    await warehouse.execute(generator.createNamespace(name))
    const found = await warehouse.query(
      sql`SELECT schema_name AS name FROM duckdb_schemas() WHERE schema_name = ${quoteLiteral(name)}`,
    )
    expect(found).toEqual([{ name }])
  })
})
