import { type ResolvedType, type Sql, sql } from 'landfall/sdk'

/** A column type as DDL spells it, and as DESCRIBE TABLE reports it without precision. */
export type ColumnTypeNames = { readonly definition: Sql; readonly name: string }

const text = { definition: sql`TEXT`, name: 'VARCHAR' }
const variant = { definition: sql`VARIANT`, name: 'VARIANT' }

/** The Java connector's types. https://docs.snowflake.com/en/sql-reference/intro-summary-data-types */
export const columnTypes: Readonly<Record<ResolvedType['type'], ColumnTypeNames>> = {
  string: text,
  number: { definition: sql`FLOAT`, name: 'FLOAT' },
  integer: { definition: sql`NUMBER(38, 0)`, name: 'NUMBER' },
  boolean: { definition: sql`BOOLEAN`, name: 'BOOLEAN' },
  timestamp_with_timezone: { definition: sql`TIMESTAMP_TZ`, name: 'TIMESTAMP_TZ' },
  timestamp_without_timezone: { definition: sql`TIMESTAMP_NTZ`, name: 'TIMESTAMP_NTZ' },
  // Snowflake has no time with a timezone.
  time_with_timezone: text,
  time_without_timezone: { definition: sql`TIME`, name: 'TIME' },
  date: { definition: sql`DATE`, name: 'DATE' },
  struct: { definition: sql`OBJECT`, name: 'OBJECT' },
  array: { definition: sql`ARRAY`, name: 'ARRAY' },
  unsupported_one_of: variant,
  unknown: variant,
}
