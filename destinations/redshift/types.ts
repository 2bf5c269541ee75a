import { type ResolvedType, type Sql, sql } from 'landfall/sdk'

/** https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html */
export const longestVarcharBytes = 65_535

const semistructured = { definition: sql`super`, name: 'super' }

/** Per Airbyte type: the column's type in DDL, and its name in `pg_type`. The Java connector has the same. */
export const columnTypes: Readonly<
  Record<ResolvedType['type'], { readonly definition: Sql; readonly name: string }>
> = {
  string: { definition: sql`varchar(${longestVarcharBytes})`, name: 'varchar' },
  number: { definition: sql`decimal(38, 9)`, name: 'numeric' },
  integer: { definition: sql`bigint`, name: 'int8' },
  boolean: { definition: sql`boolean`, name: 'bool' },
  timestamp_with_timezone: { definition: sql`timestamptz`, name: 'timestamptz' },
  timestamp_without_timezone: { definition: sql`timestamp`, name: 'timestamp' },
  time_with_timezone: { definition: sql`timetz`, name: 'timetz' },
  time_without_timezone: { definition: sql`time`, name: 'time' },
  date: { definition: sql`date`, name: 'date' },
  struct: semistructured,
  array: semistructured,
  unsupported_one_of: semistructured,
  unknown: semistructured,
}
