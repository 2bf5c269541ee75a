import type { RecordBatch, TableName } from 'landfall/sdk'

/** A way for batches into raw tables. */
export interface RowLoader extends AsyncDisposable {
  /**
   * Lands a batch as a whole, and once, however often it is called after a failure.
   * @returns the number of rows that BigQuery reports
   */
  load(table: TableName, batch: RecordBatch, activity: string): Promise<number>
  /** The same, at once and by itself, where `load` may collect batches. */
  loadAlone(table: TableName, batch: RecordBatch, activity: string): Promise<number>
  /** Whether a batch whose end nobody saw has landed, by its first raw id; undefined where there is none. */
  settle(firstRawId: string, activity: string): Promise<boolean | undefined>
}

/** The same batch has the same description; one with other rows, or with shorter ones, has another. */
export function describeBatch(
  { namespace, name }: TableName,
  batch: Pick<RecordBatch, 'rawIds' | 'count' | 'byteLength'>,
): string {
  const { rawIds, count, byteLength } = batch
  return [namespace, name, rawIds.get(0), rawIds.get(count - 1), count, byteLength].join('\n')
}
