import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

const timestamp = { type: 'string', format: 'date-time' }
const naive = { ...timestamp, airbyte_type: 'timestamp_without_timezone' }
const time = { type: 'string', format: 'time', airbyte_type: 'time_without_timezone' }
const zonedTime = { type: 'string', format: 'time', airbyte_type: 'time_with_timezone' }
const date = { type: 'string', format: 'date' }

/** A JSON value in a column of a type: the text that the server shows, or the change that it costs. */
const cases = [
  { schema: { type: 'integer' }, json: '12', value: '12' },
  { schema: { type: 'integer' }, json: '1e3', value: '1000' },
  { schema: { type: 'integer' }, json: '1.0', value: null },
  { schema: { type: 'integer' }, json: '"12"', value: null },
  { schema: { type: 'integer' }, json: '9223372036854775808', value: null },
  { schema: { type: 'integer' }, json: 'true', value: null },
  { schema: { type: 'integer' }, json: '{"a":1}', value: null },
  { schema: { type: 'number' }, json: '"1.5"', value: '1.500000000' },
  { schema: { type: 'number' }, json: '1e30', value: null },
  { schema: { type: 'number' }, json: '1e400', value: null },
  { schema: { type: 'number' }, json: '0.1234567894', value: '0.123456789' },
  { schema: { type: 'number' }, json: '99999999999999999999999999999', value: `${'9'.repeat(29)}.000000000` },
  { schema: { type: 'number' }, json: '100000000000000000000000000000', value: null },
  { schema: { type: 'number' }, json: '1e-400', value: '0.000000000' },
  { schema: { type: 'number' }, json: '""', value: null },
  { schema: { type: 'boolean' }, json: 'true', value: 't' },
  { schema: { type: 'boolean' }, json: '1', value: 't' },
  { schema: { type: 'boolean' }, json: '0', value: 'f' },
  { schema: { type: 'boolean' }, json: '"true"', value: null },
  { schema: { type: 'boolean' }, json: '2', value: null },
  { schema: date, json: '"2024-02-29"', value: '2024-02-29' },
  { schema: date, json: '"2024-02-29T23:59:59Z"', value: '2024-02-29' },
  { schema: date, json: '20230123', value: '2023-01-23' },
  { schema: date, json: '"2023-02-29"', value: null },
  { schema: date, json: '"0044-03-15 BC"', value: '0044-03-15 BC' },
  { schema: date, json: '"infinity"', value: 'infinity' },
  { schema: date, json: '"0000-01-01"', value: null },
  { schema: date, json: '"5874897-12-31"', value: '5874897-12-31' },
  { schema: timestamp, json: '"2024-01-01T00:00:00+02:00"', value: '2023-12-31 22:00:00+00' },
  { schema: timestamp, json: '"2024-01-01T00:00:00.123456789Z"', value: '2024-01-01 00:00:00.123457+00' },
  { schema: timestamp, json: '"2024-01-01"', value: '2024-01-01 00:00:00+00' },
  { schema: timestamp, json: '"12022-01-01T00:00:00Z"', value: '12022-01-01 00:00:00+00' },
  { schema: timestamp, json: '"2024-01-01T10:00"', value: '2024-01-01 10:00:00+00' },
  { schema: timestamp, json: '"2024-01-01T10:00+02:00"', value: '2024-01-01 08:00:00+00' },
  { schema: timestamp, json: '"2024-01-01T24:00:00Z"', value: '2024-01-02 00:00:00+00' },
  { schema: timestamp, json: '"2016-12-31T23:59:60Z"', value: '2017-01-01 00:00:00+00' },
  { schema: timestamp, json: '"0044-03-15 00:00:00 BC"', value: '0044-03-15 00:00:00+00 BC' },
  { schema: timestamp, json: '"294276-12-31T23:59:59Z"', value: '294276-12-31 23:59:59+00' },
  { schema: timestamp, json: '"294277-01-01T00:00:00Z"', value: null },
  { schema: timestamp, json: '"0000-01-01T00:00:00Z"', value: null },
  { schema: timestamp, json: '"-infinity"', value: '-infinity' },
  { schema: timestamp, json: '1704067200', value: null },
  { schema: timestamp, json: '""', value: null },
  { schema: naive, json: '"2024-01-01T10:00:00+02:00"', value: '2024-01-01 10:00:00' },
  { schema: time, json: '"12:34:56.789"', value: '12:34:56.789' },
  { schema: time, json: '"24:00:00"', value: '24:00:00' },
  { schema: time, json: '"12:34"', value: '12:34:00' },
  { schema: time, json: '"23:59:60"', value: '24:00:00' },
  { schema: time, json: '"25:00:00"', value: null },
  { schema: zonedTime, json: '"12:34:56+02:00"', value: '12:34:56+02' },
  { schema: { type: 'object' }, json: '{"b":1,"a":[true]}', value: '{"a": [true], "b": 1}' },
  { schema: { type: 'object' }, json: '[]', value: null },
  { schema: { type: 'object' }, json: '"{}"', value: null },
  { schema: { type: 'array' }, json: '[1.0]', value: '[1.0]' },
  { schema: { type: 'array' }, json: '{}', value: null },
  { schema: { type: ['string', 'integer'] }, json: '"plain"', value: 'plain' },
  { schema: { type: ['string', 'integer'] }, json: '5', value: '5' },
  { schema: { type: ['object', 'string'] }, json: '"kept"', value: '"kept"' },
  { schema: { oneOf: [{ type: 'string' }] }, json: '"kept"', value: '"kept"' },
  { schema: {}, json: 'null', value: 'null' },
  { schema: {}, json: '[1]', value: '[1]' },
  { schema: { type: 'string' }, json: '{"a":1.10}', value: '{"a": 1.10}' },
]

