import { type CaseStream, recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { expect, it } from 'vitest'
import { openSnowflakeTarget } from './target.ts'

const schemas = {
  string: { type: 'string' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  zoned: { type: 'string', format: 'date-time' },
  local: { type: 'string', format: 'date-time', airbyte_type: 'timestamp_without_timezone' },
  time: { type: 'string', format: 'time', airbyte_type: 'time_without_timezone' },
  zoned_time: { type: 'string', format: 'time', airbyte_type: 'time_with_timezone' },
  object: { type: 'object' },
  array: { type: 'array' },
  unknown: {},
} as const

/** Type, JSON that is sent, what the column holds: null with a change. */
const table: readonly (readonly [keyof typeof schemas, string, string | null])[] = [
  ['string', '"text"', 'text'],
  ['string', '{"a":1}', '{"a":1}'],
  ['number', '1.5', '1.5'],
  ['number', '"1.5"', '1.5'],
  ['number', '1e30', '1e+30'],
  ['number', '"much"', null],
  ['number', '""', null],
  ['number', '"1e400"', null],
  ['integer', '1', '1'],
  ['integer', '"12"', '12'],
  ['integer', '1.0', '1'],
  ['integer', '12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  ['integer', '1.5', null],
  ['integer', '"1e3"', '1000'],
  ['integer', '123456789012345678901234567890123456789', null],
  ['integer', '"123456789012345678901.5"', null],
  ['integer', '"123456789012345678901.50"', null],
  ['integer', '"123456789012345678901.00"', '123456789012345678901'],
  ['integer', '"-123456789012345678901.5e0"', null],
  ['integer', '12345678901234567890123456789.123456789', null],
  ['integer', '"1.25e30"', '1250000000000000000000000000000'],
  ['integer', '"1.0000000000000000001"', null],
  ['integer', '"1.00000000000000000000"', '1'],
  ['integer', '"1e-400"', null],
  ['integer', '"5e-19"', null],
  ['integer', '"100e-2"', '1'],
  ['integer', '"1.5e1"', '15'],
  ['integer', '".0"', '0'],
  ['integer', '""', null],
  ['integer', 'true', null],
  ['boolean', 'true', 'true'],
  ['boolean', '"YES"', 'true'],
  ['boolean', '"off"', 'false'],
  ['boolean', '2', null],
  ['date', '"2024-02-29"', '2024-02-29'],
  ['date', '"2024-02-29T23:30:00-08:00"', '2024-02-29'],
  ['date', '"2023-02-29"', null],
  ['date', '1700000000', null],
  ['zoned', '"2024-02-29T12:00:00+02:00"', '2024-02-29 10:00:00+00'],
  ['zoned', '"2024-02-29T12:00:00+0200"', '2024-02-29 10:00:00+00'],
  ['zoned', '"2024-02-29T12:00:00.25+02"', '2024-02-29 10:00:00.25+00'],
  ['zoned', '"2024-02-29T12:00:00"', '2024-02-29 12:00:00+00'],
  ['zoned', '"2024-13-01T12:00:00+0200"', null],
  ['zoned', '"1700000000"', null],
  ['local', '"2024-02-29T12:00:00+02:00"', '2024-02-29 12:00:00'],
  ['local', '1700000000000', null],
  ['time', '"12:30:00.5"', '12:30:00.5'],
  ['time', '"25:00:00"', null],
  ['time', '45000', null],
  ['zoned_time', '"12:30:00Z"', '12:30:00Z'],
  ['zoned_time', '"12:30:00+0530"', '12:30:00+0530'],
  ['zoned_time', '"12:30:00"', null],
  ['object', '{"b":[1]}', '{"b":[1]}'],
  ['object', '[1]', null],
  ['array', '[1,{"a":null}]', '[1,{"a":null}]'],
  ['array', '"[1]"', null],
  ['unknown', '"text"', '"text"'],
  ['unknown', 'null', 'null'],
]

it('types every value as the page of the destination says', async () => {
  await using target = await openSnowflakeTarget()
  const stream: CaseStream = {
    name: 'types',
    namespace: 'shop',
    properties: Object.fromEntries(table.map(([type], index) => [`c${index}`, schemas[type]])),
    mode: 'append',
    generation: [1, 0],
  }
  const record = `{${table.map(([, json], index) => `"c${index}":${json}`).join(',')}}`
  const run = await runWriteCommand(target.destination, {
    config: target.config,
    catalog: {
      streams: [
        {
          stream: {
            name: 'types',
            namespace: 'shop',
            json_schema: { type: 'object', properties: stream.properties },
          },
          sync_mode: 'incremental',
          destination_sync_mode: 'append',
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    },
    input: [recordLine(stream, record), statusLine(stream)],
  })
  expect(run.exitCode, run.stdout).toBe(0)
  const [row] = (await target.readRows({ namespace: 'SHOP', name: 'TYPES' })) ?? []
  const describeCell = (index: number, value: string | null | undefined) =>
    `${table[index]?.[0]} ${table[index]?.[1]} -> ${value}`
  expect(table.map((_, index) => describeCell(index, row?.[`c${index}`]))).toEqual(
    table.map(([, , expected], index) => describeCell(index, expected)),
  )
  const changes: readonly { readonly field: string }[] = JSON.parse(row?._airbyte_meta ?? '{}').changes
  expect(changes.map(({ field }) => field)).toEqual(
    table.flatMap(([, , expected], index) => (expected === null ? [`c${index}`] : [])),
  )
})
