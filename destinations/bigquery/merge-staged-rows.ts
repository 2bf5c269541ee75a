import {
  type ColumnId,
  type FinalTableLayout,
  joinSql,
  rawColumns,
  type Sql,
  type StreamConfig,
  sql,
} from 'landfall/sdk'
import { declaredType, reportedType } from './layout.ts'
import { quoteName } from './quoting.ts'

export type MergeOptions = {
  readonly stream: StreamConfig
  readonly layout: FinalTableLayout
  readonly final: Sql
  readonly staged: Sql
}

/**
 * Brings staged rows, one per key, into a final table with rows. Rows whose keys have no NULLs are found by
 * plain equality within the range of the batch's first key, which is what BigQuery needs to join by hash and
 * to leave blocks of the clustered table unread. A range from a sub-query would prune nothing, a variable does.
 * https://cloud.google.com/bigquery/docs/clustered-tables#block-pruning
 * Keys with NULLs, which a source may have, take a second way, and only where the batch has some.
 */
export function mergeStagedRows(options: MergeOptions): Sql {
  const { stream, staged } = options
  const [first] = stream.primaryKey
  const keys = stream.primaryKey.map((key) => quoteName(key.name))
  const isWhole = and(keys.map((key) => sql`${key} IS NOT NULL`))
  const hasNull = or(keys.map((key) => sql`${key} IS NULL`))
  const range =
    first === undefined || !hasRange(stream, first)
      ? undefined
      : { key: quoteName(first.name), type: declaredType(stream, first) }
  const declaration =
    range === undefined
      ? sql``
      : sql`DECLARE key_range STRUCT<low ${range.type}, high ${range.type}> DEFAULT (
    SELECT AS STRUCT MIN(${range.key}) AS low, MAX(${range.key}) AS high
    FROM ${staged}
  );\n`
  const inRange =
    range === undefined ? [] : [sql`target.${range.key} BETWEEN key_range.low AND key_range.high`]
  const wholeMatch = and([...stream.primaryKey.map((key) => isSameKey(stream, key)), ...inRange], '\n  ')
  const nullMatch = sql`${keyText('target', keys)} = ${keyText('staged', keys)}`
  return sql`BEGIN
${declaration}${merge(options, isWhole, wholeMatch)};
IF EXISTS (SELECT 1 FROM ${staged} WHERE ${hasNull}) THEN
${merge(options, hasNull, nullMatch)};
END IF;
END`
}

/** What has an order. JSON has none. */
function hasRange(stream: StreamConfig, key: ColumnId): boolean {
  return reportedType(stream, key) !== 'JSON'
}

function isSameKey(stream: StreamConfig, key: ColumnId): Sql {
  const name = quoteName(key.name)
  const [mine, theirs] = [sql`target.${name}`, sql`staged.${name}`]
  return sql`${comparable(stream, key, mine)} = ${comparable(stream, key, theirs)}`
}

/** JSON values cannot be compared, grouped or ordered; their texts can. */
export function comparable(stream: StreamConfig, key: ColumnId, value: Sql): Sql {
  return reportedType(stream, key) === 'JSON' ? sql`TO_JSON_STRING(${value})` : value
}

/** NULL where there is none: the text of a JSON that is NULL would be `null`, as that of a JSON null. */
export function comparableCursor(stream: StreamConfig, cursor: ColumnId, value: Sql): Sql {
  if (reportedType(stream, cursor) !== 'JSON') return value
  return sql`NULLIF(TO_JSON_STRING(${value}), 'null')`
}

/** A text that differs wherever the keys differ: NULL is `null`, and the text `null` has quotes. */
function keyText(table: 'target' | 'staged', keys: readonly Sql[]): Sql {
  const values = keys.map((key) => (table === 'target' ? sql`target.${key}` : sql`staged.${key}`))
  return sql`TO_JSON_STRING(STRUCT(${joinSql(values, ', ')}))`
}

function merge({ stream, layout, final, staged }: MergeOptions, rows: Sql, match: Sql): Sql {
  const { columns, deletedAt } = layout
  const newer = isNewer(stream, layout)
  const remove =
    deletedAt === undefined
      ? sql``
      : sql`WHEN MATCHED AND staged.${deletedAt} IS NOT NULL AND ${newer} THEN DELETE\n`
  const isAlive = deletedAt === undefined ? sql`` : sql` AND staged.${deletedAt} IS NULL`
  return sql`MERGE INTO ${final} AS target
USING (
  SELECT *
  FROM ${staged}
  WHERE ${rows}
) AS staged
ON ${match}
${remove}WHEN MATCHED AND ${newer} THEN UPDATE SET
  ${joinSql(
    columns.map((column) => sql`${column} = staged.${column}`),
    ',\n  ',
  )}
WHEN NOT MATCHED${isAlive} THEN INSERT (
  ${joinSql(columns, ',\n  ')}
) VALUES (
  ${joinSql(
    columns.map((column) => sql`staged.${column}`),
    ',\n  ',
  )}
)`
}

/** By cursor (NULL is oldest), then by extraction time, then by arrival. */
function isNewer(stream: StreamConfig, { cursor }: FinalTableLayout): Sql {
  const extractedAt = quoteName(rawColumns.extractedAt)
  const rawId = quoteName(rawColumns.rawId)
  const isLater = sql`(
    staged.${extractedAt} > target.${extractedAt}
    OR (staged.${extractedAt} = target.${extractedAt} AND staged.${rawId} >= target.${rawId})
  )`
  if (cursor === undefined || stream.cursor === undefined) return isLater
  const mine = comparableCursor(stream, stream.cursor, sql`staged.${cursor}`)
  const theirs = comparableCursor(stream, stream.cursor, sql`target.${cursor}`)
  return sql`(
  ${mine} > ${theirs}
  OR (${mine} IS NOT NULL AND ${theirs} IS NULL)
  OR (${mine} = ${theirs} AND ${isLater})
  OR (${mine} IS NULL AND ${theirs} IS NULL AND ${isLater})
)`
}

function and(conditions: readonly Sql[], indent = ''): Sql {
  return joinSql(conditions, indent === '' ? ' AND ' : `\n${indent}AND `)
}

function or(conditions: readonly Sql[]): Sql {
  return joinSql(conditions, ' OR ')
}
