import {
  type AirbyteType,
  finalMetaColumns,
  joinSql,
  quoteIdentifier,
  quoteLiteral,
  type RawRows,
  rawColumns,
  type Sql,
  type StreamConfig,
  sql,
} from 'landfall/sdk'
import type { PostgresDialect } from './relative.ts'
import { type TypedValue, typedValue } from './typed-value.ts'

export type SelectTypedRowsOptions = {
  /** Whether the server has `pg_input_is_valid`. */
  readonly hasInputCheck: boolean
  readonly columnType: (type: AirbyteType) => Sql
  readonly casts: NonNullable<PostgresDialect['casts']>
}

/**
 * A SELECT list has at most 1664 entries, and the step that checks values carries each twice: as text and
 * typed. Above this number of columns it carries one array of flags instead of the texts.
 * https://www.postgresql.org/docs/current/limits.html
 */
const mostColumnsWithTexts = 800

/**
 * Raw rows as rows of the final table, in four steps that are kept apart so that each runs once per row: the document
 * is taken out of compressed storage; each key is read; each value is checked and cast; failures become entries of
 * `_airbyte_meta.changes`.
 */
export function selectTypedRows(stream: StreamConfig, source: RawRows, options: SelectTypedRowsOptions): Sql {
  const carriesTexts = stream.columns.length <= mostColumnsWithTexts
  const values = typedValues(stream, options)
  const casts = values.flatMap((value, index) =>
    value.entry === undefined ? [] : [{ index, entry: value.entry }],
  )
  const changes = casts.map(({ index, entry }, position) => ({
    failed: carriesTexts
      ? sql`value_${index} IS NOT NULL AND typed_${index} IS NULL`
      : sql`present[${position + 1}] AND typed_${index} IS NULL`,
    entry,
  }))
  const presence = carriesTexts
    ? casts.map(({ index }) => sql`value_${index}`)
    : [
        sql`ARRAY[${joinSql(
          casts.map(({ index }) => sql`value_${index} IS NOT NULL`),
          ', ',
        )}]::boolean[] AS present`,
      ]
  const { column, clause } = source.conditions.length === 0 ? parallelFence : fence
  const carried = sql`${bookkeeping}${column}`
  return sql`SELECT
  ${list(
    stream.columns.map((column, index) => sql`typed_${index} AS ${quoteIdentifier(column.id.name)}`),
    2,
  )}${name.rawId},
  ${name.extractedAt},
  ${metaExpression(changes)} AS ${name.meta},
  ${name.generationId}
FROM (
  SELECT
    ${list(
      values.map((value, index) => sql`${value.typed} AS typed_${index}`),
      4,
    )}${list(presence, 4)}${carried}
  FROM (
    SELECT
      ${list(
        values.map((value, index) => sql`${value.extracted} AS value_${index}`),
        6,
      )}${carried}
    FROM (
      ${selectDocuments(source, column)}${clause}
    ) AS document${clause}
  ) AS extracted${clause}
) AS checked`
}

/** What keeps the planner from folding one step into the next, which would run an expression once per use. */
const fence = { column: sql``, clause: sql`\n  OFFSET 0` }

/**
 * OFFSET would also keep a step out of parallel workers. A function that may answer differently each time does not, if it
 * is one that workers may call; this one takes some ten nanoseconds. Only where the whole table is read: parts of it are
 * found by look-ups, which are not shared out.
 */
const parallelFence = { column: sql`, clock_timestamp() AS step`, clause: sql`` }

/** The types whose text is checked for this stream, each once. */
export function checkedTypes(stream: StreamConfig, options: SelectTypedRowsOptions): readonly Sql[] {
  return [...new Set(typedValues(stream, options).flatMap(({ checkedType }) => checkedType ?? []))]
}

function typedValues(stream: StreamConfig, options: SelectTypedRowsOptions): readonly TypedValue[] {
  const { hasInputCheck, columnType, casts } = options
  return stream.columns.map((column, index) =>
    typedValue(column, index, { hasInputCheck, columnType: columnType(column.type), casts }),
  )
}

const name = {
  rawId: quoteIdentifier(rawColumns.rawId),
  extractedAt: quoteIdentifier(rawColumns.extractedAt),
  loadedAt: quoteIdentifier(rawColumns.loadedAt),
  data: quoteIdentifier(rawColumns.data),
  meta: quoteIdentifier(rawColumns.meta),
  generationId: quoteIdentifier(rawColumns.generationId),
}

const bookkeeping = joinSql(finalMetaColumns.map(quoteIdentifier), ', ')

/** Entries of a SELECT list that goes on behind them, one per line. */
function list(entries: readonly Sql[], indentation: number): Sql {
  const separator = `,\n${' '.repeat(indentation)}`
  return entries.length === 0 ? sql`` : joinSql([...entries, sql``], separator)
}

/** `|| '{}'` makes a fresh copy: reading a key of a compressed document would decompress all of it each time. */
function selectDocuments({ table, conditions, more = [] }: RawRows, fenceColumn: Sql): Sql {
  const selectFrom = (source: Sql) =>
    sql`SELECT ${name.data} || '{}' AS data, ${bookkeeping}${fenceColumn}\n      FROM ${source}`
  const select = selectFrom(table)
  if (conditions.length === 0) return select
  // One SELECT per condition: behind an OR neither could use its index.
  return joinSql(
    [...conditions.map((condition) => sql`${select}\n      WHERE ${condition}`), ...more.map(selectFrom)],
    '\n      UNION ALL\n      ',
  )
}

type Change = { readonly failed: Sql; readonly entry: NonNullable<TypedValue['entry']> }

/**
 * Most rows have no failure and a complete `_airbyte_meta` from the load: those keep it as it is. Rows of
 * older Airbyte versions may lack either key.
 */
function metaExpression(changes: readonly Change[]): Sql {
  const noneFailed = changes.map((change) => sql`\n      AND NOT (${change.failed})`)
  const entries = changes.map(
    (change) => sql`CASE WHEN ${change.failed} THEN ${quoteLiteral(JSON.stringify(change.entry))}::jsonb END`,
  )
  return sql`CASE
    WHEN ${name.meta} ?& ARRAY['changes', 'sync_id']${joinSql(noneFailed, '')}
    THEN ${name.meta}
    ELSE jsonb_build_object(
      'changes', to_jsonb(array_remove(ARRAY[
        ${joinSql(entries, ',\n        ')}
      ]::jsonb[], NULL)) || COALESCE(${name.meta} -> 'changes', '[]'),
      'sync_id', ${name.meta} -> 'sync_id'
    )
  END`
}
