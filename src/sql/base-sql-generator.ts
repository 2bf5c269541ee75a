import { finalMetaColumns, rawColumns } from '../catalog/meta-columns.ts'
import type { Column, StreamConfig } from '../catalog/stream-config.ts'
import { DeletionsTable } from './deletions-table.ts'
import { joinSql, type Sql, type SqlBatch, type SqlTransaction, sql } from './sql.ts'
import { cdcDeletedAtKey, type RawRows, SqlDialect } from './sql-dialect.ts'
import type {
  ColumnTypes,
  CreateTableOptions,
  RawTableSuffix,
  SqlGenerator,
  TableName,
  TargetContents,
} from './sql-generator.ts'

/**
 * The statements that all warehouses share, over small questions that a dialect answers. A dialect
 * overrides a whole statement only where its grammar differs.
 */
export abstract class BaseSqlGenerator extends SqlDialect implements SqlGenerator {
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
        ...this.createUntyped(stream, suffix),
      ],
    ]
  }

  selectRawTableState(stream: StreamConfig, suffix: RawTableSuffix): Sql {
    const table = this.rawTableSql(stream, suffix)
    return sql`SELECT
  NOT ${this.hasRows(sql`SELECT 1 FROM ${table}`)} AS is_empty,
  ${this.hasUnprocessed(stream, suffix)} AS has_unprocessed,
  ${this.#hasOtherGeneration(stream, table, rawColumns.generationId)} AS has_other_generation,
  ${this.deletionKey(stream) === undefined ? sql`TRUE` : this.hasDeletionIndex(stream, suffix)} AS has_deletion_index`
  }

  /** A condition that holds for a raw table with rows that no typing has seen. */
  protected hasUnprocessed(stream: StreamConfig, suffix: RawTableSuffix): Sql {
    const loadedAt = this.quote(rawColumns.loadedAt)
    return this.hasRows(sql`SELECT 1 FROM ${this.rawTableSql(stream, suffix)} WHERE ${loadedAt} IS NULL`)
  }

  createUntypedTable(stream: StreamConfig, suffix: RawTableSuffix): SqlBatch {
    return [this.createUntyped(stream, suffix)]
  }

  indexDeletions(stream: StreamConfig): SqlBatch {
    const deletions = this.#deletions(stream)
    return deletions === undefined ? [] : [deletions.create()]
  }

  selectFinalTableState(stream: StreamConfig): Sql {
    const table = this.finalTableSql(stream)
    return sql`SELECT
  NOT ${this.hasRows(sql`SELECT 1 FROM ${table}`)} AS is_empty,
  ${this.#hasOtherGeneration(stream, table, this.finalMetaName(rawColumns.generationId))} AS has_other_generation,
  ${stream.postImportAction === 'dedupe' ? this.isDeduplicated(stream) : sql`TRUE`} AS is_deduplicated,
  ${this.isMarked(stream)} AS is_marked`
  }

  #hasOtherGeneration(stream: StreamConfig, table: Sql, column: string): Sql {
    if (!stream.isTruncate) return sql`FALSE`
    const isOther = this.differs(this.quote(column), stream.generationId)
    return this.hasRows(sql`SELECT 1 FROM ${table} WHERE ${isOther}`)
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
        ...this.absorbUntyped(stream),
      ],
    ]
  }

  replaceRawTable(stream: StreamConfig): SqlBatch {
    return [
      [
        this.#dropIfExists(this.rawTableSql(stream)),
        this.renameTable(this.rawTable(stream, '_airbyte_tmp'), this.rawTable(stream).name),
        ...this.replaceUntyped(stream),
        ...(this.#deletions(stream)?.create() ?? []),
      ],
    ]
  }

  protected renameTable(table: TableName, name: string): Sql {
    return sql`ALTER TABLE ${this.table(table)} RENAME TO ${this.quote(name)}`
  }

  createFinalTable(stream: StreamConfig): SqlBatch {
    const table = this.finalTable(stream)
    return [
      [
        this.createFinal(stream, this.table(table)),
        ...this.finalIndexes(stream, table),
        ...this.markFinal(stream, table),
      ],
    ]
  }

  markFinalTable(stream: StreamConfig): SqlBatch {
    return [this.markFinal(stream, this.finalTable(stream))]
  }

  protected createFinal(stream: StreamConfig, table: Sql): Sql {
    const definitions = [...this.finalColumnDefinitions(stream).values()]
    return sql`CREATE TABLE ${table} (\n  ${joinSql(definitions, ',\n  ')}\n)${this.finalTableOptions(stream)}`
  }

  /** Per column of the final table, in order: its name with its type as DDL spells it. */
  protected finalColumnDefinitions(stream: StreamConfig): ReadonlyMap<string, Sql> {
    const types = this.metaColumnTypes()
    return new Map([
      ...stream.columns.map(
        ({ id, type }) => [id.name, sql`${this.quote(id.name)} ${this.columnType(type)}`] as const,
      ),
      ...finalMetaColumns.map(
        (column) =>
          [this.finalMetaName(column), sql`${this.finalMeta(column)} ${types[column].definition}`] as const,
      ),
    ])
  }

  finalTableColumns(stream: StreamConfig): ReadonlyMap<string, string> {
    const types = this.metaColumnTypes()
    return new Map([
      ...stream.columns.map((column: Column) => [column.id.name, this.typeName(column.type)] as const),
      ...finalMetaColumns.map((column) => [this.finalMetaName(column), types[column].name] as const),
    ])
  }

  updateFinalTable(stream: StreamConfig, target: TargetContents): SqlBatch {
    if (target === 'new') return this.createFilledFinalTable(stream)
    const needsMerge = stream.postImportAction === 'dedupe' && target === 'populated'
    const rows = this.unprocessedRows(stream)
    const statements = needsMerge
      ? this.#stageAndMerge(stream, rows)
      : [this.insertTyped(stream, rows, this.finalTableSql(stream))]
    const kept = this.#deletions(stream)?.keepNew() ?? []
    return [...this.forgetDeletions(stream), this.typingTransaction(stream, [...statements, ...kept])]
  }

  /**
   * Statements that type raw rows, with what else belongs into their transaction. They must see the same
   * rows as the mark that says which rows are typed, while others may arrive.
   */
  protected typingTransaction(stream: StreamConfig, statements: readonly Sql[]): SqlTransaction {
    return [
      ...this.typingPrelude(stream),
      ...statements,
      this.markAsLoaded(stream),
      ...this.forgetUntyped(stream),
    ]
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
      ...this.forgetDeletions(stream),
      [
        ...this.typingPrelude(stream),
        this.#dropIfExists(table),
        this.createFinal(stream, table),
        this.insertTyped(stream, rows, table),
        ...this.keepAllDeletions(stream),
        this.markAsLoaded(stream),
        ...this.forgetUntyped(stream),
        this.#dropIfExists(this.finalTableSql(stream)),
        this.renameTable(fresh, stream.id.finalName),
        ...this.finalIndexes(stream, this.finalTable(stream)),
        ...this.markFinal(stream, this.finalTable(stream)),
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
        sql`ALTER TABLE ${this.finalTableSql(stream)} ADD COLUMN ${this.finalMeta(rawColumns.generationId)} ${definition}`,
      ],
    ]
  }

  /** https://docs.airbyte.com/release_notes/upgrading_to_destinations_v2 */
  firstRawTable(stream: StreamConfig): TableName {
    const name = this.naming.finalName(`_airbyte_raw_${stream.id.originalName.toLowerCase()}`)
    return { namespace: stream.id.finalNamespace, name }
  }

  /** May run again: rows that have arrived are left out. */
  importFirstRawTable(stream: StreamConfig): SqlBatch {
    const columns = [rawColumns.rawId, rawColumns.extractedAt, rawColumns.data].map((name) =>
      this.quote(name),
    )
    const values = firstRawColumns.map((name) => this.quote(this.naming.columnName(name).name))
    return [
      [
        sql`INSERT INTO ${this.rawTableSql(stream)} (${joinSql(columns, ', ')})
SELECT ${joinSql(values, ', ')}
FROM ${this.firstRawRows(stream)}`,
      ],
    ]
  }

  /** What goes behind FROM: the rows of the first raw table that the raw table lacks. */
  protected firstRawRows(stream: StreamConfig): Sql {
    const [idName] = firstRawColumns
    const firstId = this.quote(this.naming.columnName(idName).name)
    return sql`${this.table(this.firstRawTable(stream))} AS earlier
WHERE NOT EXISTS (
  SELECT 1
  FROM ${this.rawTableSql(stream)} AS taken
  WHERE taken.${this.quote(rawColumns.rawId)} = earlier.${firstId}
)`
  }

  /** The table and its first rows. A dialect may know a quicker way, where all of the raw table is read. */
  protected createFilledFinalTable(stream: StreamConfig): SqlBatch {
    return [...this.createFinalTable(stream), ...this.updateFinalTable(stream, 'empty')]
  }

  protected insertTyped(stream: StreamConfig, rows: RawRows, table: Sql): Sql {
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
      ...this.mergeStagedRows(stream, staged, newest),
      ...this.dropStagedTable(staged),
    ]
  }

  /**
   * New rows, and with them the deletions of the same keys that were typed before: a deleted row leaves
   * nothing in the final table that an older version could be compared with when it arrives late.
   */
  protected unprocessedRows(stream: StreamConfig): RawRows {
    const table = this.rawTableSql(stream)
    const loadedAt = this.quote(rawColumns.loadedAt)
    const isNew = this.isUnprocessed()
    const key = this.deletionKey(stream)
    if (key === undefined) return { table, conditions: [isNew] }
    const deletions = this.#deletions(stream)
    if (deletions !== undefined) return { table: deletions.besideNewRows(), conditions: [] }
    const isEarlierDeletion = sql`${loadedAt} IS NOT NULL
        AND ${this.isDeletion()}
        AND ${this.isOneOf(key, this.selectNewKeys(stream, key))}`
    return { table, conditions: [isNew, isEarlierDeletion] }
  }

  /** One column: of each new raw row, what the expression makes of it. */
  protected selectNewKeys(stream: StreamConfig, key: Sql): Sql {
    return sql`SELECT ${key} FROM ${this.rawTableSql(stream)} WHERE ${this.isUnprocessed()}`
  }

  /** The part of a rebuild that writes down every deletion of the raw table. */
  protected keepAllDeletions(stream: StreamConfig): readonly Sql[] {
    return this.#deletions(stream)?.keepAll() ?? []
  }

  /** Where deletions are not looked up, nobody would keep the table of them; a later sync makes it anew. */
  protected forgetDeletions(stream: StreamConfig): SqlBatch {
    const hasDeletions = stream.columns.some(({ id }) => id.originalName === cdcDeletedAtKey)
    if (this.deletionLookup === 'index' || !hasDeletions || this.deletionKey(stream) !== undefined) return []
    return [[this.#dropIfExists(this.table(this.deletionsTableName(stream)))]]
  }

  #deletions(stream: StreamConfig): DeletionsTable | undefined {
    const table = this.deletionsTable(stream)
    const key = this.deletionKey(stream)
    if (table === undefined || key === undefined) return undefined
    return new DeletionsTable({
      table: this.table(table),
      raw: this.rawTableSql(stream),
      key,
      isDeletion: this.isDeletion(),
      isNew: this.isUnprocessed(),
      drop: this.#dropIfExists(this.table(table)),
      rowPlace: this.rowPlace,
      quote: (name) => this.quote(name),
    })
  }

  protected markAsLoaded(stream: StreamConfig): Sql {
    const loadedAt = this.quote(rawColumns.loadedAt)
    return sql`UPDATE ${this.rawTableSql(stream)}\nSET ${loadedAt} = ${this.now()}\nWHERE ${this.isUnprocessed()}`
  }

  #dropIfExists(table: Sql): Sql {
    return sql`DROP TABLE IF EXISTS ${table}${this.dropBehavior()}`
  }
}

/** The columns of the first generation's raw tables: id, time of emission, record. */
export const firstRawColumns = ['_airbyte_ab_id', '_airbyte_emitted_at', '_airbyte_data'] as const
