import { type ResolvedType, type Sql, sql } from 'landfall/sdk'

/** From the JSON text of a value (NULL for a missing key) to the column's value; NULL where it does not fit. */
export const typedValues: Readonly<Record<ResolvedType['type'], (json: Sql) => Sql>> = {
  string: (json) =>
    sql`CASE substr(${json}, 1, 1) WHEN '"' THEN ${json} ->> '$' ELSE nullif(${json}, 'null') END`,
  // A cast takes what looks like an integer and stops at the limits of 64 bits; a text that comes back did fit.
  integer: (json) =>
    sql`CASE WHEN CAST(CAST(${json} AS INTEGER) AS TEXT) = ${json} THEN CAST(${json} AS INTEGER) END`,
  number: decimal,
  boolean: (json) => sql`CASE ${json} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`,
  date: (json) => moment(json, sql`day`),
  time_without_timezone: (json) => clockTime(json, sql`clock || rtrim(rtrim(fraction, '0'), '.')`),
  time_with_timezone: (json) =>
    clockTime(json, sql`clock || rtrim(rtrim(fraction, '0'), '.') || replace(zone, ':00', '')`),
  timestamp_without_timezone: (json) => moment(json, sql`local || fraction`),
  timestamp_with_timezone: (json) => moment(json, sql`utc || fraction || 'Z'`),
  struct: (json) => sql`CASE substr(${json}, 1, 1) WHEN '{' THEN ${json} END`,
  array: (json) => sql`CASE substr(${json}, 1, 1) WHEN '[' THEN ${json} END`,
  unsupported_one_of: (json) => sql`nullif(${json}, 'null')`,
  unknown: (json) => sql`nullif(${json}, 'null')`,
}

/**
 * SQLite calculates with doubles, so the number stays text, with up to 29 digits before the point and 9 behind
 * it; digits behind the ninth are cut. The number lies between a hundred zeros on each side, where an
 * exponent only moves the point.
 */
function decimal(json: Sql): Sql {
  return sql`(
      SELECT CASE size WHEN '0' THEN size ELSE sign || size END
      FROM (
        SELECT sign, above, rtrim(rtrim(ifnull(nullif(above, ''), '0') || '.' || below, '0'), '.') AS size
        FROM (
          SELECT sign, ltrim(substr(digits, 1, point), '0') AS above, substr(digits, point + 1, 9) AS below
          FROM (
            SELECT
              CASE WHEN mantissa GLOB '-*' THEN '-' ELSE '' END AS sign,
              printf('%0100d', 0) || replace(ltrim(mantissa, '-'), '.', '') || printf('%0100d', 0) AS digits,
              99 + instr(ltrim(mantissa, '-') || '.', '.') + max(exponent, -100) AS point
            FROM (
              SELECT substr(json, 1, split - 1) AS mantissa, CAST(substr(json, split + 1) AS INTEGER) AS exponent
              FROM (SELECT ${json} AS json, instr(lower(${json}) || 'e', 'e') AS split)
            )
            WHERE mantissa GLOB '[-0-9]*' AND instr(mantissa || '.', '.') < 90 AND exponent <= 100
          )
        )
      )
      WHERE length(above) <= 29
    )`
}

/** A time of day is read as one of a day that does not matter. */
function clockTime(json: Sql, result: Sql): Sql {
  return moment(json, result, sql`'2000-01-01T'`)
}

/**
 * SQLite's own functions make 1 March of 30 February, count milliseconds and know one spelling of zones. So the
 * text is taken apart, and a day or a clock is valid if they give it back unchanged.
 * https://sqlite.org/lang_datefunc.html
 */
function moment(json: Sql, result: Sql, day = sql`''`): Sql {
  return sql`(
      SELECT ${result}
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT ${day} || upper(${json} ->> '$') AS text)
              WHERE ${json} GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    )`
}
