import { type ColumnTypes, quoteIdentifier, type Sql, sql } from 'landfall/sdk'

export type WantedColumns = {
  readonly expected: ColumnTypes
  /** Name and type as in CREATE TABLE, of every expected column. */
  readonly definitions: ReadonlyMap<string, Sql>
  /** What follows DROP COLUMN: empty, or ` CASCADE`. */
  readonly dropBehavior: Sql
}

/** For a table without rows, so that a column of another type is dropped and made anew, and no value is converted. */
export function changeColumns(table: Sql, current: ColumnTypes, wanted: WantedColumns): readonly Sql[] {
  const { expected, definitions, dropBehavior } = wanted
  const isChanged = (name: string) => current.get(name) !== expected.get(name)
  return [
    ...[...current.keys()]
      .filter(isChanged)
      .map((name) => sql`ALTER TABLE ${table} DROP COLUMN ${quoteIdentifier(name)}${dropBehavior}`),
    ...[...expected.keys()]
      .filter(isChanged)
      .map((name) => sql`ALTER TABLE ${table} ADD COLUMN ${definitions.get(name) ?? quoteIdentifier(name)}`),
  ]
}
