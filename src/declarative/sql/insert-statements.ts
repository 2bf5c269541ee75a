import { rawColumns } from '../../catalog/meta-columns.ts'
import type { RecordBatch } from '../../destination/record-batch.ts'
import { authoredSql, quoteIdentifier, type Sql } from '../../sql/sql.ts'
import type { TableName } from '../../sql/sql-generator.ts'
import { interpolate } from '../interpolate.ts'
import type { LoadStatement } from '../manifest.ts'
import { packetParts, type RawRow, rowsOf } from './raw-rows.ts'

const defaultLoad: LoadStatement = {
  statement: 'INSERT INTO {{ table }} ({{ columns }})\nVALUES\n{{ rows }}',
  row: '(?, ?, ?, ?, ?, ?)',
  // Six values each; a statement takes at most 65,535.
  maximum_rows: 1000,
}

/** Far below what a message may hold; the server parses a statement as a whole. */
const maximumBytes = 8 * 1024 * 1024

export type RowsToInsert = {
  readonly table: TableName
  readonly batch: RecordBatch
  readonly loadedAt: number | undefined
}

/** A batch as INSERTs whose values are `$1`, `$2` and so on. */
export function* insertStatements(
  load: Partial<LoadStatement>,
  { table, batch, loadedAt }: RowsToInsert,
): Generator<{ readonly text: Sql; readonly values: readonly (string | null)[] }> {
  const { statement, row, maximum_rows: maximumRows } = { ...defaultLoad, ...load }
  const loaded = loadedAt === undefined ? null : new Date(loadedAt).toISOString()
  const { rawId, data, extractedAt, meta, generationId, loadedAt: loadedAtColumn } = rawColumns
  const columns = [rawId, data, extractedAt, meta, generationId, loadedAtColumn]
    .map(quoteIdentifier)
    .join(', ')
  for (const part of packetParts(rowsOf(batch), { maximumRows, maximumBytes })) {
    const rows = numberValues(part.map(() => row).join(',\n'))
    const tableSql = `${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`
    yield {
      text: authoredSql(interpolate(statement, { table: tableSql, columns, rows })),
      values: part.flatMap((record) => [...valuesOf(record), loaded]),
    }
  }
}

function numberValues(rows: string): string {
  let position = 0
  return rows.replaceAll('?', () => {
    position += 1
    return `$${position}`
  })
}

function valuesOf({ rawId, data, extractedAt, meta, generationId }: RawRow): readonly string[] {
  return [rawId, data, extractedAt, meta, generationId]
}
