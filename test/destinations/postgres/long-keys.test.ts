import { randomBytes } from 'node:crypto'
import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

const pages = { name: 'pages', namespace: 'app' }
const rejects = 'airbyte_internal.app_raw__stream_pages_airbyte_rejects'

/** Key columns of each kind that can be longer than an index takes. */
const kinds = {
  text: { type: 'string' },
  document: { type: 'object' },
  list: { type: 'array' },
  anything: {},
} as const

type Kind = keyof typeof kinds

const catalog = (key: readonly string[], properties: object) => ({
  streams: [
    {
      stream: {
        ...pages,
        json_schema: { type: 'object', properties: { ...properties, note: { type: 'string' } } },
      },
      sync_mode: 'incremental',
      destination_sync_mode: key.length === 0 ? 'append' : 'append_dedup',
      primary_key: key.map((name) => [name]),
      cursor_field: [],
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
})

/** Hexadecimal digits of chance have no repetitions, which is what the server would compress. */
const noise = (bytes: number) => randomBytes(bytes / 2).toString('hex')

const values: Readonly<Record<Kind, (noise: string) => unknown>> = {
  text: (noise) => noise,
  document: (noise) => ({ inner: noise }),
  list: (noise) => noise.match(/.{1,40}/g),
  anything: (noise) => [{ inner: noise }],
}

describe.each(postgresVersions)('PostgreSQL %s, with keys that no index takes', (version) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(version)
  })
  afterAll(() => database?.[Symbol.asyncDispose]())
  beforeEach(() => database.query('DROP SCHEMA IF EXISTS app, airbyte_internal CASCADE'))

  const write = async (
    records: readonly (string | object)[],
    key: readonly string[],
    properties: object,
    config: object = {},
  ) => {
    const run = await runWriteCommand(destination, {
      config: { ...database.config, ...config },
      catalog: catalog(key, properties),
      input: [
        ...records.map((data) => recordLine(pages, data)),
        stateLine(pages, 1, records.length),
        statusLine(pages),
      ],
    })
    expect(run.errorMessage).toBeUndefined()
    return run.stateLines.map((line) => JSON.parse(line).state.destinationStats)
  }
  const count = async (table: string) => (await database.query(`SELECT count(*) AS n FROM ${table}`))[0]?.n

  it.each(Object.keys(kinds) as Kind[])(
    'a key of kind %s: one record is rejected, the rest lands',
    async (kind) => {
      const properties = { key: kinds[kind] }
      const record = (text: string) => ({ key: values[kind](text), note: 'x' })
      const few = Array.from({ length: 100 }, (_, index) => record(`plain ${index}`))
      const long = record(noise(12_000))
      expect(await write([...few.slice(0, 60), long, ...few.slice(60)], ['key'], properties)).toEqual([
        { recordCount: 100, rejectedRecordCount: 1 },
      ])
      expect(await count('app.pages')).toBe('100')
      const [kept] = await database.query(
        `SELECT _airbyte_reason AS reason, _airbyte_data AS data FROM ${rejects}`,
      )
      expect(kept?.data).toBe(JSON.stringify(long))
      expect(kept?.reason).toContain('The primary key (`key`) of a record of `app.pages`')
      expect(kept?.reason).toContain('shorter')

      expect(await write([record('plain 7'), record('new')], ['key'], properties)).toEqual([
        { recordCount: 2 },
      ])
      expect(await count('app.pages')).toBe('101')
    },
  )

  it('a long key that compresses well stays', async () => {
    const key = 'landfall '.repeat(11_000)
    const record = { key, note: 'x' }
    expect(await write([record, { key: 'short' }], ['key'], { key: kinds.text })).toEqual([
      { recordCount: 2 },
    ])
    expect(await write([{ ...record, note: 'y' }], ['key'], { key: kinds.text })).toEqual([
      { recordCount: 1 },
    ])
    const rows = await database.query("SELECT note FROM app.pages WHERE key <> 'short'")
    expect(rows).toEqual([{ note: 'y' }])
  })

  it('the parts of a key count together, and so does the last of a name that is repeated', async () => {
    const properties = { a: kinds.text, b: kinds.text, n: { type: 'integer' } }
    const part = noise(2000)
    const records = [
      { a: part, b: 'short', n: 1 },
      { a: part, b: noise(2000), n: 2 },
      `{"a":"${noise(9000)}","b":"x","n":3,"a":"short"}`,
      `{"a":"short","b":"x","n":4,"\\u0061":"${noise(9000)}"}`,
    ]
    expect(await write(records, ['a', 'b', 'n'], properties)).toEqual([
      { recordCount: 2, rejectedRecordCount: 2 },
    ])
    expect(await database.query('SELECT n FROM app.pages ORDER BY n')).toEqual([{ n: '1' }, { n: '3' }])
  })

  it('several in one batch, beside keys just below the limit', async () => {
    const records = Array.from({ length: 300 }, (_, index) => ({
      key: `${index} ${index % 100 === 50 ? noise(10_000) : noise(2600)}`,
    }))
    expect(await write(records, ['key'], { key: kinds.text })).toEqual([
      { recordCount: 297, rejectedRecordCount: 3 },
    ])
    expect(await count('app.pages')).toBe('297')
  })

  it('a number of any size as a key', async () => {
    const digits = (count: number) => `1${noise(count).replace(/[a-f]/g, '7')}`
    const records = [`{"key":${digits(9000)}}`, `{"key":${digits(100)}}`]
    const properties = { key: { type: 'number' } }
    expect(await write(records, ['key'], properties, { unconstrained_number: true })).toEqual([
      { recordCount: 1, rejectedRecordCount: 1 },
    ])
  })

  it('an append stream, which has no such index, keeps all', async () => {
    const key = noise(12_000)
    expect(await write([{ key }, { key: 1 }], [], { key: kinds.text })).toEqual([{ recordCount: 2 }])
  })
})
