import type { AirbyteType } from '../catalog/airbyte-type.ts'
import { type FinalMetaColumn, finalMetaColumns, rawColumns } from '../catalog/meta-columns.ts'
import type { NamingRules } from '../catalog/naming.ts'
import type { ColumnId, StreamConfig } from '../catalog/stream-config.ts'
import { withSuffix } from './identifiers.ts'
import { type ColumnTypeName, RejectsTable } from './rejects-table.ts'
import { joinSql, quoteIdentifier, quoteLiteral, type Sql, sql } from './sql.ts'
import type { CdcDeletionMode, RawTableSuffix, TableName } from './sql-generator.ts'

/** The key by which CDC sources mark a deleted row. */
export const cdcDeletedAtKey = '_ab_cdc_deleted_at'

/** Where a final table is built before it takes the old one's place. The name is the Java framework's. */
const softResetSuffix = '_ab_soft_reset'

/** The typed rows of the running statement. It lives only inside one transaction. */
const stagedSuffix = '_ab_staged'

export type BaseSqlGeneratorOptions = { readonly cdcDeletionMode?: CdcDeletionMode }

/** What the mark of a final table begins with. */
export const markPrefix = 'Landfall:'

/** Names of the columns of a final table in their order, and how rows are told apart. */
export type FinalTableLayout = {
  readonly columns: readonly Sql[]
  readonly primaryKey: readonly Sql[]
  readonly cursor: Sql | undefined
  /** The column that says a row is deleted at the source, where the stream is deduplicated and has one. */
  readonly deletedAt: Sql | undefined
}

/**
 * What differs from warehouse to warehouse: small questions about types, casts, names and clauses, which a
 * dialect answers, and names of tables and columns, which follow from them.
 */
export abstract class SqlDialect {
  abstract readonly naming: NamingRules
  protected readonly cdcDeletionMode: CdcDeletionMode

  constructor(options: BaseSqlGeneratorOptions = {}) {
    this.cdcDeletionMode = options.cdcDeletionMode ?? 'hard'
  }

  // Questions to the dialect.

  /** A final column's type as DDL spells it. Unions are resolved before this is called. */
  protected abstract columnType(type: AirbyteType): Sql
  /** The same type as `describeTables` reports it. */
  protected abstract typeName(type: AirbyteType): string
  /** Types of the raw table's columns as DDL, in physical order. */
  protected abstract rawColumnDefinitions(): readonly Sql[]
  /** Types of `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`: DDL and reported name. */
  protected abstract metaColumnTypes(): MetaColumnTypes
  /**
   * A SELECT over raw rows that yields the final table's columns by their names, in order: every value
   * checked, every value that could not be typed NULL and listed in `_airbyte_meta.changes`.
   */
  protected abstract selectTypedRows(stream: StreamConfig, source: RawRows): Sql
  /** The SELECT cut down to the newest row per primary key (see `newestFirst`). */
  protected abstract selectNewestPerKey(stream: StreamConfig, rows: Sql): Sql
  /** A value of `_airbyte_data` as text: NULL where the key is absent or JSON null. */
  protected abstract rawText(key: string): Sql
  /**
   * Statements that bring staged rows (one per key, tombstones included) into a populated final table.
   * @param rows the SELECT that the staged table was made by, for dialects that merge from it directly
   */
  protected abstract mergeStagedRows(stream: StreamConfig, staged: Sql, rows: Sql): readonly Sql[]
  /**
   * Makes a table that vanishes with the transaction, filled by the SELECT. Nothing where the dialect's DDL
   * would commit the transaction.
   */
  protected abstract createStagedTable(name: Sql, rows: Sql): readonly Sql[]
  protected dropStagedTable(name: Sql): readonly Sql[] {
    return [sql`DROP TABLE ${name}`]
  }
  /** Indexes of a raw table that has just been made. */
  protected rawIndexes(_stream: StreamConfig, _table: Sql): readonly Sql[] {
    return []
  }
  /**
   * Where deletions that were typed before are found: in a small table of their own, which typing keeps, or
   * by an index of the raw table (then answer `hasDeletionIndex` and `indexDeletions`, too).
   */
  protected readonly deletionLookup: 'table' | 'index' = 'table'
  /**
   * A column that says where a row is, for dialects that read columns apart from each other and have no index: the table of
   * deletions is then searched by its key alone, and nothing else of it is read where no key is found.
   */
  protected readonly rowPlace: Sql | undefined = undefined
  /** With an index: a condition that holds for a raw table in which it is. */
  protected hasDeletionIndex(_stream: StreamConfig, _suffix: RawTableSuffix): Sql {
    return sql`TRUE`
  }
  /** Indexes of a final table and other marks of its key, made after it was filled. */
  protected finalIndexes(_stream: StreamConfig, _table: TableName): readonly Sql[] {
    return []
  }
  /**
   * A condition that holds for a final table whose rows are unique by the stream's primary key. Asked only
   * where the stream is deduplicated.
   */
  protected isDeduplicated(_stream: StreamConfig): Sql {
    return sql`TRUE`
  }
  /** Statements that write the mark of `finalMark` to a final table, where the warehouse has a place for it. */
  protected markFinal(_stream: StreamConfig, _table: TableName): readonly Sql[] {
    return []
  }
  /** Statements that go with those that make, replace or take in a raw table, where it has an `untypedTable`. */
  protected createUntyped(_stream: StreamConfig, _suffix: RawTableSuffix): readonly Sql[] {
    return []
  }
  protected replaceUntyped(_stream: StreamConfig): readonly Sql[] {
    return []
  }
  protected absorbUntyped(_stream: StreamConfig): readonly Sql[] {
    return []
  }
  /** After rows were typed: none of them is to be typed again. */
  protected forgetUntyped(_stream: StreamConfig): readonly Sql[] {
    return []
  }
  /** A condition that holds for a final table that has the mark of `finalMark`. */
  protected isMarked(_stream: StreamConfig): Sql {
    return sql`TRUE`
  }

