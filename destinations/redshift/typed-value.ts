import { joinSql, type ResolvedType, type Sql, sql } from 'landfall/sdk'
import { literal } from './literal.ts'
import { columnTypes, longestVarcharBytes } from './types.ts'

export type Typing = {
  /** From the SUPER value (NULL for an absent key) to the typed one; NULL where it does not fit. Never throws. */
  readonly cast: (value: Sql) => Sql
  /** Whether a value may not fit, so that the row's changes must name it. */
  readonly canFail: boolean
}

type Kind = ResolvedType['type']

/**
 * How each type is read from a record. A cast from SUPER gives NULL where it fails, as long as
 * `cast_super_null_on_error` is on, and there is no other safe way to a date or time.
 * https://docs.aws.amazon.com/redshift/latest/dg/limitations-super.html
 */
export const typings: Readonly<Record<Kind, Typing>> = {
  string: { cast: toText, canFail: true },
  number: { cast: plain('number', ['number', 'string']), canFail: true },
  integer: { cast: toInteger, canFail: true },
  boolean: { cast: plain('boolean', ['boolean', 'string']), canFail: true },
  timestamp_with_timezone: { cast: plain('timestamp_with_timezone', ['string']), canFail: true },
  timestamp_without_timezone: { cast: plain('timestamp_without_timezone', ['string']), canFail: true },
  time_with_timezone: { cast: plain('time_with_timezone', ['string']), canFail: true },
  time_without_timezone: { cast: plain('time_without_timezone', ['string']), canFail: true },
  date: { cast: plain('date', ['string']), canFail: true },
  struct: { cast: only('object'), canFail: true },
  array: { cast: only('array'), canFail: true },
  // Any of the alternatives, where the Java connector keeps objects only. As there, JSON null is NULL.
  unsupported_one_of: {
    cast: (value) => sql`CASE WHEN ${isPresent(value)} THEN ${value} END`,
    canFail: false,
  },
  unknown: { cast: (value) => value, canFail: false },
}

/** Whether the record has a value, which may be anything but JSON's null. */
export function isPresent(value: Sql): Sql {
  return sql`JSON_TYPEOF(${value}) <> 'null'`
}

/**
 * Of a text the text, of anything else its JSON. That fails the statement where it is longer than a VARCHAR, so its
 * size is asked first. https://docs.aws.amazon.com/redshift/latest/dg/JSON_SERIALIZE.html
 */
export function toText(value: Sql): Sql {
  const isOther = isOneOf(value, ['number', 'boolean', 'object', 'array'])
  return sql`CASE
      WHEN JSON_TYPEOF(${value}) = 'string' THEN CAST(${value} AS varchar(${longestVarcharBytes}))
      WHEN ${isOther} AND JSON_SIZE(${value}) <= ${longestVarcharBytes} THEN JSON_SERIALIZE(${value})
    END`
}

function plain(kind: Kind, accepted: readonly string[]): (value: Sql) => Sql {
  return (value) =>
    sql`CASE WHEN ${isOneOf(value, accepted)} THEN CAST(${value} AS ${columnTypes[kind].definition}) END`
}

/**
 * A number with a fraction is none, and would be rounded; so would a fraction by a cast that keeps fewer decimals than it
 * has. This one keeps as many as there is room for beside BIGINT's 19 digits.
 */
function toInteger(value: Sql): Sql {
  const { integer } = columnTypes
  const exact = sql`CAST(${value} AS decimal(38, 18))`
  return sql`CASE WHEN ${isOneOf(value, ['number', 'string'])} AND ${exact} = TRUNC(${exact}) THEN CAST(${value} AS ${integer.definition}) END`
}

function only(type: 'object' | 'array'): (value: Sql) => Sql {
  return (value) => sql`CASE WHEN JSON_TYPEOF(${value}) = ${literal(type)} THEN ${value} END`
}

/** JSON_TYPEOF of an absent value is NULL, which CASE takes for false. */
function isOneOf(value: Sql, types: readonly string[]): Sql {
  return types.length === 1
    ? sql`JSON_TYPEOF(${value}) = ${literal(types[0] ?? '')}`
    : sql`JSON_TYPEOF(${value}) IN (${joinSql(types.map(literal), ', ')})`
}
