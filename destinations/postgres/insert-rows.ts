import type pg from 'pg'
import type { LoadStatement } from './relative.ts'

/** Runs the statements of a load and counts their rows. What it throws is the driver's, for whoever names the record. */
export async function insertRows(client: pg.Client, statements: Iterable<LoadStatement>): Promise<number> {
  let rowsWritten = 0
  for (const { text, values } of statements) {
    const { rowCount } = await client.query(text, [...values])
    rowsWritten += rowCount ?? 0
  }
  return rowsWritten
}
