import {
  type Column,
  cdcDeletedAtKey,
  finalMetaColumns,
  joinSql,
  quoteIdentifier,
  type RawRows,
  rawColumns,
  resolveUnion,
  type Sql,
  type StreamConfig,
  sql,
  storedKey,
} from 'landfall/sdk'
import { literal } from './literal.ts'
import { isPresent, type Typing, typings } from './typed-value.ts'

type TypedColumn = {
  readonly name: string
  readonly key: string
  readonly typing: Typing
  /** The SUPER value out of the record, under a number, whatever the column's name. */
  readonly value: Sql
}

const rawMeta = quoteIdentifier(rawColumns.meta)

/** The two parts of a raw row's meta that the final row keeps. */
const rawChanges = sql`raw_changes`
const rawSyncId = sql`raw_sync_id`

const carried = [rawColumns.rawId, rawColumns.extractedAt, rawColumns.generationId]

/**
 * The final table's columns from raw rows, in two steps: read each key once; cast each value and list what failed. A
 * SELECT list has at most 1664 entries, so no step carries a column twice.
 */
export function selectTypedRows(stream: StreamConfig, source: RawRows): Sql {
  const columns = stream.columns.map(
    (column, index): TypedColumn => ({
      name: column.id.name,
      key: column.id.originalName,
      typing: typingOf(column),
      value: sql`value_${index}`,
    }),
  )
  const typed = columns.map(
    ({ typing, value, name }) => sql`${typing.cast(value)} AS ${quoteIdentifier(name)}`,
  )
  return sql`SELECT
  ${list([...typed, ...finalBookkeeping(columns)], '  ')}
FROM (
${selectFields(source, columns)}
) AS extracted`
}

/** A JSON null says nothing about whether a row is deleted, so in that column it is NULL. */
function typingOf({ id, type }: Column): Typing {
  const kind = resolveUnion(type).type
  return typings[kind === 'unknown' && id.originalName === cdcDeletedAtKey ? 'unsupported_one_of' : kind]
}

/**
 * A value of `_airbyte_data`. The key is an identifier to Redshift, which is compared exactly because the session has
 * `enable_case_sensitive_identifier`. https://docs.aws.amazon.com/redshift/latest/dg/query-super.html
 */
export function readKey(key: string): Sql {
  if (!isReadable(key)) return sql`CAST(NULL AS super)`
  return sql`${quoteIdentifier(rawColumns.data)}.${quoteIdentifier(storedKey(key))}`
}

/** An identifier has at least one byte, and longer ones are cut. https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
export function isReadable(key: string): boolean {
  const bytes = Buffer.byteLength(storedKey(key))
  return bytes > 0 && bytes <= 127
}

function selectFields({ table, conditions }: RawRows, columns: readonly TypedColumn[]): Sql {
  const fields = [
    ...columns.map(({ key, value }) => sql`${readKey(key)} AS ${value}`),
    ...carried.map(quoteIdentifier),
    sql`${rawMeta}."changes" AS ${rawChanges}`,
    sql`${rawMeta}."sync_id" AS ${rawSyncId}`,
  ]
  const select = sql`  SELECT\n    ${list(fields, '    ')}\n  FROM ${table}`
  if (conditions.length === 0) return select
  return joinSql(
    conditions.map((condition) => sql`${select}\n  WHERE ${condition}`),
    '\n  UNION ALL\n',
  )
}

function list(parts: readonly Sql[], indent: string): Sql {
  return joinSql(parts, `,\n${indent}`)
}

function finalBookkeeping(columns: readonly TypedColumn[]): readonly Sql[] {
  return finalMetaColumns.map((name) =>
    name === rawColumns.meta ? sql`${finalMeta(columns)} AS ${rawMeta}` : quoteIdentifier(name),
  )
}

/** Values that did not fit, in column order, then what the record brought along. */
function finalMeta(columns: readonly TypedColumn[]): Sql {
  const earlier = sql`CASE WHEN JSON_TYPEOF(${rawChanges}) = 'array' THEN ${rawChanges} ELSE ARRAY() END`
  const entries = columns.filter(({ typing }) => typing.canFail).map(entryIfFailed)
  return sql`OBJECT(
    'changes', ${concatenate([...entries, earlier])},
    'sync_id', ${rawSyncId}
  )`
}

/** As in the Java connector, `field` is the column's name, not the record's key. */
function entryIfFailed({ name, typing, value }: TypedColumn): Sql {
  const entry = JSON.stringify({ field: name, change: 'NULLED', reason: 'DESTINATION_TYPECAST_ERROR' })
  return sql`CASE WHEN ${isPresent(value)} AND ${typing.cast(value)} IS NULL THEN ARRAY(JSON_PARSE(${literal(entry)})) ELSE ARRAY() END`
}

/** ARRAY_CONCAT takes two arrays. As a balanced tree, so that a thousand columns are ten levels and not a thousand. */
function concatenate(arrays: readonly Sql[]): Sql {
  if (arrays.length <= 1) return arrays[0] ?? sql`ARRAY()`
  const middle = Math.ceil(arrays.length / 2)
  const [left, right] = [concatenate(arrays.slice(0, middle)), concatenate(arrays.slice(middle))]
  return sql`ARRAY_CONCAT(\n      ${left},\n      ${right}\n    )`
}
