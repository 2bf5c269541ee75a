import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeRows } from '../../../destinations/bigquery/encode-rows.ts'
import { SimpleBatch, type SimpleRecord } from '../../../src/destination/simple-batch.ts'
import { rawStream } from './connection.ts'

function encode(records: readonly SimpleRecord[]): readonly { readonly [column: string]: unknown }[] {
  const text = Buffer.concat(encodeRows(new SimpleBatch(rawStream('encoded'), records))).toString()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const emittedAt = 1_700_000_000_123.456

describe('a row of a load', () => {
  it('holds the record as the text that was sent', () => {
    const data = '{ "n": 1.10,\t"long":12345678901234567890.123456789 , "text":"a\\"b\\\\\\n\\u00e9é🎉"}'
    expect(encode([{ data, emittedAt, rawId: '01a20338-1422-7000-8000-010a8ef0d29d' }])).toEqual([
      {
        _airbyte_raw_id: '01a20338-1422-7000-8000-010a8ef0d29d',
        _airbyte_extracted_at: '2023-11-14T22:13:20.123456Z',
        _airbyte_data: data,
        _airbyte_meta: '{"changes":[],"sync_id":9007199254740993}',
        _airbyte_generation_id: 3,
      },
    ])
  })

  it("keeps the source's changes as they are", () => {
    const changes = '[{"field":"a","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}]'
    const [row] = encode([{ data: '{}', emittedAt, changes }])
    expect(row?._airbyte_meta).toBe(`{"changes":${changes},"sync_id":9007199254740993}`)
  })

  it.each([
    ['{"a":"\\ud83d\\ude00"}', '{"a":"😀"}', '[]'],
    ['{"a":"\\\\ud83d\\\\ude00"}', '{"a":"\\\\ud83d\\\\ude00"}', '[]'],
    [
      '{"a":"\\ud83d"}',
      '{"a":"\\ufffd"}',
      '[{"field":"a","change":"TRUNCATED","reason":"DESTINATION_SERIALIZATION_ERROR"}]',
    ],
    [
      '{"a":"b\\u0000c"}',
      '{"a":"bc"}',
      '[{"field":"a","change":"TRUNCATED","reason":"DESTINATION_SERIALIZATION_ERROR"}]',
    ],
  ])('of %s is %s', (data, expected, changes) => {
    const [row] = encode([{ data, emittedAt }])
    expect(row).toMatchObject({
      _airbyte_data: expected,
      _airbyte_meta: `{"changes":${changes},"sync_id":9007199254740993}`,
    })
  })

  it('is a line of JSON for every JSON, of any length', () => {
    const record = fc.record({ value: fc.json(), pad: fc.nat({ max: 200_000 }) })
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), (values) => {
        const records = values.map(({ value, pad }) => ({
          data: `{"v":${value},"pad":"${'"\\'.repeat(0)}${'x'.repeat(pad)}\\""}`,
          emittedAt,
        }))
        const rows = encode(records)
        expect(rows.map((row) => JSON.parse(String(row._airbyte_data)))).toEqual(
          records.map(({ data }) => JSON.parse(data)),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('crosses the chunks at any place', () => {
    const data = `{"v":"${'\\"'.repeat(1_500_000)}"}`
    const rows = encode([
      { data, emittedAt },
      { data: '{}', emittedAt },
    ])
    expect(rows.map((row) => row._airbyte_data === data)).toEqual([true, false])
  })

  it.each([
    [-62_135_596_800_000, '0001-01-01T00:00:00.000Z'],
    [-0.001, '1969-12-31T23:59:59.999999Z'],
    [253_402_300_799_999, '9999-12-31T23:59:59.999Z'],
  ])('of the time %d has the time %s', (time, expected) => {
    expect(encode([{ data: '{}', emittedAt: time }])[0]?._airbyte_extracted_at).toBe(expected)
  })

  it.each([-62_135_596_800_001, 253_402_300_800_000, Number.NaN])(
    'of the time %d is refused by its index',
    (time) => {
      expect(() =>
        encode([
          { data: '{}', emittedAt },
          { data: '{}', emittedAt: time },
        ]),
      ).toThrow(expect.objectContaining({ code: 'DATA_REFUSED', recordIndex: 1 }))
    },
  )
})
