import {
  joinSql,
  quoteIdentifier,
  rawColumns,
  type Sql,
  sql,
  standardName,
  type TableName,
} from 'landfall/sdk'
import { fieldSeparator } from './encode-batch.ts'
import { literal } from './literal.ts'

export type CopyFacts = {
  readonly generationId: bigint
  /** Within the table's stage. A UUID: nothing in it needs quotes. */
  readonly path: string
  readonly files: readonly string[]
}

const copyColumns = [
  rawColumns.rawId,
  rawColumns.extractedAt,
  rawColumns.data,
  rawColumns.meta,
  rawColumns.generationId,
]

const separatorCode = fieldSeparator.toString(16).padStart(2, '0')

/**
 * Through a SELECT, so that the record is parsed as JSON whatever the file says of it; of a key that comes
 * twice the last one counts (`'d'`), where PARSE_JSON would refuse the record.
 */
export function copyStatement(table: TableName, { generationId, path, files }: CopyFacts): Sql {
  const columns = joinSql(copyColumns.map(quoteIdentifier), ', ')
  const format = joinSql(
    [
      sql`TYPE = CSV`,
      sql`COMPRESSION = GZIP`,
      sql`FIELD_DELIMITER = ${literal(`\\x${separatorCode}`)}`,
      sql`RECORD_DELIMITER = ${literal('\\n')}`,
      sql`ESCAPE_UNENCLOSED_FIELD = NONE`,
      sql`NULL_IF = ()`,
    ],
    ' ',
  )
  return sql`COPY INTO ${quoteTable(table)} (${columns})
FROM (
  SELECT $1, TO_TIMESTAMP_TZ($2), PARSE_JSON($3, 'd'), PARSE_JSON($4), ${generationId}
  FROM @${stageOf(table)}/${path as Sql}/
)
FILES = (${joinSql(files.map(literal), ', ')})
FILE_FORMAT = (${format})
ON_ERROR = ABORT_STATEMENT
PURGE = TRUE`
}

/**
 * Named after its raw table, without what PUT might not take in a name, as in the Java connector. Two streams may
 * share a stage: no two files of a run have one name.
 */
export function stageOf({ namespace, name }: TableName): Sql {
  return quoteTable({ namespace, name: standardName(name) })
}

export function quoteTable(table: TableName): Sql {
  return sql`${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`
}
