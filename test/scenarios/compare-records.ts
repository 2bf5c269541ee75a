import { canonicalDecimal, type TextRow } from 'landfall/testing'
import { expect } from 'vitest'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type JsonRecord = { readonly [key: string]: Json }

/** Columns that differ from run to run. */
const ignored = new Set(['_airbyte_raw_id', '_airbyte_loaded_at'])

/** Columns whose text is JSON, by what the scenarios' schema declares. */
const jsonColumns = new Set(['_airbyte_meta', '_airbyte_data', 'address'])

export type CompareOptions = {
  /** Members that replace those of every expected row. */
  readonly replace?: JsonRecord
  /** Members that expected rows have and the table must not. */
  readonly without?: readonly string[]
  /** For the two expected files that lack a change which the messages carry; see the README of the data. */
  readonly ignoresChanges?: boolean
}

/** Compares a table with an expected file by the rules of the upstream suite (see the README of the data). */
export function expectRecords(
  actual: readonly TextRow[],
  expected: readonly string[],
  { replace = {}, without = [], ignoresChanges = false }: CompareOptions,
): void {
  const prepare = (record: JsonRecord) => canonical(ignoresChanges ? withoutChanges(record) : record)
  const fromLine = (line: string) => {
    const entries = Object.entries({ ...(JSON.parse(line) as JsonRecord), ...replace })
    return prepare(Object.fromEntries(entries.filter(([key]) => !without.includes(key))))
  }
  expect(countEqual(actual.map(keyOfRow), (key) => prepare(fromTexts(JSON.parse(key))))).toEqual(
    countEqual(expected, fromLine),
  )
}

/** Rows with the number of times that each is there; large tables hold few different ones. */
function countEqual(keys: readonly string[], spell: (key: string) => string): readonly string[] {
  const countsByKey = new Map<string, number>()
  for (const key of keys) countsByKey.set(key, (countsByKey.get(key) ?? 0) + 1)
  const counts = new Map<string, number>()
  for (const [key, count] of countsByKey) {
    const row = spell(key)
    counts.set(row, (counts.get(row) ?? 0) + count)
  }
  return Array.from(counts, ([row, count]) => `${count} x ${row}`).toSorted()
}

function keyOfRow({ _airbyte_raw_id: _id, _airbyte_loaded_at: _time, ...row }: TextRow): string {
  return JSON.stringify(row)
}

function withoutChanges(record: JsonRecord): JsonRecord {
  const meta = record._airbyte_meta
  return isObject(meta) ? { ...record, _airbyte_meta: { ...meta, changes: [] } } : record
}

/** SQL NULL means that the key is absent. */
function fromTexts(row: TextRow): JsonRecord {
  const entries = Object.entries(row).filter(([, text]) => text !== null)
  return Object.fromEntries(
    entries.map(([column, text]): [string, Json] => [
      column,
      jsonColumns.has(column) ? JSON.parse(text ?? 'null') : text,
    ]),
  )
}

/** `_airbyte_data` is lifted to the top, so that raw and final files read alike. */
function canonical(record: JsonRecord): string {
  const { _airbyte_data: data, ...rest } = record
  const flat = { ...rest, ...(isObject(data) ? data : {}) }
  const columns = Object.entries(flat).filter(([column]) => !ignored.has(column))
  return columns
    .map(([column, value]) => `${column}=${canonicalValue(column, value)}`)
    .toSorted()
    .join(' | ')
}

function canonicalValue(column: string, value: Json): string {
  if (typeof value === 'number') return canonicalDecimal(String(value))
  if (typeof value === 'string' && column !== 'name') return canonicalText(value)
  return JSON.stringify(sortKeys(value))
}

/** Timestamps are instants, whole numbers are numbers; everything else is its text. */
function canonicalText(text: string): string {
  if (/^-?\d+$/.test(text)) return canonicalDecimal(text)
  if (!/^\d{4}-\d\d-\d\d[ T]\d\d:/.test(text)) return text
  const iso = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  return String(Date.parse(iso))
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  )
}

function isObject(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
