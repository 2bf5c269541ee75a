import { type ConformanceCase, recordLine, statusLine, testDestination } from 'landfall/testing'
import destination from '../../../destinations/bigquery/index.ts'
import { openBigQueryTarget } from './target.ts'

const numbers = { name: 'numbers' }

/** What BigQuery's types can hold of `numbers keep their digits`. */
const exactColumns: ConformanceCase = {
  name: 'integers and decimals keep their digits; what does not fit is NULL with a change',
  syncs: [
    {
      streams: [
        {
          name: 'numbers',
          mode: 'append',
          generation: [1, 0],
          properties: {
            id: { type: 'integer' },
            amount: { type: 'number' },
            text: { type: 'string' },
            deep: { type: 'object' },
          },
        },
      ],
      lines: [
        recordLine(
          numbers,
          '{"id":9223372036854775807,"amount":12345678901234567890123456789.123456789,"text":0.12345678901234567890123,"deep":{"i":9007199254740993}}',
        ),
        recordLine(
          numbers,
          '{"id":-9223372036854775808,"amount":-0.000000001,"text":1.10,"deep":{"i":18446744073709551615}}',
        ),
        recordLine(numbers, '{"id":1e3,"amount":1e29,"text":1e400,"deep":{"i":1e400}}'),
        recordLine(
          numbers,
          '{"id":7.0000000000000000000000000000000001,"amount":99999999999999999999999999999.999999999,"text":-0,"deep":{}}',
        ),
      ].concat(statusLine(numbers)),
      final: {
        numbers: [
          {
            id: { number: '9223372036854775807' },
            amount: { number: '12345678901234567890123456789.123456789' },
            text: '0.12345678901234567890123',
            deep: { json: '{"i":9007199254740993}' },
            changes: '',
          },
          {
            id: { number: '-9223372036854775808' },
            amount: { number: '-0.000000001' },
            text: '1.10',
            deep: { json: '{"i":18446744073709551615}' },
            changes: '',
          },
          {
            id: { number: '1000' },
            amount: null,
            text: '1e400',
            deep: null,
            changes: 'amount NULLED DESTINATION_TYPECAST_ERROR; deep NULLED DESTINATION_TYPECAST_ERROR',
          },
          {
            id: null,
            amount: { number: '99999999999999999999999999999.999999999' },
            text: '-0',
            deep: { json: '{}' },
            changes: 'id NULLED DESTINATION_TYPECAST_ERROR',
          },
        ],
      },
    },
  ],
}

const keyed = { name: 'keyed' }

/** BigQuery neither compares nor clusters by JSON, and does not cluster by TIME. */
const awkwardKeys: ConformanceCase = {
  name: 'objects and times can be keys and cursors',
  syncs: [
    [
      '{"key":{"a":1},"at":"10:00:00","version":{"n":1},"v":"old"}',
      '{"key":{"a":1},"at":null,"version":{"n":1},"v":"null"}',
    ],
    [
      '{"key":{"a":1},"at":"10:00:00","version":{"n":2},"v":"new"}',
      '{"key":{"a":1},"at":null,"version":{"n":0},"v":"late"}',
      '{"key":{"a":2},"at":"10:00:00","version":null,"v":"other"}',
    ],
  ].map((records, index) => ({
    streams: [
      {
        name: 'keyed',
        mode: 'append_dedup' as const,
        primaryKey: [['key'], ['at']],
        cursor: ['version'],
        generation: [1, 0] as const,
        properties: {
          key: { type: 'object' },
          at: { type: 'string', format: 'time', airbyte_type: 'time_without_timezone' },
          version: { type: 'object' },
          v: { type: 'string' },
        },
      },
    ],
    lines: [...records.map((record) => recordLine(keyed, record)), statusLine(keyed)],
    final: { keyed: (index === 0 ? ['null', 'old'] : ['new', 'null', 'other']).map((v) => ({ v })) },
  })),
}

testDestination({
  name: 'BigQuery',
  open: openBigQueryTarget,
  lacks: destination.lacks,
  cases: [exactColumns, awkwardKeys],
})
