import {
  finalMetaColumns,
  joinSql,
  markPrefix,
  rawColumns,
  type Sql,
  type StreamConfig,
  sql,
  type TableName,
} from 'landfall/sdk'
import { clusterColumns } from './layout.ts'
import { quoteName, quoteText } from './quoting.ts'

/** What a final table says of itself while its rows and its raw rows may not agree: it must be filled anew. */
export const beingRebuilt = `${markPrefix} is being filled anew`

/** The mark is the description of a column that belongs to Airbyte: descriptions of users stay theirs. */
export function markedColumn(mark: string): Sql {
  return sql`${quoteName(rawColumns.rawId)} STRING NOT NULL OPTIONS (description = ${quoteText(mark)})`
}

export function setMark(table: Sql, mark: string): Sql {
  return sql`ALTER TABLE ${table}\nALTER COLUMN ${quoteName(rawColumns.rawId)} SET OPTIONS (description = ${quoteText(mark)})`
}

/** Whether the table's mark meets a condition, which calls it `description`. */
export function markIs({ namespace, name }: TableName, condition: Sql): Sql {
  return sql`EXISTS (
    SELECT 1
    FROM ${quoteName(namespace)}.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS
    WHERE table_name = ${quoteText(name)}
      AND field_path = ${quoteText(rawColumns.rawId)}
      AND ${condition}
  )`
}

/**
 * Whether a table without a mark is clustered as one with these keys would be. The Java connector leaves no
 * mark; its clustering is what it recognises a changed key by.
 */
export function isClusteredFor(stream: StreamConfig, { namespace, name }: TableName): Sql {
  const columns = clusterColumns(stream).filter((column) => !isBookkeeping(column))
  if (columns.length === 0) return sql`FALSE`
  const names = joinSql(
    columns.map((column) => quoteText(column.toLowerCase())),
    ', ',
  )
  return sql`(
    SELECT COUNT(*) = ${columns.length}
    FROM ${quoteName(namespace)}.INFORMATION_SCHEMA.COLUMNS
    WHERE table_name = ${quoteText(name)}
      AND LOWER(column_name) IN (${names})
      AND clustering_ordinal_position IS NOT NULL
  )`
}

function isBookkeeping(column: string): boolean {
  return finalMetaColumns.some((name) => name === column)
}
