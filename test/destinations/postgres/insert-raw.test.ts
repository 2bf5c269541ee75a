import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import { frameBytes } from '../../../destinations/postgres/copy-frames.ts'
import { PostgresWarehouse } from '../../../destinations/postgres/warehouse.ts'
import { silentLogger } from '../../../src/logger.ts'
import { JsonNumber, type JsonValue, parseJson } from '../../../src/protocol/json-value.ts'
import { sql } from '../../../src/sql/sql.ts'
import { batchOf, type TestRecord, testStream } from '../../support/batches.ts'
import { caught } from '../../support/caught.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

/**
 * Not `JSON.parse`: that of V8 13.6 reads the key `"` as a backslash in an object that it parses after one with
 * a backslash for a key.
 */
function plainValue(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.text)
  if (Array.isArray(value)) return value.map(plainValue)
  if (value instanceof Map) return new Map(Array.from(value, ([key, member]) => [key, plainValue(member)]))
  return value
}

const table = { namespace: 'Raw "x"', name: 'us"ers, line 99' }
const tableSql = '"Raw ""x"""."us""ers, line 99"'

describe.each(postgresVersions)('loading raw rows into PostgreSQL %s', (version) => {
  let database: TestDatabase
  let warehouse: PostgresWarehouse

  beforeAll(async () => {
    database = await createTestDatabase(version)
    await database.query(`CREATE SCHEMA "Raw ""x"""`)
    const context = { logger: silentLogger, signal: new AbortController().signal }
    warehouse = await PostgresWarehouse.connect(postgresConfigSchema.parse(database.config), context)
  })

  afterAll(async () => {
    await warehouse[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  beforeEach(async () => {
    await database.query(`DROP TABLE IF EXISTS ${tableSql}`)
    await database.query(`CREATE TABLE ${tableSql} (
      _airbyte_raw_id varchar PRIMARY KEY, _airbyte_data jsonb, _airbyte_extracted_at timestamptz,
      _airbyte_loaded_at timestamptz, _airbyte_meta jsonb, _airbyte_generation_id bigint)`)
  })

  const insert = (records: readonly TestRecord[]) => warehouse.insertRaw(table, batchOf(records))

  const select = (expression: string) =>
    database.query(`SELECT ${expression} AS value FROM ${tableSql} ORDER BY ctid`)

  it('writes every column of a raw row, and leaves the time of typing open', async () => {
    const batch = batchOf(
      [{ data: '{"id": 1}', emittedAt: 1_704_164_645_678 }],
      testStream({ generationId: 2n ** 63n - 1n, syncId: 2n ** 62n }),
    )
    expect(await warehouse.insertRaw(table, batch)).toEqual({ rowsWritten: 1, rejected: [] })
    expect(await database.query(`SELECT * FROM ${tableSql}`)).toEqual([
      {
        _airbyte_raw_id: batch.rawIds.get(0),
        _airbyte_data: '{"id": 1}',
        _airbyte_extracted_at: '2024-01-01 22:04:05.678-05',
        _airbyte_loaded_at: null,
        _airbyte_meta: '{"changes": [], "sync_id": 4611686018427387904}',
        _airbyte_generation_id: '9223372036854775807',
      },
    ])
  })

  it.each([
    '9007199254740993',
    '18446744073709551616',
    '12345678901234567890123456789012345678',
    '0.12345678901234567890123456789',
    '1.0',
    '1',
    '-1.50',
    `1${'0'.repeat(400)}`,
  ])('keeps every digit of the number %s', async (number) => {
    await insert([{ data: `{"n":${number}}` }])
    expect(await select(`_airbyte_data ->> 'n'`)).toEqual([{ value: number }])
  })

  it('keeps a number beyond the range of doubles', async () => {
    await insert([{ data: '{"n":1e400}' }])
    expect(await select(`_airbyte_data ->> 'n'`)).toEqual([{ value: `1${'0'.repeat(400)}` }])
  })

  it.each([
    'plain',
    '',
    'tab\t newline\n return\r quote" backslash\\ apostrophe\'',
    '\\N',
    '\\.',
    '\u0001\u001f\u007f',
    'é漢😀',
    '\ufeff',
    '\u2028',
    '{"a":1}',
  ])('keeps the string %j', async (text) => {
    const data = JSON.stringify({ [text]: text })
    await insert([{ data }])
    const [row] = await select(`_airbyte_data`)
    expect(JSON.parse(row?.value ?? '')).toEqual({ [text]: text })
  })

  it('keeps any JSON value', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }),
      async (values) => {
        await database.query(`TRUNCATE ${tableSql}`)
        const records = values.map((value) => ({ data: JSON.stringify(value) }))
        expect(await insert(records)).toEqual({ rowsWritten: values.length, rejected: [] })
        const rows = await select('_airbyte_data')
        expect(rows.map((row) => plainValue(parseJson(row.value ?? '')))).toEqual(
          records.map(({ data }) => plainValue(parseJson(data))),
        )
      },
    )
    await fc.assert(property, { numRuns: 50 })
  })

  it('removes what jsonb cannot hold (NUL, half surrogate pairs, bytes that are not UTF-8), and tells which fields lost something', async () => {
    const told = '{"field":"x","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}'
    await insert([
      { data: '{"a":"x\\u0000y","b":"\\\\u0000","c":1}' },
      { data: '{"a":1,"b":"\\ud800"}', changes: `[${told}]` },
      { data: '{"a":1,"b":"\\ud83d\\ude00"}', changes: ' [ ] ' },
      { data: Buffer.from('{"a":"\xff"}', 'latin1') },
    ])
    const rows = await database.query(`SELECT _airbyte_data, _airbyte_meta FROM ${tableSql} ORDER BY ctid`)
    const lost = (field: string) => ({
      field,
      change: 'TRUNCATED',
      reason: 'DESTINATION_SERIALIZATION_ERROR',
    })
    expect(rows.map((row) => JSON.parse(row._airbyte_data ?? ''))).toEqual([
      { a: 'xy', b: '\\u0000', c: 1 },
      { a: 1, b: '\ufffd' },
      { a: 1, b: '😀' },
      { a: '\ufffd' },
    ])
    expect(rows.map((row) => JSON.parse(row._airbyte_meta ?? ''))).toEqual([
      { changes: [lost('a')], sync_id: 42 },
      { changes: [JSON.parse(told), lost('b')], sync_id: 42 },
      { changes: [], sync_id: 42 },
      { changes: [lost('a')], sync_id: 42 },
    ])
  })

  it("keeps the source's changes as they are, but for what jsonb cannot hold", async () => {
    await insert([
      { data: '{}', changes: '[{"field":"a","change":"NEW_WORD","reason":"r","n":9007199254740993}]' },
      { data: '{}', changes: '[{"field":"a\\u0000b","change":"NULLED","reason":"r"}]' },
    ])
    expect(await select(`_airbyte_meta -> 'changes'`)).toEqual([
      { value: '[{"n": 9007199254740993, "field": "a", "change": "NEW_WORD", "reason": "r"}]' },
      { value: '[{"field": "ab", "change": "NULLED", "reason": "r"}]' },
    ])
  })

  it.each([
    { emittedAt: 0, time: '1970-01-01 00:00:00' },
    { emittedAt: 1_704_164_645_678.125, time: '2024-01-02 03:04:05.678125' },
    { emittedAt: 946_684_799_999, time: '1999-12-31 23:59:59.999' },
    { emittedAt: -1, time: '1969-12-31 23:59:59.999' },
    { emittedAt: 253_402_300_800_000, time: '10000-01-01 00:00:00' },
    { emittedAt: -62_167_219_200_000, time: '0001-01-01 00:00:00 BC' },
  ])('keeps the time $time', async ({ emittedAt, time }) => {
    await insert([{ data: '{}', emittedAt }])
    expect(await select(`_airbyte_extracted_at AT TIME ZONE 'UTC'`)).toEqual([{ value: time }])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e18])(
    'refuses the time %d, and names the record',
    async (emittedAt) => {
      const error = await caught(() => insert([{ data: '{}' }, { data: '{}', emittedAt }]))
      expect(error).toMatchObject({ code: 'DATA_REFUSED' })
      expect(error.message).toMatch(/record 2\b/i)
      expect(error.message).toContain('shop.users')
      expect(await select('1')).toEqual([])
    },
  )

  it('splits messages anywhere: rows of every size around the size of a message', async () => {
    const sizes = fc.array(
      fc.oneof(
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: frameBytes - 300, max: frameBytes + 100 }),
      ),
      { minLength: 1, maxLength: 12 },
    )
    const property = fc.asyncProperty(sizes, async (lengths) => {
      await database.query(`TRUNCATE ${tableSql}`)
      const records = lengths.map((length) => ({ data: `{"a":"${'x'.repeat(length)}"}` }))
      expect(await insert(records)).toEqual({ rowsWritten: records.length, rejected: [] })
      const rows = await select(`length(_airbyte_data ->> 'a')`)
      // A page that has room for a small row may get it after larger ones went elsewhere.
      const ascending = (values: readonly number[]) => values.toSorted((one, other) => one - other)
      expect(ascending(rows.map((row) => Number(row.value)))).toEqual(ascending(lengths))
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('writes a row of 20 MB', async () => {
    const length = 20 * 1024 * 1024
    await insert([{ data: '{}' }, { data: `{"a":"${'x'.repeat(length)}"}` }, { data: '{}' }])
    expect(await select(`length(_airbyte_data ->> 'a')`)).toEqual([
      { value: null },
      { value: String(length) },
      { value: null },
    ])
  })

  it('writes 10,000 rows with their own ids, in order', async () => {
    const batch = batchOf(Array.from({ length: 10_000 }, (_, index) => ({ data: `{"id":${index}}` })))
    expect(await warehouse.insertRaw(table, batch)).toEqual({ rowsWritten: 10_000, rejected: [] })
    const rows = await select(`_airbyte_raw_id || ' ' || (_airbyte_data ->> 'id')`)
    expect(rows.map((row) => row.value)).toEqual(
      Array.from({ length: 10_000 }, (_, index) => `${batch.rawIds.get(index)} ${index}`),
    )
  })

  it('takes many batches at the same time', async () => {
    const batches = Array.from({ length: 30 }, (_, batch) =>
      Array.from({ length: batch * 10 + 1 }, (_, index) => ({ data: `{"batch":${batch},"id":${index}}` })),
    )
    const receipts = await Promise.all(batches.map(insert))
    expect(receipts.map((receipt) => receipt.rowsWritten)).toEqual(batches.map((records) => records.length))
    const total = batches.reduce((sum, records) => sum + records.length, 0)
    expect(await select('1')).toHaveLength(total)
  })

  describe('a record that the server refuses', () => {
    const good = { data: '{"a":1}' }

    it.each([
      { data: '{"a":x-secret}', says: 'not valid JSON' },
      { data: '{"a":"x-secret', says: 'not valid JSON' },
      { data: '{"x-secret":1e200000}', says: 'valid JSON but nothing that jsonb can hold' },
    ])('is named: $data', async ({ data, says }) => {
      const error = await caught(() => insert([good, good, { data }, good]))
      expect(error).toMatchObject({
        code: 'DATA_REFUSED',
        failureType: 'system_error',
        stream: { name: 'users', namespace: 'shop' },
      })
      expect(error.message).toContain('Loading 4 records of `shop.users`')
      expect(error.message).toContain('record 3 of the batch')
      expect(error.message).toContain(says)
      expect(`${error.message} ${error.detail} ${error.cause}`).not.toContain('secret')
    })

    it('leaves nothing of its batch behind, and the connection usable', async () => {
      await caught(() => insert([good, { data: 'x' }]))
      expect(await select('1')).toEqual([])
      for (let attempt = 0; attempt < 5; attempt += 1) {
        await caught(() => insert([...Array<TestRecord>(5000).fill(good), { data: 'x' }]))
        expect(await insert([good])).toEqual({ rowsWritten: 1, rejected: [] })
      }
      expect(await select('1')).toHaveLength(5)
    })
  })

  it('names the table that is missing', async () => {
    const error = await caught(() =>
      warehouse.insertRaw({ namespace: 'none', name: 'users' }, batchOf([{ data: '{}' }])),
    )
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', stream: { name: 'users', namespace: 'shop' } })
    expect(error.message).toContain('into `none.users` failed')
    expect(error.message).toContain('schema "none" does not exist')
  })

  it('may be tried again after the connection was lost; nothing is there before', async () => {
    const records = Array.from({ length: 400_000 }, (_, index) => ({ data: `{"id":${index}}` }))
    const loading = caught(() => insert(records))
    const active =
      "datname = current_database() AND state = 'active' AND query LIKE '%COPY %' AND pid <> pg_backend_pid()"
    const look = { timeout: 30_000, interval: 5 }
    await expect
      .poll(() => database.query(`SELECT 1 FROM pg_stat_activity WHERE ${active}`), look)
      .toHaveLength(1)
    await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${active}`)
    expect(await loading).toMatchObject({ code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' })
    expect(await select('1')).toEqual([])
    expect(await warehouse.query(sql`SELECT 1::int4 AS a`)).toEqual([{ a: 1 }])
  })
})
