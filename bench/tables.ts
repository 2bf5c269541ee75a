/** Where the one stream of most measurements goes: the names that the connectors give its tables. */
export const namespace = 'bench'
export const rawNamespace = 'airbyte_internal'
export const rawName = `${namespace}_raw__stream_users`
export const finalName = 'users'

/** Columns of the raw rows that the limits load, in the order of their files. */
export const rawRowColumns = [
  '_airbyte_raw_id',
  '_airbyte_data',
  '_airbyte_extracted_at',
  '_airbyte_meta',
  '_airbyte_generation_id',
] as const

/** What must be in a table of users; the sum stands for the rows' content. */
export type ExpectedRows = { readonly rows: number; readonly distinctIds: number; readonly visits: number }

/** A quick load of the wrong rows is not a result. */
export function assertRows(table: string, expected: ExpectedRows, actual: ExpectedRows): void {
  const isEqual =
    actual.rows === expected.rows &&
    actual.distinctIds === expected.distinctIds &&
    actual.visits === expected.visits
  if (isEqual) return
  throw new Error(`${table} holds ${JSON.stringify(actual)}, but should hold ${JSON.stringify(expected)}.`)
}
