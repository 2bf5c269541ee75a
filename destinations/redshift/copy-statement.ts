import { joinSql, quoteIdentifier, type Sql, sql, type TableName } from 'landfall/sdk'
import type { S3Staging } from './config.ts'
import { fileColumns } from './encode-batch.ts'
import { literal } from './literal.ts'

/**
 * Holds the key of the bucket: this text is shown to nobody. Statistics and compression are left alone, since they
 * would cost more than a load of some megabytes. https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
 */
export function copyStatement(table: TableName, manifestUri: string, staging: S3Staging): Sql {
  const columns = joinSql(fileColumns.map(quoteIdentifier), ', ')
  return sql`COPY ${quoteTable(table)} (${columns})
FROM ${literal(manifestUri)}
ACCESS_KEY_ID ${literal(staging.accessKeyId)}
SECRET_ACCESS_KEY ${literal(staging.secretAccessKey)}
REGION ${literal(staging.region)}
CSV GZIP MANIFEST
TIMEFORMAT 'auto'
STATUPDATE OFF
COMPUPDATE OFF`
}

/** Every file must be there, or COPY fails: none may be left out without a word. */
export function manifestOf(uris: readonly string[]): string {
  return JSON.stringify({ entries: uris.map((url) => ({ url, mandatory: true })) })
}

export function quoteTable(table: TableName): Sql {
  return sql`${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`
}
