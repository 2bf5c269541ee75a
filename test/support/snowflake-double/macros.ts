/**
 * Snowflake's functions as macros of DuckDB, as strict as Snowflake: TRY_CAST takes nothing but text, and a time
 * has one of the spellings that AUTO recognises. VARIANT, OBJECT and ARRAY are JSON.
 * https://docs.snowflake.com/en/user-guide/date-time-input-output#supported-formats-for-auto-detection
 */
const zone = '( ?[-+][0-9]{2}:?[0-9]{2}| ?[-+][0-9]{2}| ?Z)'
const tZone = '([-+][0-9]{2}:[0-9]{2}|Z)'
const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
const clock = '[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?'
const timestampText = `'${day}(T${clock}${tZone}?| ${clock}${zone}?)?'`
const epochText = "'[-+]?[0-9]+(\\.[0-9]+)?'"
const numberText = "'[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?'"

/** TRY_CAST of anything but a text is a compile error; `typeof` is a constant, so it does not depend on rows. */
function fromText(body: string): string {
  return `CASE WHEN typeof(x) NOT IN ('VARCHAR', '"NULL"') THEN error('SNOWFLAKE 001065 22023 SQL compilation error: Function TRY_CAST cannot be used with arguments of types other than text') ELSE ${body} END`
}

const text = 'CAST(x AS VARCHAR)'
/** Without a zone, behind a blank. */
const wallClock = `regexp_replace(replace(${text}, 'T', ' '), '([0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?)( ?[-+Z].*)$', '\\1')`
/** DuckDB wants seconds in front of a zone, and a colon in it. */
const withSeconds = `regexp_replace(${text}, '([T ][0-9]{2}:[0-9]{2})( ?[-+Z].*)$', '\\1:00\\2')`
const withMinutes = `regexp_replace(${withSeconds}, '( ?[-+][0-9]{2})([0-9]{2})$', '\\1:\\2')`

function decimal(precision: number, scale: number): string {
  const type = `DECIMAL(${precision}, ${scale})`
  const value = fromText(
    `CASE WHEN regexp_full_match(${text}, ${numberText}) THEN TRY_CAST(${text} AS ${type}) END`,
  )
  return `CREATE OR REPLACE MACRO sf_try_number_${precision}_${scale}(x) AS ${value}`
}

export const macros: readonly string[] = [
  `CREATE OR REPLACE MACRO sf_text(x) AS CASE
    WHEN typeof(x) = 'JSON' THEN CASE
      WHEN CAST(x AS VARCHAR) = 'null' THEN NULL
      WHEN starts_with(CAST(x AS VARCHAR), '"') THEN json_extract_string(CAST(x AS VARCHAR), '$')
      ELSE CAST(x AS VARCHAR) END
    ELSE CAST(x AS VARCHAR) END`,
  "CREATE OR REPLACE MACRO sf_variant(x) AS CASE WHEN typeof(x) = 'JSON' THEN x ELSE to_json(x) END",
  'CREATE OR REPLACE MACRO sf_json_text(x) AS CAST(x AS VARCHAR)',
  "CREATE OR REPLACE MACRO sf_get(v, k) AS json_extract(v, '/' || replace(replace(k, '~', '~0'), '/', '~1'))",
  "CREATE OR REPLACE MACRO sf_is_null_value(v) AS CAST(v AS VARCHAR) = 'null'",
  "CREATE OR REPLACE MACRO sf_as_object(v) AS CASE WHEN json_type(v) = 'OBJECT' THEN v END",
  "CREATE OR REPLACE MACRO sf_as_array(v) AS CASE WHEN json_type(v) = 'ARRAY' THEN v END",
  "CREATE OR REPLACE MACRO sf_array_cat(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN to_json(list_concat(json_extract(a, '$[*]'), json_extract(b, '$[*]'))) END",
  'CREATE OR REPLACE MACRO sf_compact(entries) AS to_json(list_filter(entries, lambda entry: entry IS NOT NULL))',
  'CREATE OR REPLACE MACRO sf_object_insert(o, k, v) AS json_merge_patch(o, json_object(CAST(k AS VARCHAR), v))',
  `CREATE OR REPLACE MACRO sf_parse_json(x) AS CASE WHEN x IS NULL OR json_valid(x) THEN CAST(x AS JSON) ELSE error('SNOWFLAKE 100069 22P02 Error parsing JSON') END`,
  decimal(38, 0),
  decimal(38, 18),
  // A number beyond the range of doubles is not recognised; DuckDB would make it infinite.
  `CREATE OR REPLACE MACRO sf_try_float(x) AS ${fromText(
    `CASE WHEN regexp_full_match(${text}, ${numberText}) AND isfinite(TRY_CAST(${text} AS DOUBLE)) THEN TRY_CAST(${text} AS DOUBLE)
      WHEN lower(${text}) IN ('nan', 'inf', '-inf') THEN TRY_CAST(${text} AS DOUBLE) END`,
  )}`,
  `CREATE OR REPLACE MACRO sf_try_boolean(x) AS ${fromText(
    `CASE WHEN lower(${text}) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE WHEN lower(${text}) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE END`,
  )}`,
  `CREATE OR REPLACE MACRO sf_try_timestamp_tz(x) AS ${fromText(
    `CASE WHEN regexp_full_match(${text}, ${epochText}) THEN to_timestamp(TRY_CAST(${text} AS DOUBLE))
      WHEN regexp_full_match(${text}, ${timestampText}) THEN TRY_CAST(${withMinutes} AS TIMESTAMPTZ) END`,
  )}`,
  `CREATE OR REPLACE MACRO sf_try_timestamp_ntz(x) AS ${fromText(
    `CASE WHEN regexp_full_match(${text}, ${epochText}) THEN CAST(to_timestamp(TRY_CAST(${text} AS DOUBLE)) AS TIMESTAMP)
      WHEN regexp_full_match(${text}, ${timestampText}) THEN TRY_CAST(${wallClock} AS TIMESTAMP) END`,
  )}`,
  `CREATE OR REPLACE MACRO sf_try_date(x) AS ${fromText(
    `CASE WHEN regexp_full_match(${text}, ${epochText}) THEN CAST(to_timestamp(TRY_CAST(${text} AS DOUBLE)) AS DATE)
      WHEN regexp_full_match(${text}, '${day}') THEN TRY_CAST(${text} AS DATE) END`,
  )}`,
  `CREATE OR REPLACE MACRO sf_try_time(x) AS ${fromText(
    `CASE WHEN regexp_full_match(${text}, ${epochText}) THEN CAST(to_timestamp(TRY_CAST(${text} AS DOUBLE)) AS TIME)
      WHEN regexp_full_match(${text}, '${clock}') THEN TRY_CAST(${text} AS TIME) END`,
  )}`,
  `CREATE OR REPLACE MACRO sf_to_timestamp_tz(x) AS CASE WHEN x IS NOT NULL THEN COALESCE(sf_try_timestamp_tz(x), error('SNOWFLAKE 100035 22007 Timestamp is not recognized')) END`,
]
