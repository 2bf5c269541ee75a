import { type ResolvedType, type Sql, sql } from 'landfall/sdk'

/**
 * SQLite takes any word for a type and reports it as it was written, so each Airbyte type has a word of its
 * own. What is stored depends on parts of the word: TEXT keeps every character, whatever it looks like.
 * https://sqlite.org/datatype3.html#determination_of_column_affinity
 */
export const columnTypes: Readonly<Record<ResolvedType['type'], Sql>> = {
  string: sql`TEXT`,
  number: sql`DECIMAL_TEXT`,
  integer: sql`INTEGER`,
  boolean: sql`BOOLEAN`,
  date: sql`DATE_TEXT`,
  time_without_timezone: sql`TIME_TEXT`,
  time_with_timezone: sql`TIMETZ_TEXT`,
  timestamp_without_timezone: sql`TIMESTAMP_TEXT`,
  timestamp_with_timezone: sql`TIMESTAMPTZ_TEXT`,
  struct: sql`JSON_OBJECT_TEXT`,
  array: sql`JSON_ARRAY_TEXT`,
  unsupported_one_of: sql`JSON_TEXT`,
  unknown: sql`JSON_TEXT`,
}
