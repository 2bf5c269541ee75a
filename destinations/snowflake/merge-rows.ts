import { type FinalTableLayout, joinSql, type Sql, sql } from 'landfall/sdk'

export type MergeOptions = {
  /** SELECT of the new rows, one per key, tombstones included. */
  readonly rows: Sql
  readonly target: Sql
  readonly layout: FinalTableLayout
  /** The final table's own columns. */
  readonly extractedAt: Sql
  readonly rawId: Sql
}

/** One statement, so that readers never see a row missing, and no table has to be made within the transaction. */
export function mergeRows(options: MergeOptions): Sql {
  const { rows, target, layout } = options
  const { columns, primaryKey, deletedAt } = layout
  const sameKey = joinSql(
    primaryKey.map((column) => sql`target.${column} IS NOT DISTINCT FROM staged.${column}`),
    '\n  AND ',
  )
  const assignments = columns.map((column) => sql`${column} = staged.${column}`)
  const values = columns.map((column) => sql`staged.${column}`)
  const isNewer = isStagedNewer(options)
  const remove =
    deletedAt === undefined
      ? sql``
      : sql`WHEN MATCHED AND staged.${deletedAt} IS NOT NULL AND ${isNewer} THEN DELETE\n`
  const isAlive = deletedAt === undefined ? sql`` : sql` AND staged.${deletedAt} IS NULL`
  return sql`MERGE INTO ${target} AS target
USING (
${rows}
) AS staged
ON ${sameKey}
${remove}WHEN MATCHED AND ${isNewer} THEN UPDATE SET
  ${joinSql(assignments, ',\n  ')}
WHEN NOT MATCHED${isAlive} THEN INSERT (
  ${joinSql(columns, ',\n  ')}
) VALUES (
  ${joinSql(values, ',\n  ')}
)`
}

/** By cursor (NULL is oldest), then by extraction time, then by arrival. */
function isStagedNewer({ layout, extractedAt, rawId }: MergeOptions): Sql {
  const isLater = sql`(
    staged.${extractedAt} > target.${extractedAt}
    OR (staged.${extractedAt} = target.${extractedAt} AND staged.${rawId} >= target.${rawId})
  )`
  if (layout.cursor === undefined) return isLater
  const [mine, theirs] = [sql`staged.${layout.cursor}`, sql`target.${layout.cursor}`]
  return sql`(
    ${mine} > ${theirs}
    OR (${mine} IS NOT NULL AND ${theirs} IS NULL)
    OR (${mine} IS NOT DISTINCT FROM ${theirs} AND ${isLater})
  )`
}
