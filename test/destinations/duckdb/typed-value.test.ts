import fc from 'fast-check'
import { type AirbyteType, type StreamConfig, sql } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { DuckDbSqlGenerator } from '../../../destinations/duckdb/sql-generator.ts'
import { SimpleBatch } from '../../../src/destination/simple-batch.ts'
import { exponentCases, toNineDecimals } from '../../support/nine-decimals.ts'
import { openTestDatabase, rawStream } from './database.ts'

/** The value did not fit: the column is NULL and the row's changes say so. */
const nulled = Symbol('nulled')

/** The column is NULL because there was nothing: no change. */
const absent = null

type Expectation = string | typeof nulled | typeof absent

const generator = new DuckDbSqlGenerator()

function streamOf(type: AirbyteType): StreamConfig {
  return rawStream({ columns: [{ id: { name: 'v', originalName: 'v', canonicalName: 'v' }, type }] })
}

/** Types one record per JSON value and says what became of each. */
async function typeValues(
  type: AirbyteType,
  values: readonly string[],
): Promise<readonly (readonly [string, unknown])[]> {
  const rows = await typeRecords(
    streamOf(type),
    values.map((value) => `{"v":${value}}`),
  )
  return rows.map((row, index) => [values[index] ?? '', outcome({ v: row.v, meta: row._airbyte_meta })])
}

/** The final table's columns as text, in the order of the records. */
async function typeRecords(
  stream: StreamConfig,
  documents: readonly string[],
): Promise<readonly { readonly [column: string]: unknown }[]> {
  const warehouse = await openTestDatabase()
  await warehouse.execute([
    ...generator.createNamespace('raw'),
    ...generator.createNamespace('shop'),
    ...generator.createRawTable(stream, ''),
    ...generator.createFinalTable(stream),
  ])
  const records = documents.map((data, index) => ({ data, emittedAt: index }))
  await warehouse.insertRaw(generator.rawTable(stream), new SimpleBatch(stream, records))
  await warehouse.execute(generator.updateFinalTable(stream, 'empty'))
  return await warehouse.query(sql`SELECT COLUMNS(*)::VARCHAR FROM shop.users ORDER BY _airbyte_extracted_at`)
}

function outcome(row: { readonly [column: string]: unknown }): unknown {
  const sync = '"sync_id":9007199254740993}'
  const failure = '{"field":"v","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'
  if (row.meta === `{"changes":[],${sync}`) return row.v
  if (row.meta === `{"changes":[${failure}],${sync}` && row.v === null) return nulled
  return row
}

const struct: AirbyteType = { type: 'struct', properties: new Map() }
const array: AirbyteType = { type: 'array', items: { type: 'unknown' } }

const exactJson: readonly (readonly [string, Expectation])[] = [
  [
    '{"a":0.12345678901234567890,"b":[1e400,-0,1.10,{"c":12345678901234567.89}]}',
    '{"a":0.12345678901234567890,"b":[1e400,-0,1.10,{"c":12345678901234567.89}]}',
  ],
  [
    '{"a":9007199254740993,"b":9223372036854775808,"c":1.0}',
    '{"a":9007199254740993,"b":9223372036854775808,"c":1.0}',
  ],
  ['{"a":"0.12345678901234567890 \\" 1e5","b":1e-400}', '{"a":"0.12345678901234567890 \\" 1e5","b":1e-400}'],
  ['{"a.b":1,"":{"x y":null},"2":0,"1":0}', '{"a.b":1,"":{"x y":null},"2":0,"1":0}'],
  ['{}', '{}'],
]

