import { quoteIdentifier, quoteLiteral, rawColumns, type Sql, sql } from 'landfall/sdk'

/** A comment on a column that belongs to Airbyte: comments of users on the table stay theirs. */
const markedColumn = rawColumns.rawId

export function writeMark(table: Sql, mark: string): Sql {
  return sql`COMMENT ON COLUMN ${table}.${quoteIdentifier(markedColumn)} IS ${quoteLiteral(mark)}`
}

/** The comment as an expression: NULL where there is none. */
export function readMark(table: Sql): Sql {
  const place = sql`${quoteLiteral(table)}::regclass`
  return sql`(
      SELECT col_description(attrelid, attnum)
      FROM pg_catalog.pg_attribute
      WHERE attrelid = ${place}
        AND attname = ${quoteLiteral(markedColumn)}
    )`
}
