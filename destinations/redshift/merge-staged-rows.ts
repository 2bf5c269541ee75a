import { type FinalTableLayout, joinSql, quoteIdentifier, rawColumns, type Sql, sql } from 'landfall/sdk'

export type MergeOptions = {
  /** New rows, one per key, tombstones included. */
  readonly staged: Sql
  readonly target: Sql
  readonly layout: FinalTableLayout
  /** A column of a table in a form that can be compared. */
  readonly comparable: (table: Sql, column: Sql) => Sql
  /** The same where blanks at the end must count. */
  readonly comparableKey: (table: Sql, column: Sql) => Sql
}

/**
 * Staged rows that are older than what the final table has go away, then the rows that they replace, then what is left
 * goes in. MERGE of Redshift has one clause per kind of match and takes no WITH, so it cannot say which row is newer.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
 */
export function mergeStagedRows(options: MergeOptions): readonly Sql[] {
  const { staged, target, layout } = options
  const list = joinSql(layout.columns, ',\n  ')
  const alive = layout.deletedAt === undefined ? sql`` : sql`\nWHERE ${layout.deletedAt} IS NULL`
  return [
    ...whereKeysMatch(
      sql`DELETE FROM ${staged}\nUSING ${target}`,
      options,
      sql`\n  AND ${isTargetNewer(options)}`,
    ),
    ...whereKeysMatch(sql`DELETE FROM ${target}\nUSING ${staged}`, options, sql``),
    sql`INSERT INTO ${target} (\n  ${list}\n)\nSELECT\n  ${list}\nFROM ${staged}${alive}`,
  ]
}

/**
 * Two statements: one for whole keys, which Redshift joins by hash, and one for keys with a NULL in them, where NULLs
 * count as equal. The second compares every row with every other one, so it runs only if the batch has such a key.
 */
function whereKeysMatch(
  remove: Sql,
  { staged, target, layout, comparableKey }: MergeOptions,
  and: Sql,
): readonly Sql[] {
  const all = (condition: (column: Sql) => Sql) => joinSql(layout.primaryKey.map(condition), '\n  AND ')
  const hasNull = joinSql(
    layout.primaryKey.map((column) => sql`${staged}.${column} IS NULL`),
    ' OR ',
  )
  const isEqual = (column: Sql) => sql`${comparableKey(target, column)} = ${comparableKey(staged, column)}`
  const isSame = (column: Sql) =>
    sql`(${isEqual(column)} OR (${target}.${column} IS NULL AND ${staged}.${column} IS NULL))`
  const isAnyIncomplete = joinSql(
    layout.primaryKey.map((column) => sql`${column} IS NULL`),
    ' OR ',
  )
  return [
    sql`${remove}\nWHERE ${all(isEqual)}${and}`,
    sql`${remove}
WHERE EXISTS (SELECT 1 FROM ${staged} WHERE ${isAnyIncomplete})
  AND (${hasNull})
  AND ${all(isSame)}${and}`,
  ]
}

/** Strictly newer by cursor (NULL is oldest), then by extraction time, then by arrival. */
function isTargetNewer({ staged, target, layout: { cursor }, comparable }: MergeOptions): Sql {
  const extractedAt = quoteIdentifier(rawColumns.extractedAt)
  const rawId = quoteIdentifier(rawColumns.rawId)
  const isLater = sql`(
    ${target}.${extractedAt} > ${staged}.${extractedAt}
    OR (${target}.${extractedAt} = ${staged}.${extractedAt} AND ${target}.${rawId} > ${staged}.${rawId})
  )`
  if (cursor === undefined) return isLater
  const [theirs, mine] = [comparable(target, cursor), comparable(staged, cursor)]
  const [hasTheirs, hasMine] = [
    sql`(${target}.${cursor} IS NOT NULL)`,
    sql`(${staged}.${cursor} IS NOT NULL)`,
  ]
  return sql`(
    ${theirs} > ${mine}
    OR (${hasTheirs} AND NOT ${hasMine})
    OR ((${theirs} = ${mine} OR (NOT ${hasTheirs} AND NOT ${hasMine})) AND ${isLater})
  )`
}
