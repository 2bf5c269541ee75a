import {
  type Column,
  cdcDeletedAtKey,
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
import { snowflakeNaming } from './naming.ts'
import { type Typing, typings } from './typed-value.ts'

/** A column on its way; its expressions travel under its number, whatever its name. */
type TypedColumn = {
  readonly name: Sql
  readonly key: string
  readonly typing: Typing
  /** The VARIANT out of the record. */
  readonly value: Sql
  readonly typed: Sql
}

const rawMeta = quoteIdentifier(rawColumns.meta)

const carried = [rawColumns.rawId, rawColumns.extractedAt, rawColumns.meta, rawColumns.generationId]
const bookkeeping = joinSql(carried.map(quoteIdentifier), ', ')

/** The final table's columns from raw rows, in three steps: read each key once, cast each value, list what failed. */
export function selectTypedRows(stream: StreamConfig, source: RawRows): Sql {
  const columns = stream.columns.map(
    (column, index): TypedColumn => ({
      name: quoteIdentifier(column.id.name),
      key: column.id.originalName,
      typing: typingOf(column),
      value: sql`value_${index}`,
      typed: sql`typed_${index}`,
    }),
  )
  const casts = columns.map(({ typing, value, typed }) => sql`${typing.cast(value)} AS ${typed}`)
  const checked = columns.filter(({ typing }) => typing.canFail).map(({ value }) => value)
  const fields = columns.map(({ key, value }) => sql`${readKey(key)} AS ${value}`)
  return sql`SELECT
  ${list([...columns.map(({ typed, name }) => sql`${typed} AS ${name}`), ...finalBookkeeping(columns)], '  ')}
FROM (
  SELECT
    ${list([...casts, ...checked, bookkeeping], '    ')}
  FROM (
${selectFields(source, [...fields, bookkeeping])}
  ) AS extracted
) AS checked`
}

/** A JSON null says nothing about whether a row is deleted, so in that column it is NULL. */
function typingOf({ id, type }: Column): Typing {
  const typing = typings[resolveUnion(type).type]
  if (typing.canFail || id.originalName !== cdcDeletedAtKey) return typing
  return { ...typing, cast: (value) => sql`IFF(IS_NULL_VALUE(${value}), NULL, ${typing.cast(value)})` }
}

/** A value of `_airbyte_data`. GET compares keys exactly and takes any character in them, quotes too. */
export function readKey(key: string): Sql {
  return sql`GET(${quoteIdentifier(rawColumns.data)}, ${literal(storedKey(key))})`
}

/** One SELECT per condition: Snowflake cannot evaluate every subquery behind an OR. */
function selectFields({ table, conditions }: RawRows, fields: readonly Sql[]): Sql {
  const select = sql`    SELECT\n      ${list(fields, '      ')}\n    FROM ${table}`
  if (conditions.length === 0) return select
  return joinSql(
    conditions.map((condition) => sql`${select}\n    WHERE ${condition}`),
    '\n    UNION ALL\n',
  )
}

function list(parts: readonly Sql[], indent: string): Sql {
  return joinSql(parts, `,\n${indent}`)
}

function finalBookkeeping(columns: readonly TypedColumn[]): readonly Sql[] {
  return carried.map((name) => {
    const value = name === rawColumns.meta ? metaWithChanges(columns) : quoteIdentifier(name)
    return sql`${value} AS ${quoteIdentifier(snowflakeNaming.columnName(name).name)}`
  })
}

/** Values that did not fit, in column order, then what the record brought along. */
function metaWithChanges(columns: readonly TypedColumn[]): Sql {
  const entries = columns
    .filter(({ typing }) => typing.canFail)
    .map(
      ({ key, value, typed }) =>
        // Of an absent key IS_NULL_VALUE is NULL, which IFF takes for false.
        sql`IFF(NOT IS_NULL_VALUE(${value}) AND ${typed} IS NULL, OBJECT_CONSTRUCT('field', ${literal(key.toWellFormed())}, 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL)`,
    )
  const earlier = sql`COALESCE(AS_ARRAY(GET(${rawMeta}, 'changes')), ARRAY_CONSTRUCT())`
  const changes =
    entries.length === 0
      ? earlier
      : sql`ARRAY_CAT(
      ARRAY_CONSTRUCT_COMPACT(
        ${list(entries, '        ')}
      ),
      ${earlier}
    )`
  return sql`OBJECT_INSERT(
    COALESCE(AS_OBJECT(${rawMeta}), OBJECT_CONSTRUCT()),
    'changes',
    ${changes},
    TRUE
  )::VARIANT`
}
