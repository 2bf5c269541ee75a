import type { NamingRules } from '../catalog/naming.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { RejectsTable } from './rejects-table.ts'
import type { Sql, SqlBatch } from './sql.ts'

/** A table's place and name as the warehouse stores them, not quoted. */
export type TableName = { readonly namespace: string; readonly name: string }

/**
 * `''` is the raw table that stays; `_airbyte_tmp` holds the rows of a truncate sync until it has
 * succeeded, across attempts.
 */
export type RawTableSuffix = '' | '_airbyte_tmp'

/**
 * What the final table holds when typed rows arrive: an empty one takes them as they are, a populated one
 * needs each row compared with the row of the same key. A new one is not there yet, and is made with its rows; then no
 * row of the raw table has been typed before.
 */
export type TargetContents = 'new' | 'empty' | 'populated'

/** What happens to a row that a CDC source has deleted, in streams that are deduplicated. */
export type CdcDeletionMode = 'hard' | 'soft'

/**
 * Writes the SQL of typing and deduping for one warehouse. Pure: catalog facts in, text out; it runs
 * nothing and never sees a connection, so it is usable alone.
 */
export interface SqlGenerator {
  readonly naming: NamingRules
  /**
   * Whether a final table that is not there is best made with its first rows, by `updateFinalTable(stream, 'new')`. The warehouse
   * must take back DDL with its transaction: before the load, the table is made and dropped in one. Default: false, and the
   * table is made before the load.
   */
  readonly makesTablesWithRows?: boolean
  rawTable(stream: StreamConfig, suffix?: RawTableSuffix): TableName
  /** Keeps the records that could not be stored; made with the first of them. */
  rejectsTable(stream: StreamConfig): RejectsTable
  /**
   * Lists the ranges of raw ids that were loaded and not typed yet; undefined where a NULL in
   * `_airbyte_loaded_at` tells, until typing has marked every row.
   */
  untypedTable(stream: StreamConfig, suffix: RawTableSuffix): TableName | undefined
  /** For a raw table from before there was one; `createRawTable` makes it for others. */
  createUntypedTable(stream: StreamConfig, suffix: RawTableSuffix): SqlBatch
  /**
   * Keeps the deletions that were typed, by key, so that finding them does not read the raw table; undefined
   * where no deletion removes rows, or where an index finds them. `indexDeletions` makes it.
   */
  deletionsTable(stream: StreamConfig): TableName | undefined
  finalTable(stream: StreamConfig): TableName
  /** Only for namespaces that do not exist yet: a role may lack the right to create one. */
  createNamespace(namespace: string): SqlBatch
  /** Fails where anything is left in it. */
  dropNamespace(namespace: string): SqlBatch
  /** For a table that does not exist; with `replace`, also for one that does, which is then emptied. */
  createRawTable(stream: StreamConfig, suffix: RawTableSuffix, options?: CreateTableOptions): SqlBatch
  /**
   * One row of booleans about a raw table that exists: `is_empty`, `has_unprocessed`, and
   * `has_other_generation` (a row of another generation than the stream's; false unless the stream is
   * being truncated, since only then anybody asks), and `has_deletion_index` (false where `indexDeletions`
   * is to be run).
   */
  selectRawTableState(stream: StreamConfig, suffix: RawTableSuffix): Sql
  /**
   * One row for a final table that exists: `is_empty` and `has_other_generation`, as above, and
   * `is_deduplicated`: whether its rows are unique by the stream's primary key (true unless the stream is
   * deduplicated, since only then anybody asks), and `is_marked` (false where `markFinalTable` is to be run).
   */
  selectFinalTableState(stream: StreamConfig): Sql
  /** Makes earlier deletions of a key quick to find; the raw table exists. */
  indexDeletions(stream: StreamConfig): SqlBatch
  /** Moves the rows of an interrupted truncate's raw table into the real one and drops it. */
  absorbTemporaryRawTable(stream: StreamConfig): SqlBatch
  /** Puts the temporary raw table in the place of the real one, which need not exist. */
  replaceRawTable(stream: StreamConfig): SqlBatch
  /** For a table that does not exist. */
  createFinalTable(stream: StreamConfig): SqlBatch
  /** Notes on a final table that exists what its rows are unique by. */
  markFinalTable(stream: StreamConfig): SqlBatch
  /** The columns that `createFinalTable` makes: name to type, spelled as `Warehouse.describeTables` reports them. */
  finalTableColumns(stream: StreamConfig): ReadonlyMap<string, string>
  /** Types the raw rows that no earlier typing has seen, into the final table, and marks them as loaded. */
  updateFinalTable(stream: StreamConfig, target: TargetContents): SqlBatch
  /**
   * Fills the final table anew from every row of the raw table, with the columns that the catalog asks for:
   * the "soft reset" after a schema change, and the end of a truncate sync. What is attached to the table
   * (views, grants, comments) stays where the warehouse allows it.
   * @param current the columns that the table has now
   */
  rebuildFinalTable(stream: StreamConfig, current: ColumnTypes): SqlBatch
  /** Adds bookkeeping columns that older Airbyte versions did not have. */
  addRawColumns(stream: StreamConfig, suffix: RawTableSuffix, missing: readonly string[]): SqlBatch
  addFinalGenerationId(stream: StreamConfig): SqlBatch
  /** The raw table of the first generation of Airbyte's destinations, from before typing and deduping. */
  firstRawTable(stream: StreamConfig): TableName
  /** Copies the rows of that table into the stream's raw table; it stays as it is. */
  importFirstRawTable(stream: StreamConfig): SqlBatch
  dropTable(table: TableName): SqlBatch
}

/** Column name to type name, as `Warehouse.describeTables` reports them. */
export type ColumnTypes = ReadonlyMap<string, string>

export type CreateTableOptions = { readonly replace?: boolean }
