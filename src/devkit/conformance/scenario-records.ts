import type { ExpectedRow, ExpectedValue } from '../../testing/conformance-case.ts'
import { isObject } from '../../util/is-object.ts'
import type { Scenario } from './scenario-schema.ts'

export type ScenarioRecord = { readonly [field: string]: unknown }

/** Records of a scenario that says how many, but not how many. */
const usualCount = 1000

/** Lengths of the texts of `large_strings`, by their place in the schema. */
const textLengths = [1_000, 10_000, 100_000]

/** The records that a scenario lists, or those that its generator makes. */
export function recordsOf(scenario: Scenario): readonly ScenarioRecord[] {
  if (scenario.records !== undefined) return scenario.records
  const properties = Object.entries(scenario.json_schema.properties)
  const make = scenario.record_generator === 'large_strings' ? makeLongValue : makeValue
  const count = scenario.record_count ?? (scenario.record_generator === 'large_strings' ? 2 : usualCount)
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(
      properties.map(([key, property], place) => [key, make(property, index, place)] as const),
    ),
  )
}

/** A value of the property's type that differs from record to record. */
function makeValue(property: unknown, index: number): unknown {
  const type = typeOf(property)
  const instant = new Date(Date.UTC(2024, 0, 1) + index * 1000).toISOString()
  if (type === 'integer') return index + 1
  if (type === 'number') return index + 0.5
  if (type === 'boolean') return index % 2 === 0
  if (type === 'object') return { index }
  if (type === 'array') return [index]
  if (type === 'date-time') return instant
  return type === 'date' ? instant.slice(0, 10) : `value ${index + 1}`
}

/** One letter over and over in the first record, words in the second. */
function makeLongValue(property: unknown, index: number, place: number): unknown {
  if (typeOf(property) !== 'string') return makeValue(property, index)
  const length = textLengths[Math.max(0, place - 1)] ?? textLengths.at(-1) ?? 0
  return (index % 2 === 0 ? 'x' : 'Long values lose their end first. ').repeat(length).slice(0, length)
}

/** What must be in the final table; rows that are only counted say nothing about their columns. */
export function expectedRows(scenario: Scenario, records: readonly ScenarioRecord[]): readonly ExpectedRow[] {
  const { expected_rows: rows, expected_count: count } = scenario
  if (rows === undefined) return Array.from({ length: count ?? kept(scenario, records).length }, () => ({}))
  const types = new Map(
    Object.entries(scenario.json_schema.properties).map(([key, property]) => [key, typeOf(property)]),
  )
  const toRow = (row: ScenarioRecord): ExpectedRow =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, toExpected(value, types.get(key) ?? '')]),
    )
  if (rows !== 'as_sent') return rows.map(toRow)
  const columns = [...types.keys()].filter((column) => !scenario.not_compared.includes(column))
  return kept(scenario, records).map((record) =>
    toRow(Object.fromEntries(columns.map((column) => [column, record[column] ?? null]))),
  )
}

/** Every record, or the last one of each key in a mode that deduplicates. */
function kept(
  { primary_key: keys, destination_sync_mode: mode }: Scenario,
  records: readonly ScenarioRecord[],
): readonly ScenarioRecord[] {
  if (!mode.endsWith('dedup')) return records
  const byKey = records.map((record) => {
    const values = (keys ?? []).map((path) => path.reduce<unknown>(memberOf, record))
    return [toJson(values), record] as const
  })
  return [...new Map(byKey).values()]
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined
}

/** Numbers compare as decimals, points in time as such, objects and lists as JSON, the rest as it is. */
function toExpected(value: unknown, type: string): ExpectedValue {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'object') return { json: toJson(value) }
  if (typeof value === 'number' || typeof value === 'bigint') return { number: String(value) }
  if (type === 'date-time') return { instant: String(value) }
  return type === 'time' ? { time: String(value) } : String(value)
}

/** The format of a text that is a date or a time, or else the first type that is not null. */
function typeOf(property: unknown): string {
  const { type, format } = isObject(property) ? property : {}
  const name = Array.isArray(type) ? type.find((entry) => entry !== 'null') : type
  return String(name === 'string' ? (format ?? name) : name)
}

/** JSON text with every digit of large integers. */
export function toJson(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${toJson(member)}`)
  return `{${members.join(',')}}`
}
