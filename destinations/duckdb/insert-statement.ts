import {
  joinSql,
  quoteIdentifier,
  quoteLiteral,
  rawColumns,
  type Sql,
  type StreamConfig,
  sql,
} from 'landfall/sdk'
import { fieldSeparator } from './spool-batch.ts'

/** In the order of the spool file's fields, then the constants. */
const insertedColumns = [
  rawColumns.rawId,
  rawColumns.extractedAt,
  rawColumns.data,
  rawColumns.meta,
  rawColumns.generationId,
]

/** The reader works in pieces of at least this size; smaller ones cost more than they save in memory. */
const smallestReadBytes = 4 * 1024 * 1024

const smallestLineBytes = 64 * 1024

/**
 * Loads a spool file into a raw table. CSV without quotes or escapes is the one format that DuckDB reads
 * without touching the text: `read_json` would write every number anew, through a double.
 * The cast to JSON checks the text and keeps it.
 * One thread reads the file: of several, each would leave a row group that is not full, and the reader fails on some files
 * with lines of a megabyte ("The Parallel CSV Reader currently does not support a full read on this file").
 */
export function insertFromSpool(
  table: Sql,
  stream: StreamConfig,
  spool: { readonly path: string; readonly longestLineBytes: number },
): Sql {
  const columns = joinSql(
    insertedColumns.map((column) => quoteIdentifier(column)),
    ', ',
  )
  const maxLineBytes = Math.max(smallestLineBytes, spool.longestLineBytes + 1)
  const bufferBytes = Math.max(smallestReadBytes, maxLineBytes * 2)
  return sql`INSERT INTO ${table} (${columns})
SELECT
  raw_id,
  make_timestamptz(extracted_at),
  data,
  CASE WHEN changes IS NULL THEN '{"changes":[],"sync_id":${stream.syncId}}' ELSE '{"changes":' || changes || ',"sync_id":${stream.syncId}}' END,
  ${stream.generationId}
FROM read_csv(
  ${quoteLiteral(spool.path)},
  auto_detect = false,
  header = false,
  delim = ${quoteLiteral(fieldSeparator)},
  quote = '',
  escape = '',
  new_line = '\\n',
  max_line_size = ${maxLineBytes},
  buffer_size = ${bufferBytes},
  parallel = false,
  columns = {'raw_id': 'VARCHAR', 'extracted_at': 'BIGINT', 'data': 'JSON', 'changes': 'VARCHAR'}
)`
}
