import { joinSql, type Sql, type SqlTransaction, sql } from 'landfall/sdk'

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
