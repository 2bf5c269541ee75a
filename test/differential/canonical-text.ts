import { JsonNumber, type JsonValue, parseJson, stringifyJson } from '../../src/protocol/json-value.ts'
import type { TypeName } from './value-probes.ts'

/**
 * The value of a column in a spelling that all warehouses share, so that what still differs is the value:
 * `t` and `true`, `1.500000000` and `1.5`, `{"a": 1}` and `{"a":1}` are the same.
 */
export function canonicalText(type: TypeName, text: string): string {
  return spellings[type](text)
}

const spellings: { readonly [type in TypeName]: (text: string) => string } = {
  string: (text) => text,
  number: spellDecimal,
  integer: spellDecimal,
  boolean: (text) => ({ t: 'true', f: 'false' })[text] ?? text,
  date: spellTime,
  timestamp_with_timezone: spellTime,
  timestamp_without_timezone: spellTime,
  time_with_timezone: spellTime,
  time_without_timezone: spellTime,
  object: spellJson,
  array: spellJson,
  one_of: spellJson,
  unknown: spellJson,
  union_of_string_and_integer: (text) => text,
  union_of_object_and_string: spellJson,
  union_of_integer_and_boolean: spellDecimal,
}

/** Of this many digits a number is still written without an exponent. */
const plainDigits = 60

function spellDecimal(text: string): string {
  const match = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '')
  const power = Number(exponent) - fraction.length
  if (/^0*$/.test(digits)) return '0'
  const significant = digits.replace(/0+$/, '')
  const zeros = power + digits.length - significant.length
  if (significant.length + Math.abs(zeros) > plainDigits) return `${sign}${significant}e${zeros}`
  if (zeros >= 0) return `${sign}${significant}${'0'.repeat(zeros)}`
  const padded = significant.padStart(1 - zeros, '0')
  return `${sign}${padded.slice(0, zeros)}.${padded.slice(zeros)}`
}

/** PostgreSQL writes ` BC` at the end, DuckDB ` (BC)` behind the day; BigQuery writes zeros behind a fraction. */
function spellTime(text: string): string {
  const common = text
    .replace(/ \(?BC\)?/, '')
    .replace(/(:\d\d\.\d*?)0+(?!\d)/, '$1')
    .replace(/(:\d\d)\.(?!\d)/, '$1')
  return /BC/.test(text) ? `${common} BC` : common
}

/** A document in which a key comes twice is shown as it is, since parsing it would lose one of them. */
function spellJson(text: string): string {
  const value = parseJson(text)
  const compact = text.replace(/([,:]) /g, '$1')
  return stringifyJson(value).length < compact.length ? compact : spellJsonValue(value)
}

function spellJsonValue(value: JsonValue): string {
  if (value instanceof JsonNumber) return spellDecimal(value.text)
  if (Array.isArray(value)) return `[${value.map(spellJsonValue).join(',')}]`
  if (value instanceof Map) {
    const members = [...value].map(([key, member]) => `${JSON.stringify(key)}:${spellJsonValue(member)}`)
    return `{${members.toSorted().join(',')}}`
  }
  return JSON.stringify(value)
}
