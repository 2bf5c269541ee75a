import {
  cdcDeletedAtKey,
  joinSql,
  type RawRows,
  rawColumns,
  resolveUnion,
  type Sql,
  type StreamConfig,
  sql,
  storedKey,
} from 'landfall/sdk'
import { jsonPath, quoteName, quoteText } from './quoting.ts'
import { parsed, type Typing, typings } from './typed-value.ts'

/** A column on its way; its expressions travel under its number, whatever its name. */
type TypedColumn = {
  readonly name: Sql
  readonly key: string
  readonly keepsNull: boolean
  readonly typing: Typing
  readonly value: Sql
  readonly text: Sql
  readonly typed: Sql
}

const data = quoteName(rawColumns.data)
const meta = quoteName(rawColumns.meta)
const bookkeeping = joinSql(
  [rawColumns.rawId, rawColumns.extractedAt, rawColumns.meta, rawColumns.generationId].map(quoteName),
  ', ',
)

/**
 * The final table's columns from raw rows, in four steps, each a sub-select: take each value out of the
 * document as JSON text (with all of its digits), take the quotes off scalars, check and cast, list what failed.
 */
export function selectTypedRows(stream: StreamConfig, source: RawRows): Sql {
  const columns = stream.columns.map((column, index): TypedColumn => {
    const { type } = resolveUnion(column.type)
    const key = column.id.originalName
    return {
      name: quoteName(column.id.name),
      key,
      keepsNull: (type === 'unknown' || type === 'unsupported_one_of') && key !== cdcDeletedAtKey,
      typing: typings[type],
      value: sql`value_${index}`,
      text: sql`text_${index}`,
      typed: sql`typed_${index}`,
    }
  })
  const scalars = columns.filter(({ typing }) => typing.isScalar)
  return sql`SELECT
  ${list(
    [
      quoteName(rawColumns.rawId),
      quoteName(rawColumns.extractedAt),
      sql`${metaWithChanges(columns)} AS ${meta}`,
      quoteName(rawColumns.generationId),
      ...columns.map(({ typed, name }) => sql`${typed} AS ${name}`),
    ],
    '  ',
  )}
FROM (
  SELECT
    ${list(
      [
        ...columns.map(({ typing, value, text, typed }) => sql`${typing.cast(value, text)} AS ${typed}`),
        ...columns.filter(({ typing }) => typing.canFail).map(({ value }) => value),
        bookkeeping,
      ],
      '    ',
    )}
  FROM (
    SELECT
      ${list([...scalars.map(({ value, text }) => sql`JSON_VALUE(${value}) AS ${text}`), ...columns.map(({ value }) => value), bookkeeping], '      ')}
    FROM (
      SELECT
        ${list([...columns.map((column) => sql`${extracted(column)} AS ${column.value}`), bookkeeping], '        ')}
      FROM ${source.table}${where(source)}
    ) AS extracted
  ) AS scalars
) AS checked`
}

function list(parts: readonly Sql[], indent: string): Sql {
  return joinSql(parts, `,\n${indent}`)
}

function where({ conditions }: RawRows): Sql {
  if (conditions.length === 0) return sql``
  const all = conditions.map((condition) => sql`(${condition})`)
  return sql`\n      WHERE ${joinSql(all, '\n        OR ')}`
}

/**
 * A column that takes any JSON keeps a JSON null as it is, as the Java connector does: the source said something. It did
 * not say that a row is deleted.
 */
function extracted({ key, keepsNull }: TypedColumn): Sql {
  const value = rawJson(key)
  if (!keepsNull) return value
  const stored = storedKey(key)
  const inDocument = stored.includes('\\')
    ? memberOf(stored)
    : sql`JSON_QUERY(${parsed(data)}, ${jsonPath(stored)})`
  return sql`COALESCE(${value}, IF(${inDocument} IS NOT NULL, 'null', NULL))`
}

/** A value of the document as JSON text; NULL where the key is absent or its value is null. */
export function rawJson(key: string): Sql {
  const stored = storedKey(key)
  if (!stored.includes('\\')) return sql`JSON_QUERY(${data}, ${jsonPath(stored)})`
  // A path cannot name every key with a backslash, and one that it cannot is an error. A subscript can, though from a
  // parsed document, in which numbers of more than 17 digits are rounded.
  const value = memberOf(stored)
  return sql`IF(JSON_TYPE(${value}) = 'null', NULL, IF(${value} IS NULL, NULL, TO_JSON_STRING(${value})))`
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/operators#json_subscript_operator */
function memberOf(key: string): Sql {
  return sql`${parsed(data)}[${quoteText(key)}]`
}

/**
 * Values that did not fit, in column order, then what the record brought along. The keys are joined by what
 * stands between them, because a query has room for 1 MB and a column should take little of it.
 */
function metaWithChanges(columns: readonly TypedColumn[]): Sql {
  const keys = columns
    .filter(({ typing }) => typing.canFail)
    .map(
      ({ key, value, typed }) =>
        sql`IF(${value} IS NOT NULL AND ${typed} IS NULL, ${quoteText(JSON.stringify(key))}, NULL)`,
    )
  const earlier = sql`JSON_QUERY(${meta}, '$.changes')`
  const entries = [
    ...(keys.length === 0 ? [] : [entriesOf(keys)]),
    sql`NULLIF(SUBSTR(${earlier}, 2, LENGTH(${earlier}) - 2), '')`,
  ]
  return sql`PARSE_JSON(CONCAT(
    '{"changes":[',
    ARRAY_TO_STRING([
      ${list(entries, '      ')}
    ], ','),
    '],"sync_id":',
    COALESCE(JSON_QUERY(${meta}, '$.sync_id'), 'null'),
    '}'
  ), wide_number_mode => 'round')`
}

/** The entries of the keys that are not NULL; NULL where all of them are. */
function entriesOf(keys: readonly Sql[]): Sql {
  const tail = ',"change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'
  return sql`${quoteText('{"field":')} || NULLIF(ARRAY_TO_STRING([
        ${list(keys, '        ')}
      ], ${quoteText(`${tail},{"field":`)}), '') || ${quoteText(tail)}`
}
