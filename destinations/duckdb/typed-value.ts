import { type ResolvedType, type Sql, sql } from 'landfall/sdk'
import { columnTypes } from './types.ts'

/** What the parser hands out for a value: its text (strings without quotes), or its JSON text. */
export type ExtractedAs = 'VARCHAR' | 'JSON'

export type Typing = {
  readonly extractedAs: ExtractedAs
  /** From the extracted value (NULL for an absent key and JSON null) to the typed one; NULL where it does not fit. */
  readonly cast: (value: Sql) => Sql
  /** Whether a value may not fit, so that the row's changes must name it. */
  readonly canFail: boolean
}

/** Every value has a text. */
const text: Typing = { extractedAs: 'VARCHAR', cast: (value) => value, canFail: false }

/** Every value is JSON. */
const json: Typing = { extractedAs: 'JSON', cast: (value) => value, canFail: false }

function jsonThatStartsWith(bracket: Sql): Typing {
  return {
    extractedAs: 'JSON',
    cast: (value) => sql`CASE WHEN starts_with(${value}, ${bracket}) THEN ${value} END`,
    canFail: true,
  }
}

function scalar(cast: (value: Sql) => Sql): Typing {
  return { extractedAs: 'VARCHAR', cast, canFail: true }
}

const integerText = sql`'[-+]?[0-9]+(\\.0*)?'`
const numberText = sql`'[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)'`
const numberWithExponent = sql`'[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)[eE][-+]?[0-9]+'`
const timeText = sql`'[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?( ?([zZ]|UTC|[-+][0-9]{2}(:?[0-9]{2})?(:[0-9]{2})?))?'`

/**
 * A number with an exponent as one without, since the casts of DuckDB 1.5 lose digits of the former
 * (`5.7e-14` becomes 0.000000001). NULL where more than 29 digits come before the point, which no column
 * holds. What is nearer to zero than every decimal counts keeps no more than its sign: it rounds to zero,
 * and is no integer. The lists of one element give the parts names, so that each is looked for once.
 */
function withoutExponent(value: Sql): Sql {
  const limit = sql`CASE WHEN contains(parts.exponent, '-') THEN -1000000000 ELSE 1000000000 END`
  return sql`list_transform(
    list_transform(
      [struct_pack(
        sign := CASE WHEN starts_with(${value}, '-') THEN '-' ELSE '' END,
        digits := ltrim(replace(regexp_extract(${value}, '[0-9.]+'), '.', ''), '0'),
        decimals := length(regexp_extract(${value}, '\\.([0-9]*)', 1)),
        exponent := regexp_extract(${value}, '[eE](.*)$', 1)
      )],
      LAMBDA parts: struct_insert(
        parts,
        place := length(parts.digits) - parts.decimals + COALESCE(TRY_CAST(parts.exponent AS INTEGER), ${limit})
      )
    ),
    LAMBDA parts: CASE
      WHEN parts.digits = '' THEN '0'
      WHEN parts.place > 29 THEN NULL
      WHEN parts.place < -9 THEN parts.sign || '0.0000000001'
      WHEN parts.place <= 0 THEN parts.sign || '0.' || repeat('0', -parts.place) || parts.digits
      WHEN parts.place >= length(parts.digits) THEN parts.sign || parts.digits || repeat('0', parts.place - length(parts.digits))
      ELSE parts.sign || left(parts.digits, parts.place) || '.' || substr(parts.digits, parts.place + 1)
    END
  )[1]`
}

/**
 * DuckDB's own cast rounds 1.5 to 2, and reads `0x10` and `1_000`. Text that the cast gives back unchanged
 * needs no closer look; other spellings must be integral to the last digit.
 */
function toInteger(value: Sql): Sql {
  const integer = sql`TRY_CAST(${value} AS BIGINT)`
  const plain = sql`landfall_without_exponent(${value})`
  return sql`CASE
      WHEN ${integer}::VARCHAR = ${value} THEN ${integer}
      WHEN regexp_full_match(${value}, ${integerText}) THEN ${integer}
      WHEN regexp_full_match(${value}, ${numberWithExponent}) THEN
        CASE WHEN regexp_full_match(${plain}, ${integerText}) THEN TRY_CAST(${plain} AS BIGINT) END
    END`
}

/**
 * The cast rounds to 9 decimals and refuses what has more than 29 digits before the point. The narrow type
 * holds most numbers, by the same rules; from text with more than 9 decimals its cast is 300 times as fast.
 */
function toDecimal(text: Sql): Sql {
  return sql`COALESCE(TRY_CAST(${text} AS DECIMAL(18, 9)), TRY_CAST(${text} AS ${columnTypes.number.definition}))`
}

