import { type ResolvedType, type Sql, sql } from 'landfall/sdk'

/** A column type as DDL spells it, and as the REST API reports it. */
export type ColumnTypeNames = { readonly definition: Sql; readonly name: string }

const json = { definition: sql`JSON`, name: 'JSON' }

/**
 * The Java connector's types. A time with a zone is a text: BigQuery has no type for it.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
 */
export const columnTypes: Readonly<Record<ResolvedType['type'], ColumnTypeNames>> = {
  string: { definition: sql`STRING`, name: 'STRING' },
  number: { definition: sql`NUMERIC`, name: 'NUMERIC' },
  integer: { definition: sql`INT64`, name: 'INTEGER' },
  boolean: { definition: sql`BOOL`, name: 'BOOLEAN' },
  timestamp_with_timezone: { definition: sql`TIMESTAMP`, name: 'TIMESTAMP' },
  timestamp_without_timezone: { definition: sql`DATETIME`, name: 'DATETIME' },
  time_with_timezone: { definition: sql`STRING`, name: 'STRING' },
  time_without_timezone: { definition: sql`TIME`, name: 'TIME' },
  date: { definition: sql`DATE`, name: 'DATE' },
  struct: json,
  array: json,
  unsupported_one_of: json,
  unknown: json,
}

/**
 * Types that a table may be clustered by.
 * https://cloud.google.com/bigquery/docs/clustered-tables#cluster_column_types
 */
const clusterableTypes: ReadonlySet<string> = new Set([
  'STRING',
  'NUMERIC',
  'INTEGER',
  'BOOLEAN',
  'TIMESTAMP',
  'DATETIME',
  'DATE',
])

export function isClusterable(typeName: string): boolean {
  return clusterableTypes.has(typeName)
}
