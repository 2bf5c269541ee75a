import { quoteLiteral, type Sql } from 'landfall/sdk'

/**
 * In a text between single quotes Redshift takes a backslash for the beginning of an escape, as PostgreSQL did in the
 * version that it comes from. https://docs.aws.amazon.com/redshift/latest/dg/r_QUOTE_LITERAL.html
 */
export function literal(value: string): Sql {
  return quoteLiteral(value.replaceAll('\\', '\\\\'))
}
