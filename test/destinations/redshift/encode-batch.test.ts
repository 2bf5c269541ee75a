import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBatch } from '../../../destinations/redshift/encode-batch.ts'
import { SimpleBatch, type SimpleRecord } from '../../../src/destination/simple-batch.ts'
import { streamConfig } from '../../support/stream-config.ts'

const stream = streamConfig({ syncId: 5n, generationId: 3n })

/** The fields of each line, as RFC 4180 reads them. */
function decode(parts: ReturnType<typeof encodeBatch>): readonly (readonly string[])[] {
  return parts.flatMap(({ lines, rows }) => {
    const text = lines.toString('utf8')
    expect(text.endsWith('\n')).toBe(true)
    const found = text.slice(0, -1).split('\n')
    expect(found).toHaveLength(rows)
    return found.map((line) =>
      Array.from(line.matchAll(/("(?:[^"]|"")*"|[^",]*)(?:,|$)/g), ([, field = '']) => field)
        .slice(0, 5)
        .map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)),
    )
  })
}

const encode = (records: readonly SimpleRecord[], partBytes?: number) =>
  decode(encodeBatch(new SimpleBatch(stream, records), partBytes))

describe('a batch becomes lines of CSV', () => {
  it('with id, time, record, meta and generation', () => {
    const rawId = '01890000-0000-7000-8000-000000000001'
    expect(encode([{ data: '{"a":"x, \\"y\\""}', emittedAt: 1_709_210_096_789.25, rawId }])).toEqual([
      [rawId, '2024-02-29T12:34:56.789250Z', '{"a":"x, \\"y\\""}', '{"changes":[],"sync_id":5}', '3'],
    ])
  })

  it('one line for each record, whatever is in it, in as many files as it takes', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue())
    const record = fc.dictionary(fc.string(), value)
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 2000 }),
        (all, size) => {
          const isWhole = (text: string) => text.isWellFormed() && !text.includes('\\u0000')
          const texts = all
            .map((each) => JSON.stringify(each))
            .filter((text) => isWhole(text) && !/\\ud[89a-f]/.test(text))
          fc.pre(texts.length > 0)
          const rows = encode(
            texts.map((data) => ({ data, emittedAt: 0 })),
            size,
          )
          expect(rows.map(([, , data]) => data)).toEqual(texts)
        },
      ),
    )
  })

  it('a carriage return between tokens is no end of a line', () => {
    expect(encode([{ data: '{"a":\r1}', emittedAt: 0 }])[0]?.[2]).toBe('{"a": 1}')
  })

  it('what no text can hold is replaced, and the meta says where', () => {
    const [row] = encode([{ data: '{"a":"\\ud800"}', emittedAt: 0, changes: '[{"field":"b"}]' }])
    expect(JSON.parse(row?.[2] ?? '')).toEqual({ a: '\ufffd' })
    expect(JSON.parse(row?.[3] ?? '').changes).toEqual([
      { field: 'b' },
      { field: 'a', change: 'TRUNCATED', reason: 'DESTINATION_SERIALIZATION_ERROR' },
    ])
  })

  it.each([
    { case: 'a time beyond the calendar', record: { data: '{}', emittedAt: 1e18 } },
    {
      case: 'a record of more than 16 MiB',
      record: { data: `{"a":"${'x'.repeat(17_000_000)}"}`, emittedAt: 0 },
    },
  ])('$case is refused by its position', ({ record }) => {
    const records = [{ data: '{}', emittedAt: 0 }, record]
    expect(() => encode(records)).toThrow(expect.objectContaining({ code: 'DATA_REFUSED', recordIndex: 1 }))
  })
})
