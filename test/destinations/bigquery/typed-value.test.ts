import { rawColumns, type StreamConfig } from 'landfall/sdk'
import { parseCatalog, planCatalog } from 'landfall/sql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../support/bigquery-double/engine.ts'
import { ZetaSqlService } from '../../support/bigquery-double/zetasql-service.ts'
import { generator } from './connection.ts'

const service = new ZetaSqlService()
const engine = new Engine(service, 'EU')

const time = (airbyteType: string, format: string) => ({ type: 'string', format, airbyte_type: airbyteType })

const schemas = {
  string: { type: 'string' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  timestamp: time('timestamp_with_timezone', 'date-time'),
  datetime: time('timestamp_without_timezone', 'date-time'),
  time: time('time_without_timezone', 'time'),
  zonedTime: time('time_with_timezone', 'time'),
  object: { type: 'object' },
  array: { type: 'array' },
  unknown: {},
  oneOf: { oneOf: [{ type: 'string' }] },
} as const

type Kind = keyof typeof schemas

/** Kind, the JSON that is sent, and the column as text; `null` is NULL with an entry, `undefined` NULL without one. */
const cases: readonly (readonly [Kind, string, string | null | undefined])[] = [
  ['string', '"a"', 'a'],
  ['string', '""', ''],
  ['string', '1.50', '1.50'],
  ['string', '{"a":[1.10]}', '{"a":[1.10]}'],
  ['string', 'true', 'true'],
  ['string', 'null', undefined],
  ['number', '1.5', '1.5'],
  ['number', '"1.5"', '1.5'],
  ['number', '0.1234567895', '0.12345679'],
  ['number', '99999999999999999999999999999.999999999', '99999999999999999999999999999.999999999'],
  ['number', '1e29', null],
  ['number', '1e400', null],
  ['number', '""', null],
  ['number', 'true', null],
  ['number', '[1]', null],
  ['number', 'null', undefined],
  ['integer', '9223372036854775807', '9223372036854775807'],
  ['integer', '-9223372036854775808', '-9223372036854775808'],
  ['integer', '1.0', '1'],
  ['integer', '1e3', '1000'],
  ['integer', '"12"', '12'],
  ['integer', '"0x10"', '16'],
  ['integer', '9223372036854775808', null],
  ['integer', '1.5', null],
  ['integer', '7.00000000000000000000000000000001', null],
  ['integer', '1e-400', null],
  ['integer', '"1e-39"', null],
  ['integer', '0.0000000000000000000000000000000000000001', null],
  ['integer', '7.00000000000000000000000000000000000000000000', '7'],
  ['integer', '100e-2', '1'],
  ['integer', '1.5e1', '15'],
  ['integer', '0e5', '0'],
  ['integer', '""', null],
  ['integer', 'true', null],
  ['integer', '{}', null],
  ['boolean', 'true', 'true'],
  ['boolean', '"FALSE"', 'false'],
  ['boolean', '1', null],
  ['boolean', '"yes"', null],
  ['date', '"2024-02-29"', '2024-02-29'],
  ['date', '"2024-02-29T23:59:59+02:00"', '2024-02-29'],
  ['date', '"2023-02-29"', null],
  ['date', '"2024-02-29 nonsense"', null],
  ['date', '20230123', null],
  ['timestamp', '"2024-02-29T12:30:15Z"', '2024-02-29 12:30:15+00'],
  ['timestamp', '"2024-02-29T12:30+02:00"', '2024-02-29 10:30:00+00'],
  ['timestamp', '"2024-02-29 12:30:15.123456789-0130"', '2024-02-29 14:00:15.123456+00'],
  ['timestamp', '"2024-02-29"', '2024-02-29 00:00:00+00'],
  ['timestamp', '"2024-02-30T00:00:00Z"', null],
  ['timestamp', '1709209815', null],
  ['timestamp', '""', null],
  ['datetime', '"2024-02-29T12:30:15.5"', '2024-02-29 12:30:15.500'],
  ['datetime', '"2024-02-29T12:30:15+05:30"', '2024-02-29 12:30:15'],
  ['datetime', '"2024-02-29T12:30Z"', '2024-02-29 12:30:00'],
  ['datetime', '"2024-02-30T12:30"', null],
  ['datetime', '1', null],
  ['time', '"12:30:15.123456"', '12:30:15.123456'],
  ['time', '"12:30"', '12:30:00'],
  ['time', '"12:30:15Z"', '12:30:15'],
  ['time', '"12:30:15.1234567+02"', '12:30:15.123456'],
  ['time', '"25:00:00"', null],
  ['time', '"2024-02-29T12:30:15"', null],
  ['zonedTime', '"12:30:15Z"', '12:30:15Z'],
  ['zonedTime', '"whatever"', 'whatever'],
  ['zonedTime', '{}', null],
  ['object', '{"b":1,"a":[1,2.50]}', '{"a":[1,2.5],"b":1}'],
  ['object', '{"long":0.12345678901234567890123}', '{"long":0.12345678901234568}'],
  ['object', '[]', null],
  ['object', '"{}"', null],
  ['object', '{"a":1e400}', null],
  ['array', '[1,"a",null]', '[1,"a",null]'],
  ['array', '{}', null],
  ['unknown', '"a"', '"a"'],
  ['unknown', 'null', 'null'],
  ['unknown', '1e400', null],
  ['oneOf', '[1]', '[1]'],
  ['oneOf', 'null', 'null'],
]

function planStream(): StreamConfig {
  const stream = {
    stream: { name: 'values', namespace: 'shop', json_schema: { type: 'object', properties: schemas } },
    sync_mode: 'incremental',
    destination_sync_mode: 'append',
    generation_id: 1,
    minimum_generation_id: 0,
    sync_id: 1,
  }
  const options = { naming: generator.naming, defaultNamespace: 'shop', rawNamespace: 'raw' }
  const [planned] = planCatalog(parseCatalog(JSON.stringify({ streams: [stream] })), options).streams
  if (planned === undefined) throw new Error('the plan has no stream')
  return planned
}

/** All cases in one statement: record number n has the value of case n. */
let results: readonly { readonly text: string | null; readonly changes: readonly string[] }[] = []

beforeAll(async () => {
  const stream = planStream()
  for (const batch of [
    generator.createNamespace('raw'),
    generator.createNamespace('shop'),
    generator.createRawTable(stream, ''),
    generator.createFinalTable(stream),
  ]) {
    for (const transaction of batch) for (const statement of transaction) await engine.run(statement)
  }
  const raw = generator.rawTable(stream)
  const key = `${raw.namespace}.${raw.name}`
  const table = engine.store.table(key)
  const rows = cases.map(([kind, value], index) => [
    { string_value: String(index).padStart(4, '0') },
    { timestamp_value: { seconds: String(1_700_000_000 + index) } },
    {},
    { string_value: `{"${kind}":${value}}` },
    { string_value: '{"changes":[],"sync_id":1}' },
    { int64_value: '1' },
  ])
  engine.store.tables.set(key, { ...table, rows })
  for (const transaction of generator.updateFinalTable(stream, 'empty')) {
    await engine.run(`BEGIN TRANSACTION;\nBEGIN\n${transaction.join(';\n')};\nEND;\nCOMMIT TRANSACTION;`)
  }
  const text = (kind: Kind) =>
    ['object', 'array', 'unknown', 'oneOf'].includes(kind)
      ? `IF(\`${kind}\` IS NULL, NULL, TO_JSON_STRING(\`${kind}\`))`
      : `CAST(\`${kind}\` AS STRING)`
  const columns = (Object.keys(schemas) as Kind[]).map((kind) => `${text(kind)} AS \`${kind}\``)
  const { result } = await engine.run(
    `SELECT TO_JSON_STRING(\`${rawColumns.meta}\`) AS meta, ${columns.join(', ')} FROM \`shop\`.\`values\` ORDER BY \`${rawColumns.rawId}\``,
  )
  results = (result?.rows ?? []).map((row, index) => {
    const position = 1 + Object.keys(schemas).indexOf(cases[index]?.[0] ?? '')
    const value = row[position]?.string_value
    const meta: { readonly changes: readonly { readonly field: string }[] } = JSON.parse(
      String(row[0]?.string_value),
    )
    return { text: typeof value === 'string' ? value : null, changes: meta.changes.map(({ field }) => field) }
  })
})

afterAll(() => service[Symbol.asyncDispose]())

describe('a value becomes its column', () => {
  it.each(cases.map((one, index) => [...one, index] as const))(
    '%s of %s is %s',
    (kind, _json, expected, index) => {
      expect(results[index]).toEqual({ text: expected ?? null, changes: expected === null ? [kind] : [] })
    },
  )
})

describe('a stream of many columns', () => {
  it('needs less text than a query may have, with 1,400 of them', () => {
    const kinds = Object.values(schemas)
    const properties = Object.fromEntries(
      Array.from({ length: 1400 }, (_, index) => [
        `a_column_of_some_length_${index}`,
        kinds[index % kinds.length],
      ]),
    )
    const stream = {
      stream: { name: 'wide', json_schema: { type: 'object', properties } },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['a_column_of_some_length_0']],
      cursor_field: ['a_column_of_some_length_5'],
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    }
    const options = { naming: generator.naming, defaultNamespace: 'shop', rawNamespace: 'raw' }
    const [planned] = planCatalog(parseCatalog(JSON.stringify({ streams: [stream] })), options).streams
    if (planned === undefined) throw new Error('the plan has no stream')
    const texts = generator
      .updateFinalTable(planned, 'populated')
      .map((transaction) => transaction.join(';\n'))
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(1024 * 1024)
  })
})