const cases: readonly (readonly [string, AirbyteType, readonly (readonly [string, Expectation])[]])[] = [
  [
    'string',
    { type: 'string' },
    [
      ['"text"', 'text'],
      ['""', ''],
      ['"null"', 'null'],
      ['null', absent],
      ['"a\\u0000b"', 'a\u0000b'],
      ['"\\ud83d\\ude00 é \\n \\" \\\\"', '😀 é \n " \\'],
      ['1', '1'],
      ['1.0', '1.0'],
      ['-0', '-0'],
      ['1e3', '1e3'],
      ['1e400', '1e400'],
      ['9007199254740993', '9007199254740993'],
      ['99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
      ['0.12345678901234567890123', '0.12345678901234567890123'],
      ['0.30000000000000004', '0.30000000000000004'],
      ['0.0000001', '0.0000001'],
      ['1e-7', '1e-7'],
      ['1e22', '1e22'],
      ['1.5e300', '1.5e300'],
      ['-0.00001', '-0.00001'],
      ['100000000000000000000.0', '100000000000000000000.0'],
      ['true', 'true'],
      ['{"b":1,"a":[0.12345678901234567890,"x"]}', '{"b":1,"a":[0.12345678901234567890,"x"]}'],
      ['[]', '[]'],
    ],
  ],
  [
    'integer',
    { type: 'integer' },
    [
      ['1', '1'],
      ['-0', '0'],
      ['1.0', '1'],
      ['1e3', '1000'],
      ['1.5e1', '15'],
      ['9007199254740993', '9007199254740993'],
      ['9223372036854775807', '9223372036854775807'],
      ['-9223372036854775808', '-9223372036854775808'],
      ['9223372036854775807.0', '9223372036854775807'],
      ['9.223372036854775807e18', '9223372036854775807'],
      ['"12"', '12'],
      ['"+7"', '7'],
      ['"007"', '7'],
      ['null', absent],
      ['1.5', nulled],
      ['10e-1', '1'],
      ['123456789012345678.9e1', '1234567890123456789'],
      ['0e99', '0'],
      ['1e00000000000000000003', '1000'],
      ['15e-1', nulled],
      ['9.435381072518449965103233671E8', nulled],
      ['1e19', nulled],
      ['1.0000000000000000000001', nulled],
      ['9223372036854775808', nulled],
      ['9223372036854775807.4', nulled],
      ['1e400', nulled],
      ['1e-400', nulled],
      ['true', nulled],
      ['""', nulled],
      ['"abc"', nulled],
      ['"0x10"', nulled],
      ['"1_000"', nulled],
      ['" 12 "', nulled],
      ['{"a":1}', nulled],
      ['[1]', nulled],
    ],
  ],
  [
    'number',
    { type: 'number' },
    [
      ['1', '1.000000000'],
      ['1.5', '1.500000000'],
      ['-0', '0.000000000'],
      ['1e3', '1000.000000000'],
      ['0.1', '0.100000000'],
      ['0.0000000005', '0.000000001'],
      ['0.00000000049999999999999999', '0.000000000'],
      ['12345678901234567890123456789.123456789', '12345678901234567890123456789.123456789'],
      ['99999999999999999999999999999.999999999', '99999999999999999999999999999.999999999'],
      ['"1.25"', '1.250000000'],
      ['1e-400', '0.000000000'],
      ['5.7e-14', '0.000000000'],
      ['5e-324', '0.000000000'],
      ['-5e-10', '-0.000000001'],
      ['4.99999999999999999999e-10', '0.000000000'],
      ['9.435381072518449965103233671E8', '943538107.251844997'],
      ['508071581750090519655331361553e-1', '50807158175009051965533136155.300000000'],
      ['"+.5E+1"', '5.000000000'],
      ['"5.e1"', '50.000000000'],
      ['0e99', '0.000000000'],
      ['1e28', '10000000000000000000000000000.000000000'],
      ['null', absent],
      ['-132.95e27', nulled],
      ['1e99999999999999999999', nulled],
      ['100000000000000000000000000000', nulled],
      ['99999999999999999999999999999.9999999995', nulled],
      ['1e30', nulled],
      ['1e400', nulled],
      ['"NaN"', nulled],
      ['"1,000"', nulled],
      ['"1_000"', nulled],
      ['""', nulled],
      ['true', nulled],
      ['{}', nulled],
    ],
  ],
  [
    'boolean',
    { type: 'boolean' },
    [
      ['true', 'true'],
      ['false', 'false'],
      ['"true"', 'true'],
      ['"False"', 'false'],
      ['null', absent],
      ['1', nulled],
      ['0', nulled],
      ['"yes"', nulled],
      ['""', nulled],
      ['[]', nulled],
    ],
  ],
  [
    'timestamp with timezone',
    { type: 'timestamp_with_timezone' },
    [
      ['"2023-01-23T10:00:00Z"', '2023-01-23 10:00:00+00'],
      ['"2023-01-23t10:00:00z"', '2023-01-23 10:00:00+00'],
      ['"2023-01-23T10:00:00.123456Z"', '2023-01-23 10:00:00.123456+00'],
      ['"2023-01-23T10:00:00.1234567Z"', '2023-01-23 10:00:00.123456+00'],
      ['"2023-01-23T10:00:00+08:00"', '2023-01-23 02:00:00+00'],
      ['"2023-01-23T10:00:00-0800"', '2023-01-23 18:00:00+00'],
      ['"2023-01-23T10:00:00-08"', '2023-01-23 18:00:00+00'],
      ['"2023-01-23 10:00:00"', '2023-01-23 10:00:00+00'],
      ['"2023-01-23"', '2023-01-23 00:00:00+00'],
      ['"2023-01-23 10:00:00 Europe/Zurich"', '2023-01-23 09:00:00+00'],
      ['"9999-12-31T23:59:59.999999Z"', '9999-12-31 23:59:59.999999+00'],
      ['"12023-01-23T10:00:00Z"', '12023-01-23 10:00:00+00'],
      ['"2023-01-23T10:00"', '2023-01-23 10:00:00+00'],
      ['"2023-01-23T10:00Z"', '2023-01-23 10:00:00+00'],
      ['"2023-01-23 10:00+02:00"', '2023-01-23 08:00:00+00'],
      ['"2023-01-23t10:00-0800"', '2023-01-23 18:00:00+00'],
      ['"2023-01-23T24:00:00Z"', '2023-01-24 00:00:00+00'],
      ['"0000-01-01T00:00:00Z"', '0001-01-01 (BC) 00:00:00+00'],
      ['"0044-03-15 (BC) 00:00:00Z"', '0044-03-15 (BC) 00:00:00+00'],
      ['"0044-03-15 (BC) 00:00:00 Europe/Zurich"', '0044-03-14 (BC) 23:25:52+00'],
      ['"0044-03-15 (BC) 10:00:00"', '0044-03-15 (BC) 10:00:00+00'],
      ['"infinity"', 'infinity'],
      ['null', absent],
      ['"2016-12-31T23:59:60Z"', nulled],
      ['"294276-12-31T23:59:59Z"', nulled],
      ['"300000-01-01T00:00:00Z"', nulled],
      ['"2023-02-30T10:00:00Z"', nulled],
      ['"2023-01-23T10:00:00Zebra"', nulled],
      ['""', nulled],
      ['1674468000', nulled],
      ['{}', nulled],
    ],
  ],
  [
    'timestamp without timezone',
    { type: 'timestamp_without_timezone' },
    [
      ['"2023-01-23T10:00:00"', '2023-01-23 10:00:00'],
      ['"2023-01-23T10:00:00.5"', '2023-01-23 10:00:00.5'],
      ['"2023-01-23T10:00:00+08:00"', '2023-01-23 10:00:00'],
      ['"2023-01-23T10:00:00Z"', '2023-01-23 10:00:00'],
      ['"2023-01-23"', '2023-01-23 00:00:00'],
      ['null', absent],
      ['"2023-13-23T10:00:00"', nulled],
      ['"10:00:00"', nulled],
      ['""', nulled],
      ['20230123', nulled],
    ],
  ],
  [
    'time with timezone',
    { type: 'time_with_timezone' },
    [
      ['"10:00:00Z"', '10:00:00+00'],
      ['"10:00:00 UTC"', '10:00:00+00'],
      ['"10:00:00.123456+05:30"', '10:00:00.123456+05:30'],
      ['"10:00:00+0530"', '10:00:00+05:30'],
      ['"10:00:00-08"', '10:00:00-08'],
      ['"10:00:00"', '10:00:00+00'],
      ['"10:00Z"', '10:00:00+00'],
      ['"10:00 UTC"', '10:00:00+00'],
      ['"10:00+02:00"', '10:00:00+02'],
      ['"10:00"', '10:00:00+00'],
      ['null', absent],
      ['"25:00:00Z"', nulled],
      ['"10:00:00+16:00"', nulled],
      ['"2023-01-23T10:00:00Z"', nulled],
      ['""', nulled],
      ['36000', nulled],
    ],
  ],
  [
    'time without timezone',
    { type: 'time_without_timezone' },
    [
      ['"10:00:00"', '10:00:00'],
      ['"10:00"', '10:00:00'],
      ['"10:00:00.123456"', '10:00:00.123456'],
      ['"23:59:59.9999999"', '23:59:59.999999'],
      ['"10:00:00+05:30"', '10:00:00'],
      ['"10:00:00Z"', '10:00:00'],
      ['"10:00Z"', '10:00:00'],
      ['"9:00-08"', '09:00:00'],
      ['null', absent],
      ['"25:00:00"', nulled],
      ['"2023-01-23"', nulled],
      ['"2023-01-23T10:00:00"', nulled],
      ['""', nulled],
    ],
  ],
  [
    'date',
    { type: 'date' },
    [
      ['"2023-01-23"', '2023-01-23'],
      ['"2023-01-23T10:00:00Z"', '2023-01-23'],
      ['"2024-02-29"', '2024-02-29'],
      ['"300000-01-01"', '300000-01-01'],
      ['null', absent],
      ['"2023-02-29"', nulled],
      ['"2023-01-23abc"', nulled],
      ['"today"', nulled],
      ['""', nulled],
      ['20230123', nulled],
    ],
  ],
  [
    'struct',
    struct,
    [...exactJson, ['null', absent], ['[1]', nulled], ['"{}"', nulled], ['1', nulled], ['true', nulled]],
  ],
  [
    'array',
    array,
    [
      ['[0.12345678901234567890,{"a":[1e400]},"x"]', '[0.12345678901234567890,{"a":[1e400]},"x"]'],
      ['[]', '[]'],
      ['null', absent],
      ['{}', nulled],
      ['"[]"', nulled],
      ['0', nulled],
    ],
  ],
  ...(['unknown', 'unsupported_one_of'] as const).map(
    (type) =>
      [
        type,
        type === 'unknown' ? { type } : { type, options: [] },
        [
          ...exactJson,
          ['"text"', '"text"'],
          ['1.0', '1.0'],
          ['1e400', '1e400'],
          ['0.12345678901234567890', '0.12345678901234567890'],
          ['true', 'true'],
          ['[]', '[]'],
          ['null', absent],
        ],
      ] as const,
  ),
  [
    'union of string and object',
    { type: 'union', options: [{ type: 'string' }, struct] },
    [
      ['{"a":1}', '{"a":1}'],
      ['"text"', nulled],
    ],
  ],
]

describe.each(cases)('a column of type %s', (_, type, values) => {
  it('takes what fits, and records what does not', async () => {
    expect(
      await typeValues(
        type,
        values.map(([value]) => value),
      ),
    ).toEqual(values)
  })
})

describe('a column whose key looks like a number', () => {
  const keys = [
    'a [1.5]',
    'Size [0.5 l]',
    'Price: 1.5e3',
    ', -0 "x\\',
    '[1E-5',
    '1.5',
    ':0',
    ' e5, 1e5 ]}',
  ] as const

  function streamOfKeys(): StreamConfig {
    const columns = [...keys, 'v'].map((key) => ({
      id: { name: key, originalName: key, canonicalName: key },
      type: { type: 'string' } as const,
    }))
    return rawStream({ columns })
  }

  it.each([
    '1.10',
    '1e-5',
    '-0',
    '0.12345678901234567890',
    '1.5',
    '"1.10, 2.50 \\\\\\""',
    '[-0,1E+5,{"a [1.5]":1.10}]',
  ])('keeps its value beside %s', async (number) => {
    const data = `{${keys.map((key) => `${JSON.stringify(key)} : ${JSON.stringify(`${key} ${number}`)}`).join(',')},"v":${number}}`
    const value = number.startsWith('"') ? JSON.parse(number) : number
    const expected = [...keys.map((key) => [key, `${key} ${number}`]), ['v', value]]
    const [row] = await typeRecords(streamOfKeys(), [data])
    expect(expected.map(([key]) => [key, row?.[key]])).toEqual(expected)
  })
})

describe('a column whose key has half a surrogate pair', () => {
  it('costs the others nothing', async () => {
    const columns = ['a', '\ud800'].map((key, index) => ({
      id: { name: `c${index}`, originalName: key, canonicalName: `c${index}` },
      type: { type: 'integer' } as const,
    }))
    const [row] = await typeRecords(rawStream({ columns }), ['{"a":1,"\ufffd":"x"}'])
    expect(row).toMatchObject({
      c0: '1',
      c1: null,
      _airbyte_meta: expect.stringContaining('{"field":"\ufffd","change":"NULLED"'),
    })
  })
})

describe('a column of type number', () => {
  it('rounds as decimal arithmetic does, whatever the size', async () => {
    const size = (digits: number) => fc.bigInt({ min: -(10n ** BigInt(digits)), max: 10n ** BigInt(digits) })
    const wholes = fc.oneof(size(1), size(9), size(10), size(20), size(29), size(31))
    const fractions = fc.oneof(
      fc.stringMatching(/^[0-9]{1,30}$/),
      fc.constantFrom('5', '0000000005', '0000000004999', '9999999995', '99999999949'),
    )
    const samples = fc.sample(fc.tuple(wholes, fractions), { numRuns: 2000, seed: 1 })
    const cases = samples.map(
      ([whole, fraction]) =>
        [
          `${whole}.${fraction}`,
          toNineDecimals(whole < 0n, String(whole).replace('-', ''), fraction) ?? nulled,
        ] as const,
    )
    expect(
      await typeValues(
        { type: 'number' },
        cases.map(([value]) => value),
      ),
    ).toEqual(cases)
  })

  it('takes an exponent for a shift of the point, to the last digit', async () => {
    const cases = exponentCases(2000).map(({ text, value }) => [text, value ?? nulled] as const)
    expect(
      await typeValues(
        { type: 'number' },
        cases.map(([value]) => value),
      ),
    ).toEqual(cases)
  })
})
