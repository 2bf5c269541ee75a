import {
  joinSql,
  quoteIdentifier,
  quoteLiteral,
  type RawRows,
  rawColumns,
  resolveUnion,
  type Sql,
  type StreamConfig,
  sql,
} from 'landfall/sdk'
import { looksLikeNumber } from './exact-numbers.ts'
import { type Typing, typings } from './typed-value.ts'

/** A column on its way; its expressions travel under its number, whatever its name. */
type TypedColumn = {
  readonly name: Sql
  readonly key: string
  readonly typing: Typing
  /** The value as the parser handed it out. */
  readonly value: Sql
  readonly typed: Sql
}

const rawId = quoteIdentifier(rawColumns.rawId)
const meta = quoteIdentifier(rawColumns.meta)
const data = quoteIdentifier(rawColumns.data)
const bookkeeping = joinSql(
  [rawColumns.rawId, rawColumns.extractedAt, rawColumns.meta, rawColumns.generationId].map(quoteIdentifier),
  ', ',
)

/**
 * The final table's columns from raw rows, in five steps, each a sub-select: look for numbers that the
 * parser would change, mark them, parse each document once, check and cast each value, list what failed.
 */
export function selectTypedRows(stream: StreamConfig, source: RawRows): Sql {
  const columns = stream.columns.map(
    (column, index): TypedColumn => ({
      name: quoteIdentifier(column.id.name),
      // Half a surrogate pair is replaced in records, too.
      key: column.id.originalName.toWellFormed(),
      typing: typings[resolveUnion(column.type).type],
      value: sql`value_${index}`,
      typed: sql`typed_${index}`,
    }),
  )
  const list = (parts: readonly Sql[], indent: string) => joinSql(parts, `,\n${indent}`)
  const conditions = joinSql(
    source.conditions.map((condition) => sql`(${condition})`),
    '\n          OR ',
  )
  const where = source.conditions.length > 0 ? sql`\n        WHERE ${conditions}` : sql``
  return sql`SELECT
  ${list(
    [
      ...columns.map(({ typed, name }) => sql`${typed} AS ${name}`),
      rawId,
      quoteIdentifier(rawColumns.extractedAt),
      sql`${metaWithChanges(columns)} AS ${meta}`,
      quoteIdentifier(rawColumns.generationId),
    ],
    '  ',
  )}
FROM (
  SELECT
    ${list(
      [
        ...columns.map(({ typing, value, typed }) => sql`${typing.cast(value)} AS ${typed}`),
        ...columns.filter(({ typing }) => typing.canFail).map(({ value }) => value),
        bookkeeping,
      ],
      '    ',
    )}
  FROM (
    SELECT
      ${list(
        [...columns.map(({ value }, index) => sql`${extractedValue(index)} AS ${value}`), bookkeeping],
        '      ',
      )}
    FROM (
      SELECT
        json_transform(
          CASE WHEN mark IS NULL THEN ${data} ELSE ${marking(columns)}(${data}, mark) END,
          ${structure(columns)}
        ) AS fields,
        mark,
        ${bookkeeping}
      FROM (
        SELECT ${data}, landfall_number_mark(${data}, ${rawId}) AS mark, ${bookkeeping}
        FROM ${source.table}${where}
      ) AS documents
    ) AS parsed
  ) AS extracted
) AS checked`
}

/** The quick one, unless it could take a part of a column's key for a number. */
function marking(columns: readonly TypedColumn[]): Sql {
  return columns.some(({ key }) => looksLikeNumber(key))
    ? sql`landfall_mark_numbers_outside_strings`
    : sql`landfall_mark_numbers`
}

/**
 * What the parser looks for. It compares keys exactly, and takes any character in them. It refuses to look
 * for nothing, so a stream without columns asks for one key that nobody reads.
 */
function structure(columns: readonly TypedColumn[]): Sql {
  const members = columns.map(({ key, typing }) => `${JSON.stringify(key)}:"${typing.extractedAs}"`)
  return quoteLiteral(`{${members.length > 0 ? members.join(',') : '"":"JSON"'}}`)
}

/** By position (the first is 1), since two keys may differ only in case, which DuckDB's names do not. */
function extractedValue(index: number): Sql {
  return sql`landfall_unmark_numbers(struct_extract_at(fields, ${index + 1}), mark)`
}

/** Values that did not fit, in column order, then what the record brought along. */
function metaWithChanges(columns: readonly TypedColumn[]): Sql {
  const failures = columns
    .filter(({ typing }) => typing.canFail)
    .map(({ key, value, typed }) => ({
      failed: sql`${value} IS NOT NULL AND ${typed} IS NULL`,
      entry: quoteLiteral(
        JSON.stringify({ field: key, change: 'NULLED', reason: 'DESTINATION_TYPECAST_ERROR' }),
      ),
    }))
  const whole = sql`COALESCE(${meta}, '{"changes":[],"sync_id":null}')`
  if (failures.length === 0) return whole
  const noneFailed = joinSql(
    failures.map(({ failed }) => sql`NOT (${failed})`),
    '\n      AND ',
  )
  const entries = joinSql(
    failures.map(({ failed, entry }) => sql`CASE WHEN ${failed} THEN ${entry} END`),
    ',\n      ',
  )
  const earlier = sql`COALESCE(${meta} -> '$.changes', '[]')::VARCHAR`
  return sql`CASE
    WHEN ${noneFailed}
    THEN ${whole}
    ELSE '{"changes":[' || concat_ws(',',
      ${entries},
      NULLIF((${earlier})[2:-2], '')
    ) || '],"sync_id":' || COALESCE(${meta} -> '$.sync_id', 'null') || '}'
  END`
}
