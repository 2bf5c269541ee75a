import { type ColumnId, rawColumns, resolveUnion, type StreamConfig } from 'landfall/sdk'
import { columnTypes, isClusterable } from './types.ts'

/** A table has at most four clustering columns, and the last one is the time of extraction. */
const mostKeysInCluster = 3

/**
 * The first columns of the primary key, then the time of extraction, as the Java connector has it. Columns
 * of types that BigQuery does not cluster by are left out, where the Java connector fails.
 */
export function clusterColumns(stream: StreamConfig): readonly string[] {
  const keys = stream.postImportAction === 'dedupe' ? stream.primaryKey : []
  const clusterable = keys
    .slice(0, mostKeysInCluster)
    .filter((key) => isClusterable(reportedType(stream, key)))
    .map((key) => key.name)
  return [...clusterable, rawColumns.extractedAt]
}

/** A column's type as the REST API names it; of a column that the schema lacks, a text. */
export function reportedType(stream: StreamConfig, { name }: ColumnId): string {
  const column = stream.columns.find(({ id }) => id.name === name)
  return columnTypes[column === undefined ? 'string' : resolveUnion(column.type).type].name
}

/** A column's type as DDL spells it. */
export function declaredType(stream: StreamConfig, { name }: ColumnId) {
  const column = stream.columns.find(({ id }) => id.name === name)
  return columnTypes[column === undefined ? 'string' : resolveUnion(column.type).type].definition
}