  /**
   * Says of a final table what its rows are unique by. Without it nothing tells a table of unique rows from
   * one that rows were appended to in between.
   */
  protected finalMark(stream: StreamConfig): string {
    if (stream.postImportAction === 'append') return `${markPrefix} rows are appended`
    const key = stream.primaryKey.map((column) => column.name).toSorted()
    return `${markPrefix} one row per ${JSON.stringify(key)}`
  }
  /** What CREATE TABLE ends with for raw tables, for example storage settings. */
  protected rawTableOptions(): Sql {
    return sql``
  }
  /** The same for final tables, for example partitions. */
  protected finalTableOptions(_stream: StreamConfig): Sql {
    return sql``
  }
  /** The same for rejects tables. */
  protected rejectsTableOptions(): Sql {
    return sql``
  }
  /** A condition that holds where a SELECT has a row. */
  protected hasRows(rows: Sql): Sql {
    return sql`EXISTS (${rows})`
  }
  /** A condition that holds where the column has another value, or none. */
  protected differs(column: Sql, value: bigint): Sql {
    return sql`${column} IS DISTINCT FROM ${value}`
  }
  /** Statements that a typing transaction needs before it starts. */
  protected typingPrelude(_stream: StreamConfig): readonly Sql[] {
    return []
  }
  /** A condition that holds for raw rows that no earlier typing has seen; a dialect may narrow where to look. */
  protected isUnprocessed(): Sql {
    return sql`${this.quote(rawColumns.loadedAt)} IS NULL`
  }
  /** What DROP TABLE ends with. */
  protected dropBehavior(): Sql {
    return sql``
  }
  /** Microseconds between 1970 and a time with a timezone. */
  protected epochMicroseconds(time: Sql): Sql {
    return sql`EXTRACT(EPOCH FROM ${time}) * 1000000`
  }
  /** The moment at which the transaction runs. */
  protected now(): Sql {
    return sql`CURRENT_TIMESTAMP`
  }

  quote(name: string): Sql {
    return quoteIdentifier(name)
  }

  literal(value: string): Sql {
    return quoteLiteral(value)
  }

  // Names.

  rawTable(stream: StreamConfig, suffix: RawTableSuffix = ''): TableName {
    const name = withSuffix(stream.id.rawName, suffix, this.naming.maxIdentifierBytes)
    return { namespace: stream.id.rawNamespace, name }
  }

  rejectsTable(stream: StreamConfig): RejectsTable {
    const name = withSuffix(stream.id.rawName, '_airbyte_rejects', this.naming.maxIdentifierBytes)
    return new RejectsTable(
      { namespace: stream.id.rawNamespace, name },
      {
        quote: (text) => this.quote(text),
        table: (table) => this.table(table),
        literal: (text) => this.literal(text),
        columnType: (type) => this.columnType({ type }),
        castType: (type) => this.castType(type),
        epochMicroseconds: (time) => this.epochMicroseconds(time),
        now: this.now(),
        tableOptions: this.rejectsTableOptions(),
      },
    )
  }

  /** A type as CAST spells it, where that is not as DDL does. */
  protected castType(type: ColumnTypeName): Sql {
    return this.columnType({ type })
  }

  untypedTable(_stream: StreamConfig, _suffix: RawTableSuffix): TableName | undefined {
    return undefined
  }

