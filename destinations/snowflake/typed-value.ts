import { type ResolvedType, type Sql, sql } from 'landfall/sdk'
import { literal } from './literal.ts'

export type Typing = {
  /** From the VARIANT (NULL for an absent key) to the typed value; NULL where it does not fit. Never throws. */
  readonly cast: (value: Sql) => Sql
  /** Whether a value may not fit, so that the row's changes must name it. */
  readonly canFail: boolean
}

/**
 * How each type is read from a record. As in the Java connector all scalars go through text, so that a number
 * in a text is a number; TRY_CAST takes nothing but text anyway. The page of this destination has the rules in
 * words. https://docs.snowflake.com/en/sql-reference/functions/try_cast
 */
export const typings: Readonly<Record<ResolvedType['type'], Typing>> = {
  string: { cast: asText, canFail: false },
  number: { cast: (value) => tryCast(value, sql`FLOAT`), canFail: true },
  integer: { cast: toInteger, canFail: true },
  boolean: { cast: (value) => tryCast(value, sql`BOOLEAN`), canFail: true },
  timestamp_with_timezone: { cast: toTimestampWithTimezone, canFail: true },
  timestamp_without_timezone: { cast: toTimestamp(sql`TIMESTAMP_NTZ`), canFail: true },
  time_with_timezone: { cast: toTimeWithTimezone, canFail: true },
  time_without_timezone: { cast: unlessEpoch(sql`TIME`), canFail: true },
  date: { cast: toDate, canFail: true },
  struct: { cast: (value) => sql`AS_OBJECT(${value})`, canFail: true },
  array: { cast: (value) => sql`AS_ARRAY(${value})`, canFail: true },
  unsupported_one_of: { cast: (value) => value, canFail: false },
  unknown: { cast: (value) => value, canFail: false },
}

function asText(value: Sql): Sql {
  return sql`${value}::TEXT`
}

function tryCast(value: Sql, type: Sql): Sql {
  return sql`TRY_CAST(${asText(value)} AS ${type})`
}

/**
 * NUMBER rounds what has more digits behind the point than it holds: 1.5 becomes 2, and 1e-400 becomes 0. So a text
 * counts only where NUMBER(38, 18) has all of its digits, which tells whether there is a fraction; or where it is too
 * long in front of the point for that, and shows that it has none.
 */
function toInteger(value: Sql): Sql {
  const text = asText(value)
  const wide = tryCast(value, sql`NUMBER(38, 18)`)
  return sql`IFF(
        IFF(${wide} IS NULL, REGEXP_LIKE(${text}, ${largeInteger}), MOD(${wide}, 1) = 0 AND REGEXP_LIKE(${text}, ${atMost18Decimals})),
        ${tryCast(value, sql`NUMBER(38, 0)`)},
        NULL
      )`
}

/** Zeros at the end count for nothing. */
const atMost18Decimals = literal(
  '[^.eE]*((\\.[0-9]{0,18}0*)?([eE]\\+?[0-9]+)?|(\\.[0-9]{0,9}0*)?[eE]-0?[0-9])',
)

/** Of more than 20 digits. An exponent with 15 digits and more is a double's text, which may have been rounded. */
const largeInteger = literal('[-+]?([0-9]+(\\.0*)?|[0-9](\\.[0-9]{0,13}0*)?[eE]\\+?[0-9]+)')

/** Snowflake reads a text of digits as a time since 1970, in a unit that depends on their number. */
const digitsOnly = literal('[-+]?[0-9]+(\\.[0-9]*)?')

function unlessEpoch(type: Sql): (value: Sql) => Sql {
  return (value) => sql`IFF(REGEXP_LIKE(${asText(value)}, ${digitsOnly}), NULL, ${tryCast(value, type)})`
}

/**
 * Snowflake recognises no `t` and `z` in lower case, and behind a `T` no offset without a colon. The usual
 * spelling goes first. https://docs.snowflake.com/en/user-guide/date-time-input-output
 */
function toTimestamp(type: Sql): (value: Sql) => Sql {
  return (value) => {
    const upper = sql`UPPER(${asText(value)})`
    const withColon = sql`REGEXP_REPLACE(${upper}, ${literal('(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$')}, ${literal('\\1:\\3')})`
    const usual = sql`REGEXP_REPLACE(${withColon}, ${literal('(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$')}, ${literal('\\1:00')})`
    return sql`IFF(
        REGEXP_LIKE(${asText(value)}, ${digitsOnly}),
        NULL,
        COALESCE(
          ${tryCast(value, type)},
          TRY_CAST(${usual} AS ${type})
        )
      )`
  }
}

function toTimestampWithTimezone(value: Sql): Sql {
  return toTimestamp(sql`TIMESTAMP_TZ`)(value)
}

/** Of a timestamp the day, as its wall clock shows it. */
function toDate(value: Sql): Sql {
  return sql`COALESCE(
      ${unlessEpoch(sql`DATE`)(value)},
      ${toTimestamp(sql`TIMESTAMP_NTZ`)(value)}::DATE
    )`
}

/** The text itself, where it looks like a time with an offset. */
function toTimeWithTimezone(value: Sql): Sql {
  const pattern = literal('[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[-+][0-9]{1,2}(:?[0-9]{2})?)')
  return sql`IFF(REGEXP_LIKE(${asText(value)}, ${pattern}), ${asText(value)}, NULL)`
}
