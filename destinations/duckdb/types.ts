import { type ResolvedType, type Sql, sql } from 'landfall/sdk'

/** A column type as DDL spells it, and as `duckdb_columns()` reports it without precision. */
export type ColumnTypeNames = { readonly definition: Sql; readonly name: string }

const json = { definition: sql`JSON`, name: 'JSON' }

/** https://duckdb.org/docs/stable/sql/data_types/overview */
export const columnTypes: Readonly<Record<ResolvedType['type'], ColumnTypeNames>> = {
  string: { definition: sql`VARCHAR`, name: 'VARCHAR' },
  number: { definition: sql`DECIMAL(38, 9)`, name: 'DECIMAL' },
  integer: { definition: sql`BIGINT`, name: 'BIGINT' },
  boolean: { definition: sql`BOOLEAN`, name: 'BOOLEAN' },
  timestamp_with_timezone: { definition: sql`TIMESTAMPTZ`, name: 'TIMESTAMP WITH TIME ZONE' },
  timestamp_without_timezone: { definition: sql`TIMESTAMP`, name: 'TIMESTAMP' },
  time_with_timezone: { definition: sql`TIMETZ`, name: 'TIME WITH TIME ZONE' },
  time_without_timezone: { definition: sql`TIME`, name: 'TIME' },
  date: { definition: sql`DATE`, name: 'DATE' },
  struct: json,
  array: json,
  unsupported_one_of: json,
  unknown: json,
}
