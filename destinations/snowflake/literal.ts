import { quoteLiteral, type Sql } from 'landfall/sdk'

/**
 * A string in single quotes. Snowflake reads a backslash in it as the start of an escape.
 * https://docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants
 */
export function literal(value: string): Sql {
  return quoteLiteral(value.replaceAll('\\', '\\\\'))
}
