import { type ResolvedType, type Sql, sql } from 'landfall/sdk'

/** How a column's value goes from its JSON text to its type. */
export type Typing = {
  /** Whether the value's text is used, rather than its JSON. */
  readonly isScalar: boolean
  /** @param value the value's JSON; @param text a scalar's text, without quotes */
  readonly cast: (value: Sql, text: Sql) => Sql
  /** Whether the cast can answer NULL for a value that is there. */
  readonly canFail: boolean
}

/** A JSON value of one kind. Where the parser refuses a number or a depth, the value is lost, not the sync. */
function jsonThatStartsWith(bracket: Sql): Typing {
  return {
    isScalar: false,
    cast: (value) => sql`IF(STARTS_WITH(${value}, ${bracket}), ${parsed(value)}, NULL)`,
    canFail: true,
  }
}

/** `round`: a number that JSON columns cannot hold exactly becomes the nearest one that they can. */
export function parsed(value: Sql): Sql {
  return sql`SAFE.PARSE_JSON(${value}, wide_number_mode => 'round')`
}

function scalar(cast: (text: Sql) => Sql): Typing {
  return { isScalar: true, cast: (_value, text) => cast(text), canFail: true }
}

const json: Typing = { isScalar: false, cast: (value) => parsed(value), canFail: true }

/**
 * The cast reads no `1.0` and no `1e3`, which are integers all the same. A BIGNUMERIC has 38 digits behind the point
 * and rounds what has more, 1e-400 to 0, so such a text is none of them.
 */
function toInteger(text: Sql): Sql {
  const wide = sql`SAFE_CAST(${text} AS BIGNUMERIC)`
  return sql`COALESCE(SAFE_CAST(${text} AS INT64), IF(REGEXP_CONTAINS(${text}, ${atMost38Decimals}) AND ${wide} = TRUNC(${wide}), SAFE_CAST(${wide} AS INT64), NULL))`
}

/** Zeros at the end count for nothing. */
const atMost38Decimals = sql`r'^[^.eE]*((\\.\\d{0,38}0*)?([eE]\\+?\\d+)?|(\\.\\d{0,28}0*)?[eE]-0?\\d)\\s*$'`

/**
 * BigQuery wants seconds, and at most six digits behind them.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#canonical_format_for_timestamp_literals
 */
function usualTime(text: Sql): Sql {
  return sql`REGEXP_REPLACE(REGEXP_REPLACE(${text}, r'^([^:]*:\\d\\d)($|[^:\\d])', r'\\1:00\\2'), r'(\\.\\d{6})\\d+', r'\\1')`
}

/** An offset behind a local time is left out, as PostgreSQL does; the Java connector loses such values. */
function localTime(text: Sql): Sql {
  return sql`REGEXP_REPLACE(${usualTime(text)}, r'(:\\d\\d(?:\\.\\d+)?)\\s*(?:UTC|[Zz]|[-+]\\d\\d(?::?\\d\\d)?)$', r'\\1')`
}

function toTime(type: Sql, usual: (text: Sql) => Sql): (text: Sql) => Sql {
  return (text) => sql`COALESCE(SAFE_CAST(${text} AS ${type}), SAFE_CAST(${usual(text)} AS ${type}))`
}

/** The cast takes bare dates only. The day of a time is let through, where there is such a time. */
function toDate(text: Sql): Sql {
  const day = sql`SAFE_CAST(REGEXP_EXTRACT(${text}, r'^\\d+-\\d+-\\d+') AS DATE)`
  return sql`COALESCE(SAFE_CAST(${text} AS DATE), IF(SAFE_CAST(${usualTime(text)} AS TIMESTAMP) IS NULL, NULL, ${day}))`
}

/** How each type is read from a record and checked. The page of this destination has the rules in words. */
export const typings: Readonly<Record<ResolvedType['type'], Typing>> = {
  string: { isScalar: true, cast: (value, text) => sql`COALESCE(${text}, ${value})`, canFail: false },
  number: scalar((text) => sql`SAFE_CAST(${text} AS NUMERIC)`),
  integer: scalar(toInteger),
  boolean: scalar((text) => sql`SAFE_CAST(${text} AS BOOL)`),
  timestamp_with_timezone: scalar(toTime(sql`TIMESTAMP`, usualTime)),
  timestamp_without_timezone: scalar(toTime(sql`DATETIME`, localTime)),
  // A text, unchecked, as the Java connector stores it.
  time_with_timezone: scalar((text) => text),
  time_without_timezone: scalar(toTime(sql`TIME`, localTime)),
  date: scalar(toDate),
  struct: jsonThatStartsWith(sql`'{'`),
  array: jsonThatStartsWith(sql`'['`),
  unsupported_one_of: json,
  unknown: json,
}
