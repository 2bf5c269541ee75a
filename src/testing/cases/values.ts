import type { ConformanceCase } from '../conformance-case.ts'
import { recordLine, stateLine, statusLine } from '../messages.ts'
import { completeSync, integer, number, string, timestamp, userStream, users } from './helpers.ts'

const boolean = { type: 'boolean' }
const date = { type: 'string', format: 'date' }
const object = { type: 'object' }
const array = { type: 'array' }
const failed = (...fields: readonly string[]) =>
  fields.map((field) => `${field} NULLED DESTINATION_TYPECAST_ERROR`).join('; ')

/** What becomes of values: digits kept, bad ones NULL with an entry, everything else untouched. */
export const valueCases: readonly ConformanceCase[] = [
  {
    name: 'numbers keep their digits',
    requires: ['exact_numbers'],
    syncs: [
      {
        streams: [userStream({ properties: { id: integer, amount: number, nested: object } })],
        lines: completeSync([
          '{"id":9007199254740993,"amount":0.123456789,"nested":{"big":9007199254740993}}',
          '{"id":9223372036854775807,"amount":12345678901234567890123456789.123456789,"nested":{"long":0.12345678901234567890123}}',
          '{"id":-9223372036854775808,"amount":-0.000000001,"nested":{"deep":[{"exact":1.10}]}}',
          '{"id":3,"amount":1.0,"nested":{"exponent":1.5e300}}',
        ]),
        final: {
          users: [
            {
              id: { number: '9007199254740993' },
              amount: { number: '0.123456789' },
              nested: { json: '{"big":9007199254740993}' },
              changes: '',
            },
            {
              id: { number: '9223372036854775807' },
              amount: { number: '12345678901234567890123456789.123456789' },
              nested: { json: '{"long":0.12345678901234567890123}' },
              changes: '',
            },
            {
              id: { number: '-9223372036854775808' },
              amount: { number: '-0.000000001' },
              nested: { json: '{"deep":[{"exact":1.10}]}' },
              changes: '',
            },
            {
              id: { number: '3' },
              amount: { number: '1' },
              nested: { json: '{"exponent":1.5e300}' },
              changes: '',
            },
          ],
        },
      },
    ],
  },
  {
    name: 'a bad value costs one value, and says so',
    syncs: [
      {
        streams: [
          userStream({
            properties: {
              id: integer,
              name: string,
              at: timestamp,
              day: date,
              amount: number,
              flag: boolean,
              object,
              array,
            },
          }),
        ],
        lines: completeSync([
          {
            id: 1,
            name: 'good',
            at: '2024-02-29T12:00:00.123456+02:00',
            day: '2024-02-29',
            amount: 1.5,
            flag: true,
            object: { a: 1 },
            array: [1],
          },
          {
            id: 2,
            name: 'all bad',
            at: 'yesterday-ish',
            day: '2023-02-29',
            amount: 'much',
            flag: 'maybe',
            object: 'none',
            array: { a: 1 },
          },
          { id: 'three', name: 'bad id', amount: null },
          { id: 4, name: 'empty texts', at: '', day: '', amount: '', flag: '' },
          { id: 7.5, name: 'not an integer' },
        ]),
        final: {
          users: [
            {
              name: 'good',
              at: { instant: '2024-02-29T10:00:00.123456Z' },
              day: '2024-02-29',
              amount: { number: '1.5' },
              flag: true,
              object: { json: '{"a":1}' },
              array: { json: '[1]' },
              changes: '',
            },
            {
              name: 'all bad',
              at: null,
              day: null,
              amount: null,
              flag: null,
              object: null,
              array: null,
              changes: failed('at', 'day', 'amount', 'flag', 'object', 'array'),
            },
            {
              name: 'bad id',
              at: null,
              day: null,
              amount: null,
              flag: null,
              object: null,
              array: null,
              changes: failed('id'),
            },
            {
              name: 'empty texts',
              at: null,
              day: null,
              amount: null,
              flag: null,
              object: null,
              array: null,
              changes: failed('at', 'day', 'amount', 'flag'),
            },
            {
              name: 'not an integer',
              at: null,
              day: null,
              amount: null,
              flag: null,
              object: null,
              array: null,
              changes: failed('id'),
            },
          ],
        },
      },
    ],
  },
  {
    name: 'a number beyond its column is NULL, and says so',
    requires: ['exact_numbers'],
    syncs: [
      {
        streams: [userStream({ properties: { id: integer, name: string, amount: number } })],
        lines: completeSync([
          '{"id":5,"name":"too large","amount":1e30}',
          '{"id":9223372036854775808,"name":"too large an integer"}',
        ]),
        final: {
          users: [
            { id: { number: '5' }, name: 'too large', amount: null, changes: failed('amount') },
            { id: null, name: 'too large an integer', amount: null, changes: failed('id') },
          ],
        },
      },
    ],
  },
  {
    name: "the source's own changes stay, after the destination's",
    syncs: [
      {
        streams: [userStream()],
        lines: [
          recordLine(
            users,
            { id: 'x', name: 'a' },
            { changes: '[{"field":"at","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}]' },
          ),
          statusLine(users),
        ],
        syncId: 77,
        final: {
          users: [
            {
              name: 'a',
              sync_id: '77',
              changes: 'id NULLED DESTINATION_TYPECAST_ERROR; at NULLED SOURCE_RETRIEVAL_ERROR',
            },
          ],
        },
      },
    ],
  },
  {
    name: 'a null and a missing key are NULL without a change; an empty text is not NULL',
    syncs: [
      {
        streams: [userStream()],
        lines: completeSync(['{"id":1,"name":null}', '{"id":2}', '{"id":3,"name":""}']),
        final: {
          users: [
            { id: { number: '1' }, name: null, changes: '' },
            { id: { number: '2' }, name: null, changes: '' },
            { id: { number: '3' }, name: '', changes: '' },
          ],
        },
      },
    ],
  },
  {
    name: 'a text column takes any value, others than texts as JSON',
    syncs: [
      {
        streams: [userStream()],
        lines: completeSync(['{"id":1,"name":12.5}', '{"id":2,"name":true}', '{"id":3,"name":[1]}']),
        final: {
          users: [
            { id: { number: '1' }, name: '12.5', changes: '' },
            { id: { number: '2' }, name: 'true', changes: '' },
            { id: { number: '3' }, name: '[1]', changes: '' },
          ],
        },
      },
    ],
  },
  {
    name: 'texts arrive unchanged: quotes, control characters, all of Unicode',
    syncs: [
      {
        streams: [userStream()],
        lines: completeSync([
          { id: 1, name: `'"\\ \b\f\n\r\t \u0001\u001f \u2028\u2029 $1 %s -- ; {} $$ \\N \\. ,` },
          { id: 2, name: 'Ünïcode 日本語 🎉 \ufeff' },
          '{"id":3,"name":"\\u00e9\\ud83c\\udf89\\/"}',
        ]),
        final: {
          users: [
            {
              id: { number: '1' },
              name: `'"\\ \b\f\n\r\t \u0001\u001f \u2028\u2029 $1 %s -- ; {} $$ \\N \\. ,`,
            },
            { id: { number: '2' }, name: 'Ünïcode 日本語 🎉 \ufeff' },
            { id: { number: '3' }, name: 'é🎉/' },
          ],
        },
      },
    ],
  },
  {
    name: 'a NUL character does not stop a sync',
    syncs: [
      {
        streams: [userStream()],
        lines: completeSync(['{"id":1,"name":"a\\u0000b"}', '{"id":2,"name":"a\\\\u0000b"}']),
        final: { users: [{ id: { number: '1' } }, { id: { number: '2' } }] },
        rawCounts: { users: 2 },
      },
    ],
  },
  {
    name: 'a record of 20 MB arrives whole',
    requires: ['large_records'],
    syncs: [
      {
        streams: [userStream()],
        lines: [
          recordLine(users, { id: 1, name: 'x'.repeat(20_000_000) }),
          stateLine(users, 1, 1),
          statusLine(users),
        ],
        final: { users: [{ name: 'x'.repeat(20_000_000) }] },
        states: [{ id: 1, recordCount: 1 }],
      },
    ],
  },
]
