import { type Logger, type Row, sql } from 'landfall/sdk'
import type pg from 'pg'
import { classifyRedshiftError } from './errors.ts'

/** A file of a batch. */
export type StagedPart = {
  readonly uri: string
  /** Index in the batch of the file's first record. */
  readonly firstIndex: number
  readonly rows: number
}

export type RefusedRecord = {
  /** 0-based position in the batch. */
  readonly index: number
  /** Redshift's number of the error: https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html */
  readonly code: string
  readonly column: string
}

/**
 * Redshift writes down each row that a COPY has refused, with the line of its file; each record is one line. The reason
 * is left there, because it quotes the value. https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html
 */
const selectErrors = sql`SELECT file_name, line_number, error_code, column_name
FROM sys_load_error_detail
WHERE query_id = pg_last_copy_id()
ORDER BY line_number`

/**
 * @returns the first record of the batch that the last COPY of this session refused; undefined where none is named, or
 * where Redshift does not answer: then the framework finds the record by halving the batch
 */
export async function findRefusedRecord(
  client: pg.Client,
  parts: readonly StagedPart[],
  logger: Logger,
): Promise<RefusedRecord | undefined> {
  try {
    const { rows } = await client.query<Row>(selectErrors)
    const found = rows.flatMap((row) => toRecord(row, parts))
    return found.toSorted((left, right) => left.index - right.index)[0]
  } catch (error) {
    const { message } = classifyRedshiftError(error, 'Reading SYS_LOAD_ERROR_DETAIL')
    logger.warn(`${message} The refused record is found by loading halves of the batch, which takes longer.`)
    return undefined
  }
}

/** The system's texts are filled up with blanks. */
function toRecord(row: Row, parts: readonly StagedPart[]): readonly RefusedRecord[] {
  const part = parts.find(({ uri }) => uri === String(row.file_name).trim())
  const line = Number(row.line_number)
  if (part === undefined || !(line >= 1 && line <= part.rows)) return []
  return [
    {
      index: part.firstIndex + line - 1,
      code: String(row.error_code).trim(),
      column: String(row.column_name).trim(),
    },
  ]
}
