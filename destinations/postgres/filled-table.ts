import { joinSql, quoteIdentifier, rawColumns, type Sql, sql } from 'landfall/sdk'

/** Columns of every final table that have a value in each row. */
const neverNull = [rawColumns.rawId, rawColumns.extractedAt, rawColumns.meta] as const

/**
 * Rows that workers have typed cost less to hand over than the planner thinks: the work is in reading their documents. It
 * still takes as many workers as the server and the role allow (`max_parallel_workers_per_gather`).
 */
export const typesInParallel = sql`SELECT set_config('parallel_tuple_cost', LEAST(current_setting('parallel_tuple_cost')::numeric, 0.001)::text, TRUE)`

/**
 * CREATE TABLE AS is the statement that may read and type in parallel while it writes.
 * @param types of all columns, in the order of the new table
 * @param rows a query with those columns, in any order
 */
export function createFilledTable(table: Sql, types: ReadonlyMap<string, Sql>, rows: Sql): readonly Sql[] {
  const columns = [...types].map(
    ([name, type]) => sql`${quoteIdentifier(name)}::${type} AS ${quoteIdentifier(name)}`,
  )
  const constraints = neverNull.map((name) => sql`ALTER COLUMN ${quoteIdentifier(name)} SET NOT NULL`)
  return [
    sql`CREATE TABLE ${table} AS\nSELECT\n  ${joinSql(columns, ',\n  ')}\nFROM (\n${rows}\n) AS final_rows`,
    sql`ALTER TABLE ${table}\n  ${joinSql(constraints, ',\n  ')}`,
  ]
}