  deletionsTable(stream: StreamConfig): TableName | undefined {
    if (this.deletionLookup === 'index' || this.deletionKey(stream) === undefined) return undefined
    return this.deletionsTableName(stream)
  }

  protected deletionsTableName(stream: StreamConfig): TableName {
    const name = withSuffix(stream.id.rawName, '_airbyte_deletions', this.naming.maxIdentifierBytes)
    return { namespace: stream.id.rawNamespace, name }
  }

  finalTable(stream: StreamConfig): TableName {
    return { namespace: stream.id.finalNamespace, name: stream.id.finalName }
  }

  /** A bookkeeping column of a final table, which is spelled as a user's column of the name would be. */
  protected finalMetaName(column: FinalMetaColumn): string {
    return this.naming.columnName(column).name
  }

  protected finalMeta(column: FinalMetaColumn): Sql {
    return this.quote(this.finalMetaName(column))
  }

  /** `"namespace"."name"`; another form where a warehouse has no schemas. */
  protected table(name: TableName): Sql {
    return sql`${this.quote(name.namespace)}.${this.quote(name.name)}`
  }

  protected rawTableSql(stream: StreamConfig, suffix: RawTableSuffix = ''): Sql {
    return this.table(this.rawTable(stream, suffix))
  }

  protected finalTableSql(stream: StreamConfig): Sql {
    return this.table(this.finalTable(stream))
  }

  protected softResetTable(stream: StreamConfig): TableName {
    const name = withSuffix(stream.id.finalName, softResetSuffix, this.naming.maxIdentifierBytes)
    return { namespace: stream.id.finalNamespace, name }
  }

  protected stagedTable(stream: StreamConfig): Sql {
    return this.quote(withSuffix(stream.id.finalName, stagedSuffix, this.naming.maxIdentifierBytes))
  }

  protected layout(stream: StreamConfig): FinalTableLayout {
    const name = (id: ColumnId) => this.quote(id.name)
    const isDeduped = stream.postImportAction === 'dedupe'
    const tombstone = stream.columns.find((column) => column.id.originalName === cdcDeletedAtKey)
    return {
      columns: [
        ...stream.columns.map((column) => name(column.id)),
        ...finalMetaColumns.map((column) => this.finalMeta(column)),
      ],
      primaryKey: isDeduped ? stream.primaryKey.map(name) : [],
      cursor: isDeduped && stream.cursor ? name(stream.cursor) : undefined,
      deletedAt: isDeduped && tombstone && this.cdcDeletionMode === 'hard' ? name(tombstone.id) : undefined,
    }
  }

  /**
   * The order that puts the newest version of a row first: cursor, then extraction time, then arrival
   * (raw ids of version 7 sort by it), so that no two rows tie.
   */
  protected newestFirst(stream: StreamConfig): Sql {
    const { cursor } = this.layout(stream)
    const parts = [
      ...(cursor === undefined ? [] : [sql`${cursor} DESC NULLS LAST`]),
      sql`${this.finalMeta(rawColumns.extractedAt)} DESC`,
      sql`${this.rawIdOrder(this.finalMeta(rawColumns.rawId))} DESC`,
    ]
    return joinSql(parts, ', ')
  }

  /** A raw id as its bytes are ordered: where the rules of a language count, `aa` may be behind `z`. */
  protected rawIdOrder(rawId: Sql): Sql {
    return rawId
  }

  /**
   * The first part of the primary key as text out of a raw row, where deletions remove rows. NULLs find each other, as
   * they do in keys. Keys that share the first part are told apart later.
   */
  protected deletionKey(stream: StreamConfig): Sql | undefined {
    const [column] = stream.primaryKey
    return this.layout(stream).deletedAt === undefined || column === undefined
      ? undefined
      : sql`COALESCE(${this.rawText(column.originalName)}, '')`
  }

  /** Whether a value is among the rows of a SELECT of one column; few in comparison with the table. */
  protected isOneOf(value: Sql, rows: Sql): Sql {
    return sql`${value} IN (${rows})`
  }

  protected isDeletion(): Sql {
    return sql`${this.rawText(cdcDeletedAtKey)} IS NOT NULL`
  }
}

/**
 * Which raw rows a typing statement reads: those for which one of the conditions holds (never two at
 * once), or all.
 */
export type RawRows = {
  readonly table: Sql
  readonly conditions: readonly Sql[]
  /** More of them: what goes behind FROM, with all columns of a raw table. Only where a dialect put it there. */
  readonly more?: readonly Sql[]
}

/** Per bookkeeping column of a final table: its type, its DDL (type and NOT NULL) and the type's reported name. */
export type MetaColumnTypes = {
  readonly [column in (typeof finalMetaColumns)[number]]: {
    readonly type: Sql
    readonly definition: Sql
    readonly name: string
  }
}