describe.each(postgresVersions)('typing on PostgreSQL %s', (version) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(version)
  })
  afterAll(() => database?.[Symbol.asyncDispose]())

  async function sync(name: string, properties: object, records: readonly string[], config: object = {}) {
    const stream = { name, namespace: 'typing' }
    const run = await runWriteCommand(destination, {
      config: { ...database.config, ...config },
      catalog: {
        streams: [
          {
            stream: { ...stream, json_schema: { type: 'object', properties } },
            sync_mode: 'full_refresh',
            destination_sync_mode: 'append',
            generation_id: 0,
            minimum_generation_id: 0,
            sync_id: 1,
          },
        ],
      },
      input: [...records.map((data) => recordLine(stream, data)), statusLine(stream)],
    })
    expect(run.errorMessage).toBeUndefined()
    expect(run.exitCode).toBe(0)
  }

  it('does to every value what the type table says', async () => {
    const properties = Object.fromEntries(cases.map(({ schema }, index) => [`c${index}`, schema]))
    const record = cases.map(({ json }, index) => `"c${index}":${json}`).join(',')
    await sync('table', properties, [`{${record}}`])
    await database.query("SET TIME ZONE 'UTC'")
    const [row] = await database.query('SELECT * FROM typing."table"')
    const changed = JSON.parse(row?._airbyte_meta ?? '{}').changes.map(
      ({ field }: { field: string }) => field,
    )
    const actual = cases.map(({ json }, index) => ({ json, value: row?.[`c${index}`] ?? null }))
    expect(actual).toEqual(cases.map(({ json, value }) => ({ json, value })))
    const failing = cases.flatMap(({ value }, index) => (value === null ? [`c${index}`] : []))
    expect(changed).toEqual(failing)
  })

  it('keeps any number of digits where numbers are unconstrained', async () => {
    const digits = `${'9'.repeat(60)}.${'1'.repeat(40)}`
    await sync('unconstrained', { n: { type: 'number' } }, [`{"n":${digits}}`], {
      unconstrained_number: true,
    })
    expect(await database.query('SELECT n FROM typing.unconstrained')).toEqual([{ n: digits }])
  })

  it('types as many columns as a table can have', async () => {
    const keys = Array.from({ length: 1590 }, (_, index) => `c${index}`)
    const properties = Object.fromEntries(keys.map((key) => [key, { type: 'boolean' }]))
    const record = keys.map((key, index) => `"${key}":${index % 100 === 7 ? '"bad"' : 'true'}`).join(',')
    await sync('wide', properties, [`{${record}}`])
    const [row] = await database.query('SELECT * FROM typing.wide')
    expect(row?.c1589).toBe('t')
    expect(row?.c7).toBeNull()
    expect(JSON.parse(row?._airbyte_meta ?? '{}').changes).toHaveLength(16)
  })
})