function toNumber(value: Sql): Sql {
  return sql`CASE
      WHEN regexp_full_match(${value}, ${numberText}) THEN ${toDecimal(value)}
      WHEN regexp_full_match(${value}, ${numberWithExponent}) THEN ${toDecimal(sql`landfall_without_exponent(${value})`)}
    END`
}

/** DuckDB's own cast also takes 1, 0, t, f, y, n, yes and no. */
function toBoolean(value: Sql): Sql {
  return sql`CASE lower(${value}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END`
}

/**
 * RFC 3339 allows `t` and `z` in lower case, ISO 8601 times without seconds. DuckDB knows neither, the latter
 * at least not in front of an offset.
 */
function toTimestamp(type: Sql): (value: Sql) => Sql {
  return (value) => {
    const usual = sql`regexp_replace(upper(${value}), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\\1:00\\2')`
    return sql`COALESCE(TRY_CAST(${value} AS ${type}), TRY_CAST(${usual} AS ${type}))`
  }
}

/**
 * In one vector, DuckDB 1.5 reads a time without an offset in the zone that an earlier row has named
 * (`10:00:00 Europe/Zurich`), so the two go through different casts.
 */
function toTimestampWithTimezone(value: Sql): Sql {
  const cast = toTimestamp(sql`TIMESTAMPTZ`)
  return sql`CASE WHEN regexp_matches(replace(upper(${value}), '(BC)', ''), '[A-Z]{2}') THEN TRY_CAST(${value} AS TIMESTAMPTZ) ELSE ${cast(value)} END`
}

/** DuckDB's own cast ignores whatever follows the day. A time of day is let through, other text is not. */
function toDate(value: Sql): Sql {
  const date = sql`TRY_CAST(${value} AS DATE)`
  return sql`CASE WHEN ${date}::VARCHAR = ${value} THEN ${date} ELSE ${toTimestamp(sql`TIMESTAMP`)(value)}::DATE END`
}

/** DuckDB's own cast also takes dates and timestamps, and makes midnight of a bare date. */
function toTime(value: Sql): Sql {
  const whole = withSeconds(sql`upper(${value})`)
  return sql`CASE WHEN regexp_full_match(${value}, ${timeText}) THEN TRY_CAST(${whole} AS TIME) END`
}

/** DuckDB knows only numeric offsets here. */
function toTimeWithTimezone(value: Sql): Sql {
  const numeric = withSeconds(sql`regexp_replace(${value}, ' ?([zZ]|UTC)$', '+00')`)
  return sql`CASE WHEN regexp_full_match(${value}, ${timeText}) THEN TRY_CAST(${numeric} AS TIMETZ) END`
}

/** DuckDB does not know times without seconds in front of an offset. */
function withSeconds(time: Sql): Sql {
  return sql`regexp_replace(${time}, '^([0-9]{1,2}:[0-9]{2})( ?[-+Z])', '\\1:00\\2')`
}

/** The part that is longer than a line, by the names that statements call it by. */
export const castMacros: readonly (readonly [name: Sql, body: (value: Sql) => Sql])[] = [
  [sql`landfall_without_exponent`, withoutExponent],
  [sql`landfall_number`, toNumber],
  [sql`landfall_integer`, toInteger],
  [sql`landfall_timestamptz`, toTimestampWithTimezone],
  [sql`landfall_timestamp`, toTimestamp(sql`TIMESTAMP`)],
  [sql`landfall_timetz`, toTimeWithTimezone],
  [sql`landfall_time`, toTime],
  [sql`landfall_date`, toDate],
]

/** How each type is read from a record and checked. The page of this destination has the rules in words. */
export const typings: Readonly<Record<ResolvedType['type'], Typing>> = {
  string: text,
  number: scalar((value) => sql`landfall_number(${value})`),
  integer: scalar((value) => sql`landfall_integer(${value})`),
  boolean: scalar(toBoolean),
  timestamp_with_timezone: scalar((value) => sql`landfall_timestamptz(${value})`),
  timestamp_without_timezone: scalar((value) => sql`landfall_timestamp(${value})`),
  time_with_timezone: scalar((value) => sql`landfall_timetz(${value})`),
  time_without_timezone: scalar((value) => sql`landfall_time(${value})`),
  date: scalar((value) => sql`landfall_date(${value})`),
  struct: jsonThatStartsWith(sql`'{'`),
  array: jsonThatStartsWith(sql`'['`),
  unsupported_one_of: json,
  unknown: json,
}
