import { type FinalTableLayout, joinSql, quoteIdentifier, rawColumns, type Sql, sql } from 'landfall/sdk'
import { inByteOrder } from './byte-order.ts'

export type MergeOptions = {
  /** New rows, one per key, tombstones included. */
  readonly staged: Sql
  readonly target: Sql
  readonly layout: FinalTableLayout
}

/**
 * Rows of one key meet in one join. Of each pair the older one goes away, then what is left of the staged rows
 * goes in, in a statement of its own: a unique index of the user's must not see both.
 */
export function mergeStagedRows(options: MergeOptions): readonly Sql[] {
  const { staged, target, layout } = options
  const list = joinSql(layout.columns, ',\n  ')
  const alive = layout.deletedAt === undefined ? sql`` : sql`\nWHERE ${layout.deletedAt} IS NULL`
  return [
    // From here on both tables are joined by the places of their rows, so each key is looked up once.
    sql`WITH pairs AS MATERIALIZED (
${pairs(options)}
), replaced AS (
  DELETE FROM ${target} AS target
  USING pairs
  WHERE target.ctid = pairs.target_row
    AND target.tableoid = pairs.target_table
    AND NOT pairs.is_target_newer
)
DELETE FROM ${staged} AS staged
USING pairs
WHERE staged.ctid = pairs.staged_row
  AND pairs.is_target_newer`,
    sql`INSERT INTO ${target} (\n  ${list}\n)\nSELECT\n  ${list}\nFROM ${staged}${alive}`,
  ]
}

/**
 * Two queries: one for whole keys, which can use the index, and one for keys with a NULL in them, where
 * NULLs count as equal. The second runs only if the batch has such a key.
 */
function pairs({ staged, target, layout }: MergeOptions): Sql {
  const all = (condition: (column: Sql) => Sql) => joinSql(layout.primaryKey.map(condition), '\n    AND ')
  const hasNull = (table: Sql) =>
    joinSql(
      layout.primaryKey.map((column) => sql`${table}.${column} IS NULL`),
      ' OR ',
    )
  // A place is one within a partition only.
  const select = sql`  SELECT
    staged.ctid AS staged_row,
    target.tableoid AS target_table,
    target.ctid AS target_row,
    ${isTargetNewer(layout)} IS TRUE AS is_target_newer
  FROM ${staged} AS staged, ${target} AS target`
  const equal = all((column) => sql`target.${column} = staged.${column}`)
  const same = all(
    (column) =>
      sql`(target.${column} = staged.${column} OR (target.${column} IS NULL AND staged.${column} IS NULL))`,
  )
  return sql`${select}
  WHERE ${equal}
  UNION ALL
${select}
  WHERE EXISTS (SELECT 1 FROM ${staged} AS incomplete WHERE ${hasNull(sql`incomplete`)})
    AND (${hasNull(sql`staged`)})
    AND ${same}`
}

/** Strictly newer by cursor (NULL is oldest), then by extraction time, then by arrival. */
function isTargetNewer({ cursor }: FinalTableLayout): Sql {
  const moment = (row: Sql) =>
    sql`(${row}.${quoteIdentifier(rawColumns.extractedAt)}, ${inByteOrder(sql`${row}.${quoteIdentifier(rawColumns.rawId)}`)})`
  const isLater = sql`${moment(sql`target`)} > ${moment(sql`staged`)}`
  if (cursor === undefined) return sql`(${isLater})`
  const [theirs, mine] = [sql`target.${cursor}`, sql`staged.${cursor}`]
  return sql`(
      ${theirs} > ${mine}
      OR (${theirs} IS NOT NULL AND ${mine} IS NULL)
      OR (${theirs} IS NOT DISTINCT FROM ${mine} AND ${isLater})
    )`
}
