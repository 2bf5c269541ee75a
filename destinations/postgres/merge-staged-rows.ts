import { type FinalTableLayout, joinSql, quoteIdentifier, rawColumns, type Sql, sql } from 'landfall/sdk'

export type MergeOptions = {
  /** New rows, one per key, tombstones included. */
  readonly staged: Sql
  readonly target: Sql
  readonly layout: FinalTableLayout
}

/**
 * Staged rows that are older than what the final table has go away, then the rows that they replace, then
 * what is left goes in. Each step joins on the key, so its cost follows the batch.
 */
export function mergeStagedRows(options: MergeOptions): readonly Sql[] {
  const { staged, target, layout } = options
  const list = joinSql(layout.columns, ',\n  ')
  const alive = layout.deletedAt === undefined ? sql`` : sql`\nWHERE ${layout.deletedAt} IS NULL`
  const removeOlder = sql`DELETE FROM ${staged} AS staged\nUSING ${target} AS target`
  const removeReplaced = sql`DELETE FROM ${target} AS target\nUSING ${staged} AS staged`
  return [
    ...whereKeysMatch(removeOlder, options, sql`\n  AND ${isTargetNewer(layout)}`),
    ...whereKeysMatch(removeReplaced, options, sql``),
    sql`INSERT INTO ${target} (\n  ${list}\n)\nSELECT\n  ${list}\nFROM ${staged}${alive}`,
  ]
}

/**
 * Two statements: one for whole keys, which can use the index, and one for keys with a NULL in them, where
 * NULLs count as equal. The second runs only if the batch has such a key.
 */
function whereKeysMatch(remove: Sql, { staged, layout }: MergeOptions, and: Sql): readonly Sql[] {
  const all = (condition: (column: Sql) => Sql) => joinSql(layout.primaryKey.map(condition), '\n  AND ')
  const hasNull = (table: Sql) =>
    joinSql(
      layout.primaryKey.map((column) => sql`${table}.${column} IS NULL`),
      ' OR ',
    )
  const equal = all((column) => sql`target.${column} = staged.${column}`)
  const same = all(
    (column) =>
      sql`(target.${column} = staged.${column} OR (target.${column} IS NULL AND staged.${column} IS NULL))`,
  )
  return [
    sql`${remove}\nWHERE ${equal}${and}`,
    sql`${remove}
WHERE EXISTS (SELECT 1 FROM ${staged} AS incomplete WHERE ${hasNull(sql`incomplete`)})
  AND (${hasNull(sql`staged`)})
  AND ${same}${and}`,
  ]
}

/** Strictly newer by cursor (NULL is oldest), then by extraction time, then by arrival. */
function isTargetNewer({ cursor }: FinalTableLayout): Sql {
  const moment = (row: Sql) =>
    sql`(${row}.${quoteIdentifier(rawColumns.extractedAt)}, ${row}.${quoteIdentifier(rawColumns.rawId)})`
  const isLater = sql`${moment(sql`target`)} > ${moment(sql`staged`)}`
  if (cursor === undefined) return isLater
  const [theirs, mine] = [sql`target.${cursor}`, sql`staged.${cursor}`]
  return sql`(
    ${theirs} > ${mine}
    OR (${theirs} IS NOT NULL AND ${mine} IS NULL)
    OR (${theirs} IS NOT DISTINCT FROM ${mine} AND ${isLater})
  )`
}
