/**
 * Where the one stream of most measurements goes, whatever its records are: the names that the connectors give
 * its tables.
 */
export const namespace = 'bench'
export const rawNamespace = 'airbyte_internal'
export const rawName = `${namespace}_raw__stream_users`
export const finalName = 'users'

/** As SQL has them; none of the names needs quotes. */
export const rawTable = `${rawNamespace}.${rawName}`
export const finalTable = `${namespace}.${finalName}`

/** Columns of the raw rows that the limits load, in the order of their files. */
export const rawRowColumns = [
  '_airbyte_raw_id',
  '_airbyte_data',
  '_airbyte_extracted_at',
  '_airbyte_meta',
  '_airbyte_generation_id',
] as const

/** What must be in a table. */
export type ExpectedRows = {
  readonly rows: number
  readonly distinctKeys: number
  /** Stands for the rows' content. */
  readonly checksum: number
  /** Entries of `_airbyte_meta.changes`, of all rows together. */
  readonly changes: number
}

/** A quick load of the wrong rows is not a result. */
export function assertRows(table: string, expected: ExpectedRows, actual: ExpectedRows): void {
  const isEqual =
    actual.rows === expected.rows &&
    actual.distinctKeys === expected.distinctKeys &&
    actual.checksum === expected.checksum &&
    actual.changes === expected.changes
  if (isEqual) return
  throw new Error(`${table} holds ${JSON.stringify(actual)}, but should hold ${JSON.stringify(expected)}.`)
}
