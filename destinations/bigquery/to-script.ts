import { DestinationError, joinSql, type Sql, type SqlTransaction, sql } from 'landfall/sdk'

/**
 * A transaction as one query: BigQuery keeps it open only within a script, and rolls it back where the script
 * fails. The block lets declarations come first in it. A single statement is a transaction by itself.
 * https://cloud.google.com/bigquery/docs/transactions#transaction_scope
 */
export function toScript(transaction: SqlTransaction): Sql | undefined {
  const [only] = transaction
  if (transaction.length < 2) return only
  return sql`BEGIN TRANSACTION;
BEGIN
${joinSql(transaction, ';\n')};
END;
COMMIT TRANSACTION;`
}

/** https://cloud.google.com/bigquery/quotas#query_jobs: the length of a query before its views are resolved. */
const maximumQueryBytes = 1024 * 1024

/** BigQuery would refuse it too, but not say what to do. */
export function assertLength(query: Sql): void {
  const bytes = Buffer.byteLength(query)
  if (bytes <= maximumQueryBytes) return
  throw new DestinationError(
    'CATALOG_INVALID',
    `A statement has ${Math.ceil(bytes / 1024)} KB of text, and BigQuery takes 1,024 KB: the stream has too many columns. Deselect some of its fields, or sync it with \`disable_type_dedupe\`.`,
  )
}
