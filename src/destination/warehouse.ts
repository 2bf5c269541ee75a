import type { Sql, SqlBatch } from '../sql/sql.ts'
import type { TableName } from '../sql/sql-generator.ts'
import type { Receipt, RecordBatch } from './record-batch.ts'

export type Row = { readonly [column: string]: unknown }

/** Column name to type name, in the warehouse's own spelling without precision (`numeric`, `VARCHAR`). */
export type TableDescription = ReadonlyMap<string, string>

/**
 * An open connection (or a pool) to one warehouse. Everything it throws is a `DestinationError` whose
 * failure type is right: it classifies, the framework decides about retries.
 */
export interface Warehouse extends AsyncDisposable {
  /** How many `insertRaw` calls may run at the same time. */
  readonly loadConcurrency: number
  /** Runs each transaction as one; stops at the first that fails, which leaves no trace of itself. */
  execute(batch: SqlBatch): Promise<void>
  query(statement: Sql): Promise<readonly Row[]>
  /**
   * Appends the batch to a raw table. When it returns, the rows are durable; when it throws, none of
   * them is there. Row counts come from the database.
   */
  insertRaw(table: TableName, batch: RecordBatch): Promise<Receipt>
  /** One entry per table asked for, `undefined` where there is none. Names compare exactly. */
  describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]>
  /** Those of the given namespaces that exist. */
  listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>>
}
