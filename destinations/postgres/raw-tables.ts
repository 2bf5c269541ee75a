import {
  BaseSqlGenerator,
  type RawRows,
  type RawTableSuffix,
  rawColumns,
  type Sql,
  type SqlBatch,
  type StreamConfig,
  sql,
  storedKey,
  type TableName,
} from 'landfall/sdk'
import { inByteOrder } from './byte-order.ts'
import { hasHashIndex } from './indexes.ts'
import {
  absorbUntyped,
  createUntypedTable,
  forgetUntyped,
  hasUntyped,
  replaceUntyped,
  untypedRows,
  untypedTableOf,
} from './untyped-ranges.ts'

/** What a generator for PostgreSQL says of raw tables: their columns, their indexes, and which of their rows are to be typed. */
export abstract class PostgresRawTables extends BaseSqlGenerator {
  protected override rawColumnDefinitions(): readonly Sql[] {
    const column = (name: string) => this.quote(name)
    return [
      sql`${column(rawColumns.rawId)} varchar PRIMARY KEY`,
      sql`${column(rawColumns.data)} jsonb`,
      sql`${column(rawColumns.extractedAt)} timestamptz DEFAULT CURRENT_TIMESTAMP`,
      sql`${column(rawColumns.loadedAt)} timestamptz DEFAULT NULL`,
      sql`${column(rawColumns.meta)} jsonb`,
      sql`${column(rawColumns.generationId)} bigint`,
    ]
  }

  /**
   * Rows of up to 8 kB stay in the table uncompressed: moving them out of line would cost a
   * decompression for every column that typing reads.
   * https://www.postgresql.org/docs/current/sql-createtable.html#RELOPTION-TOAST-TUPLE-TARGET
   */
  protected override rawTableOptions(): Sql {
    return sql` WITH (toast_tuple_target = 8160)`
  }

  override untypedTable(stream: StreamConfig, suffix: RawTableSuffix): TableName {
    return untypedTableOf(this.rawTable(stream, suffix))
  }

  protected override createUntyped(stream: StreamConfig, suffix: RawTableSuffix): readonly Sql[] {
    return createUntypedTable(this.rawTable(stream, suffix))
  }

  protected override replaceUntyped(stream: StreamConfig): readonly Sql[] {
    return replaceUntyped(this.rawTable(stream, '_airbyte_tmp'), this.rawTable(stream))
  }

  protected override absorbUntyped(stream: StreamConfig): readonly Sql[] {
    return absorbUntyped(this.rawTable(stream, '_airbyte_tmp'), this.rawTable(stream))
  }

  protected override forgetUntyped(stream: StreamConfig): readonly Sql[] {
    return [forgetUntyped(this.rawTable(stream))]
  }

  protected override hasUnprocessed(stream: StreamConfig, suffix: RawTableSuffix): Sql {
    return sql`${super.hasUnprocessed(stream, suffix)} OR ${hasUntyped(this.rawTable(stream, suffix))}`
  }

  protected override unprocessedRows(stream: StreamConfig): RawRows {
    return { ...super.unprocessedRows(stream), more: [untypedRows(this.rawTable(stream))] }
  }

  protected override selectNewKeys(stream: StreamConfig, key: Sql): Sql {
    return sql`${super.selectNewKeys(stream, key)}\n      UNION ALL\n      SELECT ${key} FROM ${untypedRows(this.rawTable(stream))}`
  }

  /** Finds the rows to type without reading the whole table; rows leave the index when they are loaded. */
  protected override rawIndexes(stream: StreamConfig, table: Sql): readonly Sql[] {
    const extractedAt = this.quote(rawColumns.extractedAt)
    const loadedAt = this.quote(rawColumns.loadedAt)
    return [
      sql`CREATE INDEX ON ${table} (${extractedAt}) WHERE ${loadedAt} IS NULL`,
      ...this.#deletionIndex(stream, table),
    ]
  }

  protected override readonly deletionLookup = 'index'

  /** A hash, since a key may be longer than a b-tree takes. It holds deletions only. */
  #deletionIndex(stream: StreamConfig, table: Sql): readonly Sql[] {
    const key = this.deletionKey(stream)
    if (key === undefined) return []
    return [sql`CREATE INDEX ON ${table} USING hash ((${key})) WHERE ${this.isDeletion()}`]
  }

  override indexDeletions(stream: StreamConfig): SqlBatch {
    return [this.#deletionIndex(stream, this.rawTableSql(stream))]
  }

  protected override hasDeletionIndex(stream: StreamConfig, suffix: RawTableSuffix): Sql {
    const key = this.deletionKey(stream)
    return key === undefined ? sql`TRUE` : hasHashIndex(this.rawTableSql(stream, suffix), key)
  }

  /** As an array: behind IN, the planner takes the deletions for most of the table, and reads all of it. */
  protected override isOneOf(value: Sql, rows: Sql): Sql {
    return sql`(${value}) = ANY (ARRAY(\n      ${rows}\n    ))`
  }

  protected override rawIdOrder(rawId: Sql): Sql {
    return inByteOrder(rawId)
  }

  protected override rawText(key: string): Sql {
    return sql`${this.quote(rawColumns.data)} ->> ${this.literal(storedKey(key))}`
  }
}
