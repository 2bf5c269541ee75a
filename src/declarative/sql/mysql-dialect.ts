import type { DialectTexts } from '../manifest.ts'

/** Digits and length are checked before a cast, since a cast takes the nearest number that fits. */
const integerPattern = "'^-?[0-9]{1,19}$'"
const decimalPattern = "'^-?[0-9]+([.][0-9]+)?$'"
/** The server keeps 81 digits of a text on its way to a decimal number, in groups of nine. */
const exponentPattern = "'^-?(?=[0-9.]{1,65}[eE])[0-9]+([.][0-9]+)?[eE][+-]?[0-9]{1,4}$'"

/** Also after rounding. */
const isInRange = 'ABS(CAST({{ json }} AS DECIMAL(65,9))) < 100000000000000000000000000000'

const datePattern = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
const clockPattern = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'
const zonePattern = '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)'
const momentPattern = `^${datePattern}([ tT]${clockPattern}${zonePattern}?)?$`

/** The day and the clock of a text as a DATETIME; NULL where there is no such day. */
const local = (time: string) => `CAST(CONCAT(SUBSTR({{ text }}, 1, 10), ' ', ${time}) AS DATETIME(6))`
/** What comes behind the day: the clock, without a zone. */
const clockOf = (text: string) => `IFNULL(REGEXP_SUBSTR(${text}, '${clockPattern}'), '00:00:00')`
const zoneOf = (text: string) => `REGEXP_SUBSTR(SUBSTR(${text}, 9), '${zonePattern}$')`
/** Minutes east of Greenwich. */
const offset = (zone: string) => `IFNULL(CASE WHEN LENGTH(${zone}) > 1 THEN
        IF(${zone} LIKE '-%', -1, 1) * (60 * SUBSTR(${zone}, 2, 2) + CAST(CONCAT('0', RIGHT(REPLACE(SUBSTR(${zone}, 4), ':', ''), 2)) AS SIGNED))
      END, 0)`

const tableExists = (name: string) =>
  `EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = {{ namespace }} AND table_name = ${name})`

/**
 * What MySQL and its relatives share. JSON is kept as text, since MySQL's own JSON type rounds numbers. Types that
 * share a storage type differ in the column's comment, so that a change from one to the other is seen.
 * https://mariadb.com/kb/en/json-functions/
 */
