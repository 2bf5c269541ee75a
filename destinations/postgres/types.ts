import { type ResolvedType, type Sql, sql } from 'landfall/sdk'

/** What `describeTables` calls a `numeric` without a limit of digits; `numeric` is one with a limit, whichever it is. */
export const unconstrainedNumeric = 'numeric of any size'

/** How `describeTables` will report a column of this type, whose name in `pg_type` is given. */
export function reportedName(definition: Sql, name: string): string {
  return name === 'numeric' && !definition.includes('(') ? unconstrainedNumeric : name
}

/** Per Airbyte type: the column's type in DDL, and `pg_type.typname` for the comparison with a table that is there. */
export const columnTypes: Readonly<
  Record<ResolvedType['type'], { readonly definition: Sql; readonly name: string }>
> = {
  string: { definition: sql`varchar`, name: 'varchar' },
  number: { definition: sql`numeric(38, 9)`, name: 'numeric' },
  integer: { definition: sql`bigint`, name: 'int8' },
  boolean: { definition: sql`boolean`, name: 'bool' },
  timestamp_with_timezone: { definition: sql`timestamptz`, name: 'timestamptz' },
  timestamp_without_timezone: { definition: sql`timestamp`, name: 'timestamp' },
  time_with_timezone: { definition: sql`timetz`, name: 'timetz' },
  time_without_timezone: { definition: sql`time`, name: 'time' },
  date: { definition: sql`date`, name: 'date' },
  struct: { definition: sql`jsonb`, name: 'jsonb' },
  array: { definition: sql`jsonb`, name: 'jsonb' },
  unsupported_one_of: { definition: sql`jsonb`, name: 'jsonb' },
  unknown: { definition: sql`jsonb`, name: 'jsonb' },
}

/** The type of a column in DDL. */
export function columnDefinition(kind: ResolvedType['type'], unconstrainedNumber: boolean): Sql {
  return kind === 'number' && unconstrainedNumber ? sql`numeric` : columnTypes[kind].definition
}
