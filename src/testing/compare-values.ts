import { JsonNumber, type JsonValue, parseJson } from '../protocol/json-value.ts'
import type { ExpectedRow, ExpectedValue } from './conformance-case.ts'

/** A row as a target reads it: every value as the warehouse's own text. */
export type TextRow = { readonly [column: string]: string | null }

/** Expected and actual rows in one canonical spelling, sorted, for one `toEqual`. */
export function comparableRows(
  expected: readonly ExpectedRow[],
  actual: readonly TextRow[],
): { readonly expected: readonly string[]; readonly actual: readonly string[] } {
  const columns = [...new Set(expected.flatMap((row) => Object.keys(row)))].toSorted()
  const kinds = new Map(columns.map((column) => [column, columnKind(column, expected)]))
  const spellActual = (row: TextRow) =>
    columns.map((column) => `${column}=${canonical(kinds.get(column), row[column] ?? null)}`).join(' | ')
  const spellExpected = (row: ExpectedRow) =>
    columns
      .map((column) => `${column}=${canonical(kinds.get(column), expectedText(row[column] ?? null))}`)
      .join(' | ')
  return {
    expected: expected.map(spellExpected).toSorted(),
    actual: actual.map(spellActual).toSorted(),
  }
}

type Kind = 'text' | 'boolean' | 'number' | 'instant' | 'time' | 'json'

/** All rows of a case agree on what a column holds; NULLs say nothing. */
function columnKind(column: string, rows: readonly ExpectedRow[]): Kind {
  for (const row of rows) {
    const value = row[column]
    if (typeof value === 'boolean') return 'boolean'
    if (typeof value === 'object' && value !== null) {
      if ('number' in value) return 'number'
      if ('time' in value) return 'time'
      return 'instant' in value ? 'instant' : 'json'
    }
  }
  return 'text'
}

function expectedText(value: ExpectedValue): string | null {
  if (value === null) return null
  if (typeof value !== 'object') return String(value)
  if ('number' in value) return value.number
  if ('time' in value) return value.time
  return 'instant' in value ? value.instant : value.json
}

function canonical(kind: Kind | undefined, text: string | null): string {
  if (text === null) return 'NULL'
  if (kind === 'boolean') return text.startsWith('t') ? 'true' : 'false'
  if (kind === 'number') return canonicalDecimal(text)
  if (kind === 'instant') return canonicalInstant(text)
  if (kind === 'time') return canonicalTime(text)
  return kind === 'json' ? canonicalJson(parseJson(text)) : text
}

/** Digits without needless zeros, and a power of ten: equal decimals have equal spellings. */
export function canonicalDecimal(text: string): string {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) return text
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const trimmed = digits.replace(/0+$/, '')
  if (trimmed === '') return '0'
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - trimmed.length)
  return `${sign === '-' ? '-' : ''}${trimmed}e${power}`
}

/** Microseconds since the epoch; a time without a zone is taken as UTC. */
function canonicalInstant(text: string): string {
  const common = text.replace(beforeChrist, '')
  const match =
    /^(\d{4,})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d+))?\s*(Z|[+-]\d\d(?::?\d\d){0,2})?$/.exec(common)
  if (match === null) return text
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match
  const instant = new Date(0)
  // `Date.UTC` would take the years 0 to 99 for 1900 to 1999. The year 1 BC is the year 0.
  const astronomicalYear = common === text ? Number(year) : 1 - Number(year)
  instant.setUTCFullYear(astronomicalYear, Number(month) - 1, Number(day))
  instant.setUTCHours(Number(hour), Number(minute), Number(second))
  const microseconds = BigInt(instant.getTime()) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
  return String(microseconds - BigInt(zoneSeconds(zone)) * 1_000_000n)
}

/** Microseconds since midnight, and seconds of the zone's offset where there is one: `Z`, `+00` and `+00:00` are equal. */
function canonicalTime(text: string): string {
  const match = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d(?::?\d\d){0,2})?$/.exec(text)
  if (match === null) return text
  const [, hour, minute, second, fraction = '', zone] = match
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second)
  const offset = zone === undefined ? '' : ` ${zoneSeconds(zone)}`
  return `${seconds}${fraction.padEnd(6, '0').slice(0, 6)}${offset}`
}

/** PostgreSQL writes ` BC` at the end, DuckDB ` (BC)` behind the day. */
const beforeChrist = / \(?BC\)?/

/** Before 1900 or so the offsets of time zones have seconds. */
function zoneSeconds(zone: string): number {
  if (zone === 'Z') return 0
  const [hours = '', minutes = '0', seconds = '0'] = zone.slice(1).match(/\d\d/g) ?? []
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return zone.startsWith('-') ? -total : total
}

function canonicalJson(value: JsonValue): string {
  if (value instanceof JsonNumber) return canonicalDecimal(value.text)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value instanceof Map) {
    const members = [...value].map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
    return `{${members.toSorted().join(',')}}`
  }
  return JSON.stringify(value)
}
