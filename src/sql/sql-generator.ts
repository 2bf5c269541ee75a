import type { NamingRules } from '../catalog/naming.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { Sql, SqlBatch } from './sql.ts'

/** A table's place and name as the warehouse stores them, not quoted. */
export type TableName = { readonly namespace: string; readonly name: string }

/** `''` is the table that users see (or its raw table); the others exist only while a sync needs them. */
export type TableSuffix = '' | '_airbyte_tmp' | '_ab_soft_reset'

/**
 * Which raw rows a typing statement reads. `unprocessed`: rows that no earlier typing has seen, into a
 * table that keeps its rows. `all`: every row of the raw table, into a table that is being built anew.
 */
export type TypingScope = 'unprocessed' | 'all'

/**
 * Writes the SQL of typing and deduping for one warehouse. Pure: catalog facts in, text out; it runs
 * nothing and never sees a connection, so it is usable alone.
 */
export interface SqlGenerator {
  readonly naming: NamingRules
  rawTable(stream: StreamConfig, suffix?: TableSuffix): TableName
  finalTable(stream: StreamConfig, suffix?: TableSuffix): TableName
  /** Only for namespaces that do not exist yet: a role may lack the right to create one. */
  createNamespace(namespace: string): SqlBatch
  dropNamespace(namespace: string): SqlBatch
  /** Keeps an existing table and its rows, unless `replace` asks for an empty one. */
  createRawTable(stream: StreamConfig, suffix: TableSuffix, options?: { readonly replace?: boolean }): SqlBatch
  /**
   * One row: `is_empty`, `has_unprocessed` (booleans), `generation_id` (of any row, as text; null where
   * the table is empty). The table must exist.
   */
  selectRawTableState(stream: StreamConfig, suffix: TableSuffix): Sql
  /** One row: `is_empty` and `generation_id`, as above. The table must exist. */
  selectFinalTableState(stream: StreamConfig, suffix: TableSuffix): Sql
  /** Moves the rows of an interrupted truncate's raw table into the real one and drops it. */
  absorbTemporaryRawTable(stream: StreamConfig): SqlBatch
  /** Puts the temporary raw table in the place of the real one. */
  replaceRawTable(stream: StreamConfig): SqlBatch
  createFinalTable(stream: StreamConfig, suffix: TableSuffix, options?: { readonly replace?: boolean }): SqlBatch
  /** The columns that `createFinalTable` makes: name to type, spelled as `Warehouse.describeTables` reports them. */
  finalTableColumns(stream: StreamConfig): ReadonlyMap<string, string>
  /** Types raw rows into the final table, deduplicates where the stream asks for it, marks the rows as loaded. */
  updateFinalTable(stream: StreamConfig, suffix: TableSuffix, scope: TypingScope): SqlBatch
  /** Puts the table with the suffix in the place of the final table. */
  replaceFinalTable(stream: StreamConfig, suffix: Exclude<TableSuffix, ''>): SqlBatch
  dropTable(table: TableName): SqlBatch
}
