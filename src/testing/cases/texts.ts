import type { ConformanceCase } from '../conformance-case.ts'
import { completeSync, dedupedUsers, integer, string, timestamp, userStream } from './helpers.ts'

const documents = { id: integer, name: string, object: { type: 'object' }, array: { type: 'array' } }

/** Text that databases refuse or confuse, times in all their spellings, and numbers of any size. */
export const textCases: readonly ConformanceCase[] = [
  {
    name: 'an empty text is not NULL, in a primary key too',
    syncs: [
      {
        streams: [dedupedUsers({ primaryKey: [['name']] })],
        lines: completeSync([
          { id: 1, name: '', at: null },
          { id: 2, name: null, at: null },
          { id: 3, name: ' ', at: null },
        ]),
        final: {
          users: [
            { id: { number: '1' }, name: '' },
            { id: { number: '2' }, name: null },
            { id: { number: '3' }, name: ' ' },
          ],
        },
      },
      {
        streams: [dedupedUsers({ primaryKey: [['name']] })],
        lines: completeSync([
          { id: 4, name: '', at: null },
          { id: 5, at: null },
        ]),
        final: {
          users: [
            { id: { number: '3' }, name: ' ' },
            { id: { number: '4' }, name: '' },
            { id: { number: '5' }, name: null },
          ],
        },
      },
    ],
  },
  {
    name: 'blanks at the end of a primary key count',
    syncs: [
      {
        streams: [dedupedUsers({ primaryKey: [['name']] })],
        lines: completeSync([
          { id: 1, name: 'a' },
          { id: 2, name: 'a ' },
        ]),
        final: { users: [{ name: 'a' }, { name: 'a ' }] },
      },
      {
        streams: [dedupedUsers({ primaryKey: [['name']] })],
        lines: completeSync([{ id: 3, name: 'a' }]),
        final: {
          users: [
            { id: { number: '3' }, name: 'a' },
            { id: { number: '2' }, name: 'a ' },
          ],
        },
      },
    ],
  },
  {
    name: 'half a surrogate pair becomes U+FFFD, wherever it is, and the row says so',
    syncs: [
      {
        streams: [userStream({ properties: documents })],
        lines: completeSync([
          '{"id":1,"name":"a\\ud800b"}',
          '{"id":2,"name":"\\udc00"}',
          '{"id":3,"object":{"deep":{"er":"\\ud83d"}}}',
          '{"id":4,"array":["fine",["\\ud83d\\ud83d\\ude00"]]}',
          '{"id":5,"object":{"\\ud800":1}}',
          '{"id":6,"name":"\\ud83d\\ude00"}',
          '{"id":7,"name":"\\\\ud800"}',
        ]),
        final: {
          users: [
            row(1, { name: 'a\ufffdb', changes: replaced('name') }),
            row(2, { name: '\ufffd', changes: replaced('name') }),
            row(3, { object: { json: '{"deep":{"er":"\ufffd"}}' }, changes: replaced('object') }),
            row(4, { array: { json: '["fine",["\ufffd😀"]]' }, changes: replaced('array') }),
            row(5, { object: { json: '{"\ufffd":1}' }, changes: replaced('object') }),
            row(6, { name: '😀' }),
            row(7, { name: '\\ud800' }),
          ],
        },
      },
    ],
  },
  {
    name: 'NUL characters in nested texts, arrays and keys cost no other value',
    syncs: [
      {
        streams: [userStream({ properties: documents })],
        lines: completeSync([
          '{"id":1,"name":"kept","object":{"deep":{"er":"a\\u0000b"}}}',
          '{"id":2,"name":"kept","array":["a\\u0000b",["\\u0000"]]}',
          '{"id":3,"name":"kept","object":{"\\u0000":1,"a\\u0000":2}}',
          '{"id":4,"name":"kept","oth\\u0000er":"x"}',
          '{"id":5,"name":"kept","\\u0000":"\\u0000"}',
        ]),
        final: { users: [1, 2, 3, 4, 5].map((id) => ({ id: { number: String(id) }, name: 'kept' })) },
        rawCounts: { users: 5 },
      },
    ],
  },
  {
    name: 'times with offsets are instants, whatever their spelling',
    syncs: [
      {
        streams: [userStream()],
        lines: completeSync(
          [
            '2024-02-29T12:30:15Z',
            '2024-02-29T12:30:15.000000Z',
            '2024-02-29 12:30:15Z',
            '2024-02-29T12:30:15+00:00',
            '2024-02-29T18:00:15+05:30',
            '2024-02-29T04:30:15-0800',
            '2024-02-29T20:30:15+08',
            '2024-02-29T12:30:15',
            '2024-02-29t12:30:15z',
          ].map((at) => ({ at })),
        ),
        final: {
          users: Array.from({ length: 9 }, () => ({ at: { instant: '2024-02-29T12:30:15Z' }, changes: '' })),
        },
      },
    ],
  },
  {
    name: 'times without seconds, with microseconds, and at the edges of the calendar',
    syncs: [
      {
        streams: [userStream()],
        lines: completeSync([
          { id: 1, at: '2024-02-29T12:30Z' },
          { id: 2, at: '2024-02-29T12:30:00.123456Z' },
          { id: 3, at: '0001-01-01T00:00:00Z' },
          { id: 4, at: '9999-12-31T23:59:59.999999Z' },
          { id: 5, at: '1969-12-31T23:59:59.999999Z' },
        ]),
        final: {
          users: [
            { id: { number: '1' }, at: { instant: '2024-02-29T12:30:00Z' }, changes: '' },
            { id: { number: '2' }, at: { instant: '2024-02-29T12:30:00.123456Z' }, changes: '' },
            { id: { number: '3' }, at: { instant: '0001-01-01T00:00:00Z' }, changes: '' },
            { id: { number: '4' }, at: { instant: '9999-12-31T23:59:59.999999Z' }, changes: '' },
            { id: { number: '5' }, at: { instant: '1969-12-31T23:59:59.999999Z' }, changes: '' },
          ],
        },
      },
    ],
  },
  {
    name: 'times that do not exist are NULL with a change',
    syncs: [
      {
        streams: [
          userStream({ properties: { id: integer, at: timestamp, day: { type: 'string', format: 'date' } } }),
        ],
        lines: completeSync(
          [
            '2023-02-29T00:00:00Z',
            '2024-13-01T00:00:00Z',
            '2024-01-01T25:00:00Z',
            '2024-01-32',
            'tomorrow morning',
          ].map((at) => ({ at, day: at })),
        ),
        rawCounts: { users: 5 },
        final: {
          users: Array.from({ length: 5 }, () => ({
            at: null,
            day: null,
            changes: 'at NULLED DESTINATION_TYPECAST_ERROR; day NULLED DESTINATION_TYPECAST_ERROR',
          })),
        },
      },
    ],
  },
  {
    name: 'numbers of any size stop no sync; what no column can hold is NULL',
    syncs: [
      {
        streams: [userStream({ properties: { id: integer, amount: { type: 'number' }, name: string } })],
        lines: completeSync([
          '{"id":1,"amount":1e400,"name":"a"}',
          `{"id":2,"amount":1${'0'.repeat(400)},"name":"b"}`,
          `{"id":3,"amount":1${'0'.repeat(200_000)},"name":"c"}`,
          '{"id":4,"amount":1e-400,"name":"d"}',
          '{"id":6,"amount":-0,"name":"f"}',
          '{"id":7,"amount":1e2000000,"name":"g"}',
        ]),
        final: {
          users: [
            { id: { number: '1' }, amount: null, name: 'a' },
            { id: { number: '2' }, amount: null, name: 'b' },
            { id: { number: '3' }, amount: null, name: 'c' },
            { id: { number: '4' }, amount: { number: '0' }, name: 'd' },
            { id: { number: '6' }, amount: { number: '0' }, name: 'f' },
            { id: { number: '7' }, amount: null, name: 'g' },
          ],
        },
        rawCounts: { users: 6 },
      },
    ],
  },
  {
    name: 'a number too small for its column is zero',
    requires: ['exact_numbers'],
    syncs: [
      {
        streams: [userStream({ properties: { id: integer, amount: { type: 'number' } } })],
        lines: completeSync([`{"id":1,"amount":0.${'0'.repeat(300)}1}`]),
        final: { users: [{ id: { number: '1' }, amount: { number: '0' }, changes: '' }] },
      },
    ],
  },
]

function row(id: number, columns: { readonly [column: string]: string | { readonly json: string } }) {
  return { id: { number: String(id) }, name: null, object: null, array: null, changes: '', ...columns }
}

function replaced(field: string): string {
  return `${field} TRUNCATED DESTINATION_SERIALIZATION_ERROR`
}
