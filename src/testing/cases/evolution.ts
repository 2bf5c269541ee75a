import type { CaseSync, ConformanceCase, ExpectedRow, ExpectedValue } from '../conformance-case.ts'
import { completeSync, integer, userStream } from './helpers.ts'

type Type = {
  readonly name: string
  readonly schema: object
  /** The sent values that fit, by their JSON text, and what is in the column for them. */
  readonly fits: { readonly [json: string]: ExpectedValue }
  /** Whether every value fits, and is in the column as the JSON that was sent. */
  readonly takesAll?: boolean
}

const instant = (text: string): ExpectedValue => ({ instant: text })
const number = (text: string): ExpectedValue => ({ number: text })
const json = (text: string): ExpectedValue => ({ json: text })

const texts: Type['fits'] = {
  '"text"': 'text',
  '""': '',
  2: '2',
  2.5: '2.5',
  true: 'true',
  '{}': '{}',
  '[]': '[]',
  '"2024-02-29"': '2024-02-29',
  '"2024-02-28T12:30:00Z"': '2024-02-28T12:30:00Z',
  '"12:30:00"': '12:30:00',
}

const types: readonly Type[] = [
  { name: 'string', schema: { type: 'string' }, fits: texts },
  { name: 'integer', schema: { type: 'integer' }, fits: { 2: number('2') } },
  { name: 'number', schema: { type: 'number' }, fits: { 2: number('2'), 2.5: number('2.5') } },
  { name: 'boolean', schema: { type: 'boolean' }, fits: { true: true } },
  {
    name: 'date',
    schema: { type: 'string', format: 'date' },
    fits: { '"2024-02-29"': '2024-02-29', '"2024-02-28T12:30:00Z"': '2024-02-28' },
  },
  {
    name: 'timestamp',
    schema: { type: 'string', format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
    fits: {
      '"2024-02-29"': instant('2024-02-29T00:00:00Z'),
      '"2024-02-28T12:30:00Z"': instant('2024-02-28T12:30:00Z'),
    },
  },
  {
    name: 'local_timestamp',
    schema: { type: 'string', format: 'date-time', airbyte_type: 'timestamp_without_timezone' },
    fits: {
      '"2024-02-29"': instant('2024-02-29T00:00:00Z'),
      '"2024-02-28T12:30:00Z"': instant('2024-02-28T12:30:00Z'),
    },
  },
  { name: 'object', schema: { type: 'object' }, fits: { '{}': json('{}') } },
  { name: 'array', schema: { type: 'array' }, fits: { '[]': json('[]') } },
  { name: 'union', schema: { type: ['integer', 'string'] }, fits: texts },
  { name: 'one_of', schema: { oneOf: [{ type: 'string' }] }, fits: {}, takesAll: true },
  { name: 'unknown', schema: {}, fits: {}, takesAll: true },
]

const timeTypes: readonly Type[] = [
  {
    name: 'time',
    schema: { type: 'string', format: 'time', airbyte_type: 'time_without_timezone' },
    fits: { '"12:30:00"': '12:30:00' },
  },
  {
    name: 'zoned_time',
    schema: { type: 'string', format: 'time', airbyte_type: 'time_with_timezone' },
    fits: { '"12:30:00"': '12:30:00+00' },
  },
]

const values = Object.keys(texts)
/** Whether a time column takes the clock of a timestamp is the warehouse's own affair. */
const valuesWithoutDays = values.filter((value) => !value.includes('2024'))

/**
 * A column for every pair of types, all of which change from the first to the second and back again. Every
 * value that was sent is in all of them.
 */
function changeTypes(
  name: string,
  pairs: readonly (readonly [Type, Type])[],
  sent: readonly string[],
): ConformanceCase {
  const columns = (side: 0 | 1) =>
    pairs.map((pair) => [`${pair[0].name}_${pair[1].name}`, pair[side]] as const)
  const [before, after] = [columns(0), columns(1)]
  const records = sent.map((value, id) => {
    const fields = before.map(([column]) => `"${column}":${value}`)
    return `{"id":${id},${fields.join(',')}}`
  })
  const sync = (types: typeof before, lines: readonly string[]): CaseSync => ({
    streams: [
      userStream({
        properties: {
          id: integer,
          ...Object.fromEntries(types.map(([column, type]) => [column, type.schema])),
        },
      }),
    ],
    lines: completeSync(lines),
    final: { users: sent.map((value, id) => expectedRow(id, value, types)) },
    rawCounts: { users: sent.length },
  })
  return { name, syncs: [sync(before, records), sync(after, []), sync(before, [])] }
}

function expectedRow(id: number, value: string, columns: readonly (readonly [string, Type])[]): ExpectedRow {
  const isFit = (type: Type) => type.takesAll === true || value in type.fits
  const failed = columns.filter(([, type]) => !isFit(type))
  return {
    id: number(String(id)),
    ...Object.fromEntries(
      columns.map(([column, type]) => [column, type.takesAll ? json(value) : (type.fits[value] ?? null)]),
    ),
    changes: failed.map(([column]) => `${column} NULLED DESTINATION_TYPECAST_ERROR`).join('; '),
  }
}

const crossed = (left: readonly Type[], right: readonly Type[]) =>
  left.flatMap((from) => right.map((to) => [from, to] as const))

/** Every type changes to every other one, over a table with rows. */
export const evolutionCases: readonly ConformanceCase[] = [
  changeTypes('every type changes to every other one, and back', crossed(types, types), values),
  {
    ...changeTypes(
      'times change to every type, and back',
      [...crossed(timeTypes, [...timeTypes, ...types]), ...crossed(types, timeTypes)],
      valuesWithoutDays,
    ),
    requires: ['zoned_times'],
  },
]