export const mysqlDialect: DialectTexts = {
  quoting: { identifier: '`', backslash_escapes: false },
  // https://mariadb.com/kb/en/identifier-names/ https://mariadb.com/kb/en/innodb-limitations/
  naming: { maximum_length: 64, maximum_columns: 600, case_sensitive_columns: false },
  types: {
    string: 'LONGTEXT',
    number: 'DECIMAL(38,9)',
    integer: 'BIGINT',
    boolean: { type: 'TINYINT(1)', reported: 'tinyint' },
    date: 'DATE',
    time_without_timezone: { type: 'TIME(6)', reported: 'time' },
    time_with_timezone: {
      type: "VARCHAR(64) COMMENT 'time_with_timezone'",
      reported: 'varchar time_with_timezone',
    },
    timestamp_without_timezone: { type: 'DATETIME(6)', reported: 'datetime' },
    timestamp_with_timezone: { type: "DATETIME(6) COMMENT 'UTC'", reported: 'datetime UTC' },
    struct: { type: "LONGTEXT COMMENT 'object'", reported: 'longtext object' },
    array: { type: "LONGTEXT COMMENT 'array'", reported: 'longtext array' },
    unsupported_one_of: { type: "LONGTEXT COMMENT 'json'", reported: 'longtext json' },
    unknown: { type: "LONGTEXT COMMENT 'json'", reported: 'longtext json' },
  },
  raw_types: {
    raw_id: { type: 'VARCHAR(36) NOT NULL', reported: 'varchar' },
    extracted_at: { type: 'DATETIME(6) NOT NULL', reported: 'datetime' },
    loaded_at: { type: 'DATETIME(6)', reported: 'datetime' },
    data: { type: 'LONGTEXT NOT NULL CHECK (JSON_VALID(`_airbyte_data`))', reported: 'longtext' },
    meta: { type: 'LONGTEXT', reported: 'longtext' },
    generation_id: 'BIGINT',
  },
  json: {
    extract: 'JSON_EXTRACT({{ document }}, {{ path }})',
    text: 'JSON_UNQUOTE({{ json }})',
  },
  casts: {
    string:
      "CASE JSON_TYPE({{ json }}) WHEN 'STRING' THEN {{ text }} WHEN 'NULL' THEN NULL ELSE {{ json }} END",
    integer: `CASE WHEN {{ json }} REGEXP ${integerPattern} AND CAST({{ json }} AS DECIMAL(65,0)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST({{ json }} AS SIGNED) END`,
    number: `CASE
      WHEN {{ json }} REGEXP ${decimalPattern} AND CHAR_LENGTH(TRIM(LEADING '0' FROM SUBSTRING_INDEX(REPLACE({{ json }}, '-', ''), '.', 1))) <= 29 AND ${isInRange} THEN CAST({{ json }} AS DECIMAL(38,9))
      WHEN {{ json }} REGEXP ${exponentPattern} AND ${isInRange} THEN CAST({{ json }} AS DECIMAL(38,9))
    END`,
    boolean: "CASE {{ json }} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
    date: `CASE WHEN {{ text }} REGEXP '${momentPattern}' AND {{ text }} >= '0001' THEN CAST(SUBSTR({{ text }}, 1, 10) AS DATE) END`,
    time_without_timezone: `CASE WHEN {{ text }} REGEXP '^${clockPattern}${zonePattern}?$' THEN CAST(${clockOf('{{ text }}')} AS TIME(6)) END`,
    time_with_timezone: `CASE WHEN {{ text }} REGEXP '^${clockPattern}${zonePattern}?$' AND CHAR_LENGTH({{ text }}) <= 64 THEN {{ text }} END`,
    timestamp_without_timezone: `CASE WHEN {{ text }} REGEXP '${momentPattern}' AND {{ text }} >= '0001' THEN ${local(clockOf('SUBSTR({{ text }}, 12)'))} END`,
    timestamp_with_timezone: `CASE WHEN {{ text }} REGEXP '${momentPattern}' AND {{ text }} >= '0001' THEN ${local(clockOf('SUBSTR({{ text }}, 12)'))} - INTERVAL ${offset(zoneOf('{{ text }}'))} MINUTE END`,
    struct: "CASE SUBSTR({{ json }}, 1, 1) WHEN '{' THEN {{ json }} END",
    array: "CASE SUBSTR({{ json }}, 1, 1) WHEN '[' THEN {{ json }} END",
    unsupported_one_of: "NULLIF({{ json }}, 'null')",
    unknown: "NULLIF({{ json }}, 'null')",
  },
  cast_types: { string: 'CHAR', integer: 'SIGNED', timestamp_with_timezone: 'DATETIME(6)' },
  templates: {
    table_options: ' CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin',
    typing_prelude: [],
    now: 'UTC_TIMESTAMP(6)',
    epoch_microseconds: "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {{ time }})",
    // Sorting compares only the beginning of a long text, so two long keys could be taken for one.
    partition_text: 'SHA2({{ column }}, 256)',
    select_newest: `SELECT
  {{ columns }}
FROM (
  SELECT typed.*, ROW_NUMBER() OVER (
    PARTITION BY {{ key }}
    ORDER BY {{ newest_first }}
  ) AS \`landfall place\`
  FROM (
{{ rows }}
  ) AS typed
) AS ranked
WHERE \`landfall place\` = 1`,
    // A temporary table outlives the transaction that made it.
    create_staged: [
      'DROP TEMPORARY TABLE IF EXISTS {{ staged }}',
      'CREATE TEMPORARY TABLE {{ staged }}{{ table_options }} AS\n{{ rows }}',
    ],
    // Without TEMPORARY this would commit the transaction.
    drop_staged: ['DROP TEMPORARY TABLE {{ staged }}'],
    merge: [
      `DELETE staged
FROM {{ staged }} AS staged
JOIN {{ target }} AS target ON {{ same_key }}
WHERE {{ target_is_newer }}`,
      `DELETE target
FROM {{ target }} AS target
JOIN {{ staged }} AS staged ON {{ same_key }}`,
      `INSERT INTO {{ target }} (
  {{ columns }}
)
SELECT
  {{ columns }}
FROM {{ staged }}{{ where_alive }}`,
    ],
    // One RENAME is atomic, and DDL commits: at no moment is there no table, or an empty one. Where an earlier attempt
    // has renamed the table, there is nothing left to do.
    swap_table: [
      'DROP TABLE IF EXISTS {{ replaced }}',
      `SET @landfall_swap = CASE
  WHEN NOT ${tableExists('{{ fresh_name }}')} THEN 'DO 0'
  WHEN ${tableExists('{{ target_name }}')} THEN CONCAT('RENAME TABLE ', {{ target_text }}, ' TO ', {{ replaced_text }}, ', ', {{ fresh_text }}, ' TO ', {{ target_text }})
  ELSE CONCAT('RENAME TABLE ', {{ fresh_text }}, ' TO ', {{ target_text }})
END`,
      'PREPARE landfall_swap FROM @landfall_swap',
      'EXECUTE landfall_swap',
      'DEALLOCATE PREPARE landfall_swap',
      'DROP TABLE IF EXISTS {{ replaced }}',
    ],
    rename_table: 'RENAME TABLE {{ table }} TO {{ renamed }}',
    mark: ['ALTER TABLE {{ table }} COMMENT = {{ mark }}'],
    is_marked: `EXISTS (
    SELECT 1
    FROM information_schema.tables
    WHERE table_schema = {{ namespace }} AND table_name = {{ name }} AND table_comment = {{ mark }}
  )`,
    key_index: ['CREATE INDEX landfall_key ON {{ table }} ({{ columns }})'],
    key_index_text: '{{ column }}(100)',
    is_other_generation: 'NOT ({{ column }} <=> {{ generation }})',
    null_safe_equal: '{{ left }} <=> {{ right }}',
    describe: `SELECT table_schema AS table_namespace, table_name AS table_name, column_name AS column_name,
  CONCAT_WS(' ', data_type, NULLIF(column_comment, '')) AS column_type
FROM information_schema.columns
WHERE (table_schema, table_name) IN ({{ tables }})
ORDER BY table_schema, table_name, ordinal_position`,
  },
}

/**
 * For every connection. Not strict: a cast that gives NULL would end a statement, and every cast is behind a check of
 * its own. All statements of a transaction see the same rows: else those that arrive while others are typed would be
 * marked as typed with them.
 */
export const mysqlSession = [
  "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES', time_zone = '+00:00'",
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
]

/** How records reach the raw table. */
export const mysqlLoad = {
  statement: 'INSERT INTO {{ table }} ({{ columns }}) VALUES\n{{ rows }}',
  row: '(?, ?, ?, ?, ?)',
  maximum_rows: 500,
} as const
