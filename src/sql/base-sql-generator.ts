import type { AirbyteType } from '../catalog/airbyte-type.ts'
import { finalMetaColumns, rawColumns } from '../catalog/meta-columns.ts'
import type { NamingRules } from '../catalog/naming.ts'
import type { Column, ColumnId, StreamConfig } from '../catalog/stream-config.ts'
import { withSuffix } from './identifiers.ts'
import { RejectsTable } from './rejects-table.ts'
import { joinSql, quoteIdentifier, quoteLiteral, type Sql, type SqlBatch, sql } from './sql.ts'
import type {
  CdcDeletionMode,
  ColumnTypes,
  CreateTableOptions,
  RawTableSuffix,
  SqlGenerator,
  TableName,
  TargetContents,
} from './sql-generator.ts'

/** The key by which CDC sources mark a deleted row. */
export const cdcDeletedAtKey = '_ab_cdc_deleted_at'

/** Where a final table is built before it takes the old one's place. The name is the Java framework's. */
const softResetSuffix = '_ab_soft_reset'

/** The typed rows of the running statement. It lives only inside one transaction. */
const stagedSuffix = '_ab_staged'

export type BaseSqlGeneratorOptions = { readonly cdcDeletionMode?: CdcDeletionMode }

/** Names of the columns of a final table in their order, and how rows are told apart. */
export type FinalTableLayout = {
  readonly columns: readonly Sql[]
  readonly primaryKey: readonly Sql[]
  readonly cursor: Sql | undefined
  /** The column that says a row is deleted at the source, where the stream is deduplicated and has one. */
  readonly deletedAt: Sql | undefined
}

/**
 * The statements that all warehouses share, over small questions that a dialect answers. A dialect
 * overrides a whole statement only where its grammar differs.
 */
export abstract class BaseSqlGenerator implements SqlGenerator {
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
  /** Statements that bring staged rows (one per key, tombstones included) into a populated final table. */
  protected abstract mergeStagedRows(stream: StreamConfig, staged: Sql): readonly Sql[]
  /** Makes a table that vanishes with the transaction, filled by the SELECT. */
  protected abstract createStagedTable(name: Sql, rows: Sql): readonly Sql[]
  protected dropStagedTable(name: Sql): readonly Sql[] {
    return [sql`DROP TABLE ${name}`]
  }
  /** Indexes of a raw table that has just been made. */
  protected rawIndexes(_stream: StreamConfig, _table: Sql): readonly Sql[] {
    return []
  }
  /** A condition that holds for a raw table in which earlier deletions of a key are found without reading all of it. */
  protected hasDeletionIndex(_stream: StreamConfig, _suffix: RawTableSuffix): Sql {
    return sql`TRUE`
  }
  /** Indexes of a final table and other marks of its key, made after it was filled. */
  protected finalIndexes(_stream: StreamConfig, _table: TableName): readonly Sql[] {
    return []
  }
  /** A condition that holds for a final table that was made for the stream's primary key. */
  protected isDeduplicated(_stream: StreamConfig): Sql {
    return sql`TRUE`
  }
  /** What CREATE TABLE ends with for raw tables, for example storage settings. */
  protected rawTableOptions(): Sql {
    return sql``
  }
  /** Statements that a typing transaction needs before it starts. */
  protected typingPrelude(): readonly Sql[] {
    return []
  }
  /** What DROP TABLE ends with. */
  protected dropBehavior(): Sql {
    return sql``
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
      },
    )
  }

  finalTable(stream: StreamConfig): TableName {
    return { namespace: stream.id.finalNamespace, name: stream.id.finalName }
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
        ...finalMetaColumns.map((column) => this.quote(column)),
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
      sql`${this.quote(rawColumns.extractedAt)} DESC`,
      sql`${this.quote(rawColumns.rawId)} DESC`,
    ]
    return joinSql(parts, ', ')
  }

  // Statements.

  createNamespace(namespace: string): SqlBatch {
    return [[sql`CREATE SCHEMA IF NOT EXISTS ${this.quote(namespace)}`]]
  }

  dropNamespace(namespace: string): SqlBatch {
    return [[sql`DROP SCHEMA ${this.quote(namespace)}`]]
  }

  dropTable(table: TableName): SqlBatch {
    return [[sql`DROP TABLE IF EXISTS ${this.table(table)}${this.dropBehavior()}`]]
  }

  createRawTable(stream: StreamConfig, suffix: RawTableSuffix, options: CreateTableOptions = {}): SqlBatch {
    const table = this.rawTableSql(stream, suffix)
    const columns = joinSql(this.rawColumnDefinitions(), ',\n  ')
    return [
      [
        ...(options.replace === true ? [this.#dropIfExists(table)] : []),
        sql`CREATE TABLE ${table} (\n  ${columns}\n)${this.rawTableOptions()}`,
        ...this.rawIndexes(stream, table),
      ],
    ]
  }

  selectRawTableState(stream: StreamConfig, suffix: RawTableSuffix): Sql {
    const table = this.rawTableSql(stream, suffix)
    const loadedAt = this.quote(rawColumns.loadedAt)
    return sql`SELECT
  NOT EXISTS (SELECT 1 FROM ${table}) AS is_empty,
  EXISTS (SELECT 1 FROM ${table} WHERE ${loadedAt} IS NULL) AS has_unprocessed,
  ${this.#hasOtherGeneration(stream, table)} AS has_other_generation,
  ${this.deletionKey(stream) === undefined ? sql`TRUE` : this.hasDeletionIndex(stream, suffix)} AS has_deletion_index`
  }

  /** Nothing to do, unless a dialect asks for it in `hasDeletionIndex`. */
  indexDeletions(_stream: StreamConfig): SqlBatch {
    return []
  }

  selectFinalTableState(stream: StreamConfig): Sql {
    const table = this.finalTableSql(stream)
    return sql`SELECT
  NOT EXISTS (SELECT 1 FROM ${table}) AS is_empty,
  ${this.#hasOtherGeneration(stream, table)} AS has_other_generation,
  ${stream.postImportAction === 'dedupe' ? this.isDeduplicated(stream) : sql`TRUE`} AS is_deduplicated`
  }

  #hasOtherGeneration(stream: StreamConfig, table: Sql): Sql {
    if (!stream.isTruncate) return sql`FALSE`
    const generation = this.quote(rawColumns.generationId)
    return sql`EXISTS (SELECT 1 FROM ${table} WHERE ${generation} IS DISTINCT FROM ${stream.generationId})`
  }

  absorbTemporaryRawTable(stream: StreamConfig): SqlBatch {
    const columns = joinSql(
      Object.values(rawColumns).map((column) => this.quote(column)),
      ', ',
    )
    const temporary = this.rawTableSql(stream, '_airbyte_tmp')
    return [
      [
        sql`INSERT INTO ${this.rawTableSql(stream)} (${columns})\nSELECT ${columns}\nFROM ${temporary}`,
        sql`DROP TABLE ${temporary}${this.dropBehavior()}`,
      ],
    ]
  }

  replaceRawTable(stream: StreamConfig): SqlBatch {
    return [
      [
        this.#dropIfExists(this.rawTableSql(stream)),
        this.renameTable(this.rawTable(stream, '_airbyte_tmp'), this.rawTable(stream).name),
      ],
    ]
  }

  protected renameTable(table: TableName, name: string): Sql {
    return sql`ALTER TABLE ${this.table(table)} RENAME TO ${this.quote(name)}`
  }

  createFinalTable(stream: StreamConfig): SqlBatch {
    const table = this.finalTable(stream)
    return [[this.#createFinal(stream, this.table(table)), ...this.finalIndexes(stream, table)]]
  }

  #createFinal(stream: StreamConfig, table: Sql): Sql {
    const definitions = [...this.finalColumnDefinitions(stream).values()]
    return sql`CREATE TABLE ${table} (\n  ${joinSql(definitions, ',\n  ')}\n)`
  }

  /** Per column of the final table, in order: its name with its type as DDL spells it. */
  protected finalColumnDefinitions(stream: StreamConfig): ReadonlyMap<string, Sql> {
    const types = this.metaColumnTypes()
    return new Map([
      ...stream.columns.map(
        ({ id, type }) => [id.name, sql`${this.quote(id.name)} ${this.columnType(type)}`] as const,
      ),
      ...finalMetaColumns.map(
        (column) => [column, sql`${this.quote(column)} ${types[column].definition}`] as const,
      ),
    ])
  }

  finalTableColumns(stream: StreamConfig): ReadonlyMap<string, string> {
    const types = this.metaColumnTypes()
    return new Map([
      ...stream.columns.map((column: Column) => [column.id.name, this.typeName(column.type)] as const),
      ...finalMetaColumns.map((column) => [column, types[column].name] as const),
    ])
  }

  updateFinalTable(stream: StreamConfig, target: TargetContents): SqlBatch {
    const needsMerge = stream.postImportAction === 'dedupe' && target === 'populated'
    const rows = this.#unprocessedRows(stream)
    const statements = needsMerge
      ? this.#stageAndMerge(stream, rows)
      : [this.#insertTyped(stream, rows, this.finalTableSql(stream))]
    return [[...this.typingPrelude(), ...statements, this.markAsLoaded(stream)]]
  }

  /**
   * A new table takes the old one's place, so that readers see the old rows until the end. For warehouses
   * where that costs what is attached to the table, the dialect has its own way.
   */
  rebuildFinalTable(stream: StreamConfig, _current: ColumnTypes): SqlBatch {
    const fresh = this.softResetTable(stream)
    const table = this.table(fresh)
    const rows: RawRows = { table: this.rawTableSql(stream), conditions: [] }
    return [
      [
        ...this.typingPrelude(),
        this.#dropIfExists(table),
        this.#createFinal(stream, table),
        this.#insertTyped(stream, rows, table),
        this.markAsLoaded(stream),
        this.#dropIfExists(this.finalTableSql(stream)),
        this.renameTable(fresh, stream.id.finalName),
        ...this.finalIndexes(stream, this.finalTable(stream)),
      ],
    ]
  }

  addRawColumns(stream: StreamConfig, suffix: RawTableSuffix, missing: readonly string[]): SqlBatch {
    const types = this.metaColumnTypes()
    const added: { readonly [column: string]: Sql | undefined } = {
      [rawColumns.meta]: types[rawColumns.meta].type,
      [rawColumns.generationId]: types[rawColumns.generationId].type,
    }
    const columns = missing.flatMap((name) => {
      const type = added[name]
      return type === undefined ? [] : [sql`ADD COLUMN ${this.quote(name)} ${type}`]
    })
    const table = this.rawTableSql(stream, suffix)
    return [columns.map((column) => sql`ALTER TABLE ${table} ${column}`)]
  }

  addFinalGenerationId(stream: StreamConfig): SqlBatch {
    const { definition } = this.metaColumnTypes()[rawColumns.generationId]
    return [
      [
        sql`ALTER TABLE ${this.finalTableSql(stream)} ADD COLUMN ${this.quote(rawColumns.generationId)} ${definition}`,
      ],
    ]
  }

  /** https://docs.airbyte.com/release_notes/upgrading_to_destinations_v2 */
  firstRawTable(stream: StreamConfig): TableName {
    const name = this.naming.finalName(`_airbyte_raw_${stream.id.originalName.toLowerCase()}`)
    return { namespace: stream.id.finalNamespace, name }
  }

  importFirstRawTable(stream: StreamConfig): SqlBatch {
    const columns = [rawColumns.rawId, rawColumns.extractedAt, rawColumns.data].map((name) =>
      this.quote(name),
    )
    const firstColumns = firstRawColumns.map((name) => this.quote(name))
    return [
      [
        sql`INSERT INTO ${this.rawTableSql(stream)} (${joinSql(columns, ', ')})
SELECT ${joinSql(firstColumns, ', ')}
FROM ${this.table(this.firstRawTable(stream))}`,
      ],
    ]
  }

  #insertTyped(stream: StreamConfig, rows: RawRows, table: Sql): Sql {
    const list = joinSql(this.layout(stream).columns, ',\n  ')
    return sql`INSERT INTO ${table} (\n  ${list}\n)\n${this.selectFinalRows(stream, rows)}`
  }

  /** Typed rows as a final table without earlier rows would hold them: one per key, none that is deleted. */
  protected selectFinalRows(stream: StreamConfig, rows: RawRows): Sql {
    const typed = this.selectTypedRows(stream, rows)
    if (stream.postImportAction === 'append') return typed
    const { columns, deletedAt } = this.layout(stream)
    const newest = this.selectNewestPerKey(stream, typed)
    const alive = deletedAt === undefined ? sql`` : sql`\nWHERE ${deletedAt} IS NULL`
    return sql`SELECT\n  ${joinSql(columns, ',\n  ')}\nFROM (\n${newest}\n) AS newest${alive}`
  }

  #stageAndMerge(stream: StreamConfig, rows: RawRows): readonly Sql[] {
    const staged = this.stagedTable(stream)
    const newest = this.selectNewestPerKey(stream, this.selectTypedRows(stream, rows))
    return [
      ...this.createStagedTable(staged, newest),
      ...this.mergeStagedRows(stream, staged),
      ...this.dropStagedTable(staged),
    ]
  }

  /**
   * New rows, and with them the deletions of the same keys that were typed before: a deleted row leaves
   * nothing in the final table that an older version could be compared with when it arrives late.
   */
  #unprocessedRows(stream: StreamConfig): RawRows {
    const table = this.rawTableSql(stream)
    const loadedAt = this.quote(rawColumns.loadedAt)
    const isNew = sql`${loadedAt} IS NULL`
    const key = this.deletionKey(stream)
    if (key === undefined) return { table, conditions: [isNew] }
    const isEarlierDeletion = sql`${loadedAt} IS NOT NULL
        AND ${this.isDeletion()}
        AND ${this.isOneOf(key, sql`SELECT ${key} FROM ${table} WHERE ${isNew}`)}`
    return { table, conditions: [isNew, isEarlierDeletion] }
  }

  /** The first part of the primary key as text out of a raw row, where deletions remove rows. */
  protected deletionKey(stream: StreamConfig): Sql | undefined {
    const [column] = stream.primaryKey
    return this.layout(stream).deletedAt === undefined || column === undefined
      ? undefined
      : this.rawText(column.originalName)
  }

  /** Whether a value is among the rows of a SELECT of one column; few in comparison with the table. */
  protected isOneOf(value: Sql, rows: Sql): Sql {
    return sql`${value} IN (${rows})`
  }

  protected isDeletion(): Sql {
    return sql`${this.rawText(cdcDeletedAtKey)} IS NOT NULL`
  }

  protected markAsLoaded(stream: StreamConfig): Sql {
    const loadedAt = this.quote(rawColumns.loadedAt)
    return sql`UPDATE ${this.rawTableSql(stream)}\nSET ${loadedAt} = ${this.now()}\nWHERE ${loadedAt} IS NULL`
  }

  #dropIfExists(table: Sql): Sql {
    return sql`DROP TABLE IF EXISTS ${table}${this.dropBehavior()}`
  }
}

/**
 * Which raw rows a typing statement reads: those for which one of the conditions holds (never two at
 * once), or all.
 */
export type RawRows = { readonly table: Sql; readonly conditions: readonly Sql[] }

/** Per bookkeeping column of a final table: its type, its DDL (type and NOT NULL) and the type's reported name. */
export type MetaColumnTypes = {
  readonly [column in (typeof finalMetaColumns)[number]]: {
    readonly type: Sql
    readonly definition: Sql
    readonly name: string
  }
}

/** The columns of the first generation's raw tables: id, time of emission, record. */
export const firstRawColumns = ['_airbyte_ab_id', '_airbyte_emitted_at', '_airbyte_data'] as const
