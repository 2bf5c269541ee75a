import type { AirbyteType } from '../../catalog/airbyte-type.ts'
import { rawColumns } from '../../catalog/meta-columns.ts'
import type { NamingRules } from '../../catalog/naming.ts'
import { resolveUnion } from '../../catalog/parse-airbyte-type.ts'
import type { ColumnId, StreamConfig } from '../../catalog/stream-config.ts'
import { storedKey } from '../../protocol/sanitize-json.ts'
import { BaseSqlGenerator } from '../../sql/base-sql-generator.ts'
import { withSuffix } from '../../sql/identifiers.ts'
import type { ColumnTypeName } from '../../sql/rejects-table.ts'
import { authoredSql, emptySql, joinSql, type Sql, type SqlBatch, sql } from '../../sql/sql.ts'
import type { BaseSqlGeneratorOptions, MetaColumnTypes, RawRows } from '../../sql/sql-dialect.ts'
import type { ColumnTypes, RawTableSuffix, TableName } from '../../sql/sql-generator.ts'
import { interpolate } from '../interpolate.ts'
import type { ColumnKind, ColumnTypeText, DialectTexts } from '../manifest.ts'
import { columnTypeSql, reportedName } from './column-type-text.ts'
import { spellKey } from './stored-keys.ts'
import { createTemplateNaming } from './template-naming.ts'
import { selectTypedRows } from './typed-rows.ts'

/** The old table while a new one takes its place. */
const replacedSuffix = '_ab_replaced'

/** An index has room for so many long columns, in bytes; the first few tell most rows apart. */
const mostIndexedColumns = 5

/** A dialect whose answers are the texts of a manifest and of the known dialect that it is a relative of. */
export class TemplateSqlGenerator extends BaseSqlGenerator {
  readonly naming: NamingRules
  /** The raw table itself is read: DDL would commit in the middle of the transaction that keeps a table of deletions. */
  protected override readonly deletionLookup = 'index'
  readonly #texts: DialectTexts

  constructor(texts: DialectTexts, options: BaseSqlGeneratorOptions = {}) {
    super(options)
    this.#texts = texts
    this.naming = createTemplateNaming(texts.naming)
  }

  override quote(name: string): Sql {
    const { identifier } = this.#texts.quoting
    return authoredSql(`${identifier}${name.replaceAll(identifier, identifier + identifier)}${identifier}`)
  }

  override literal(value: string): Sql {
    const escaped = this.#texts.quoting.backslash_escapes ? value.replaceAll('\\', '\\\\') : value
    return super.literal(escaped)
  }

  protected override columnType(type: AirbyteType): Sql {
    return columnTypeSql(this.#texts.types[resolveUnion(type).type])
  }

  protected override typeName(type: AirbyteType): string {
    return reportedName(this.#texts.types[resolveUnion(type).type])
  }

  protected override metaColumnTypes(): MetaColumnTypes {
    const { raw_id, extracted_at, meta, generation_id } = this.#texts.raw_types
    const column = (text: ColumnTypeText) => {
      const definition = columnTypeSql(text)
      return { type: definition, definition, name: reportedName(text) }
    }
    return {
      [rawColumns.rawId]: column(raw_id),
      [rawColumns.extractedAt]: column(extracted_at),
      [rawColumns.meta]: column(meta),
      [rawColumns.generationId]: column(generation_id),
    }
  }

  protected override rawColumnDefinitions(): readonly Sql[] {
    const types = this.#texts.raw_types
    const column = (name: string, type: ColumnTypeText) => sql`${this.quote(name)} ${columnTypeSql(type)}`
    return [
      column(rawColumns.rawId, types.raw_id),
      column(rawColumns.extractedAt, types.extracted_at),
      column(rawColumns.loadedAt, types.loaded_at),
      column(rawColumns.data, types.data),
      column(rawColumns.meta, types.meta),
      column(rawColumns.generationId, types.generation_id),
      sql`PRIMARY KEY (${this.quote(rawColumns.rawId)})`,
    ]
  }

  protected override rawTableOptions(): Sql {
    return authoredSql(this.#texts.templates.table_options)
  }

  protected override finalTableOptions(): Sql {
    return this.rawTableOptions()
  }

  protected override rejectsTableOptions(): Sql {
    return this.rawTableOptions()
  }

  /** A null of JSON is no text, so it counts as absent. */
  protected override rawText(key: string): Sql {
    const json = this.#member(this.quote(rawColumns.data), key)
    return this.#fill(this.#texts.casts.string, { json, text: this.#jsonText(json) })
  }

  #member(document: Sql, key: string): Sql {
    const path = this.literal(`$.${spellKey(storedKey(key))}`)
    return this.#fill(this.#texts.json.extract, { document, path })
  }

  #jsonText(json: Sql): Sql {
    return this.#fill(this.#texts.json.text, { json })
  }

  protected override selectTypedRows(stream: StreamConfig, rows: RawRows): Sql {
    return selectTypedRows(stream, rows, {
      quote: (name) => this.quote(name),
      literal: (value) => this.literal(value),
      member: (document, key) => this.#member(document, key),
      typedValue: (kind, json) => this.#fill(this.#texts.casts[kind], { json, text: this.#jsonText(json) }),
    })
  }

  protected override selectNewestPerKey(stream: StreamConfig, rows: Sql): Sql {
    const { columns } = this.layout(stream)
    const key = stream.primaryKey.map((id) => {
      const column = this.quote(id.name)
      return this.#isText(stream, id) ? this.#fill(this.#texts.templates.partition_text, { column }) : column
    })
    return this.#template('select_newest', {
      columns: list(columns),
      key: joinSql(key, ', '),
      newest_first: this.newestFirst(stream),
      rows,
    })
  }

  /** NULL sorts as the least by itself. */
  protected override newestFirst(stream: StreamConfig): Sql {
    const { cursor } = this.layout(stream)
    const columns = [
      ...(cursor === undefined ? [] : [cursor]),
      this.quote(rawColumns.extractedAt),
      this.quote(rawColumns.rawId),
    ]
    return joinSql(
      columns.map((column) => sql`${column} DESC`),
      ', ',
    )
  }

  protected override createStagedTable(staged: Sql, rows: Sql): readonly Sql[] {
    return this.#statements('create_staged', { staged, rows, table_options: this.rawTableOptions() })
  }

  protected override dropStagedTable(staged: Sql): readonly Sql[] {
    return this.#statements('drop_staged', { staged })
  }

  protected override mergeStagedRows(stream: StreamConfig, staged: Sql): readonly Sql[] {
    const { columns, primaryKey, deletedAt } = this.layout(stream)
    const sameKey = primaryKey.map((column) => this.#isSame(sql`target.${column}`, sql`staged.${column}`))
    return this.#statements('merge', {
      staged,
      target: this.finalTableSql(stream),
      columns: list(columns),
      same_key: joinSql(sameKey, ' AND '),
      target_is_newer: this.#targetIsNewer(stream),
      where_alive: deletedAt === undefined ? emptySql : sql`\nWHERE ${deletedAt} IS NULL`,
    })
  }

  /** By cursor, of which NULL is the oldest; where cursors are equal, by extraction and then by arrival. */
  #targetIsNewer(stream: StreamConfig): Sql {
    const { cursor } = this.layout(stream)
    const [extractedAt, rawId] = [this.quote(rawColumns.extractedAt), this.quote(rawColumns.rawId)]
    const isLater = sql`(target.${extractedAt} > staged.${extractedAt} OR target.${extractedAt} = staged.${extractedAt} AND target.${rawId} > staged.${rawId})`
    if (cursor === undefined) return isLater
    return sql`CASE
  WHEN ${this.#isSame(sql`target.${cursor}`, sql`staged.${cursor}`)} THEN ${isLater}
  WHEN target.${cursor} IS NULL THEN FALSE
  WHEN staged.${cursor} IS NULL THEN TRUE
  ELSE target.${cursor} > staged.${cursor}
END`
  }

  protected override typingPrelude(): readonly Sql[] {
    return this.#statements('typing_prelude', {})
  }

  protected override now(): Sql {
    return authoredSql(this.#texts.templates.now)
  }

  protected override epochMicroseconds(time: Sql): Sql {
    return this.#template('epoch_microseconds', { time })
  }

  protected override finalIndexes(stream: StreamConfig, table: TableName): readonly Sql[] {
    if (stream.postImportAction === 'append') return []
    const columns = stream.primaryKey.slice(0, mostIndexedColumns).map((id) => {
      const column = this.quote(id.name)
      return this.#isText(stream, id) ? this.#template('key_index_text', { column }) : column
    })
    return this.#statements('key_index', { table: this.table(table), columns: joinSql(columns, ', ') })
  }

  protected override markFinal(stream: StreamConfig, table: TableName): readonly Sql[] {
    return this.#statements('mark', {
      table: this.table(table),
      mark: this.literal(this.finalMark(stream)),
    })
  }

  protected override isMarked(stream: StreamConfig): Sql {
    const { namespace, name } = this.finalTable(stream)
    return this.#template('is_marked', {
      namespace: this.literal(namespace),
      name: this.literal(name),
      mark: this.literal(this.finalMark(stream)),
    })
  }

  protected override isDeduplicated(stream: StreamConfig): Sql {
    return this.isMarked(stream)
  }

  override selectRawTableState(stream: StreamConfig, suffix: RawTableSuffix): Sql {
    const table = this.rawTableSql(stream, suffix)
    return sql`SELECT
  NOT EXISTS (SELECT 1 FROM ${table}) AS is_empty,
  EXISTS (SELECT 1 FROM ${table} WHERE ${this.isUnprocessed()}) AS has_unprocessed,
  ${this.#otherGeneration(stream, table)} AS has_other_generation,
  TRUE AS has_deletion_index`
  }

  override selectFinalTableState(stream: StreamConfig): Sql {
    const table = this.finalTableSql(stream)
    return sql`SELECT
  NOT EXISTS (SELECT 1 FROM ${table}) AS is_empty,
  ${this.#otherGeneration(stream, table)} AS has_other_generation,
  ${stream.postImportAction === 'dedupe' ? this.isDeduplicated(stream) : sql`TRUE`} AS is_deduplicated,
  ${this.isMarked(stream)} AS is_marked`
  }

  #otherGeneration(stream: StreamConfig, table: Sql): Sql {
    if (!stream.isTruncate) return sql`FALSE`
    const values = { column: this.quote(rawColumns.generationId), generation: sql`${stream.generationId}` }
    return sql`EXISTS (SELECT 1 FROM ${table} WHERE ${this.#template('is_other_generation', values)})`
  }

  protected override renameTable(table: TableName, name: string): Sql {
    return this.#template('rename_table', {
      table: this.table(table),
      renamed: this.table({ ...table, name }),
    })
  }

  override replaceRawTable(stream: StreamConfig): SqlBatch {
    return [this.#swap(this.rawTable(stream, '_airbyte_tmp'), this.rawTable(stream).name)]
  }

  /** DDL may commit, so the rows may be there twice after a failure: those that have arrived are left out. */
  override absorbTemporaryRawTable(stream: StreamConfig): SqlBatch {
    const columns = Object.values(rawColumns).map((column) => this.quote(column))
    const temporary = this.rawTableSql(stream, '_airbyte_tmp')
    const rawId = this.quote(rawColumns.rawId)
    const selected = columns.map((column) => sql`fresh.${column}`)
    return [
      [
        sql`INSERT INTO ${this.rawTableSql(stream)} (${joinSql(columns, ', ')})
SELECT ${joinSql(selected, ', ')}
FROM ${temporary} AS fresh
LEFT JOIN ${this.rawTableSql(stream)} AS earlier ON earlier.${rawId} = fresh.${rawId}
WHERE earlier.${rawId} IS NULL`,
      ],
      this.dropTable(this.rawTable(stream, '_airbyte_tmp')).flat(),
    ]
  }

  /**
   * The new table is complete, with index and mark, before it takes the old one's place. DDL commits, so each part may
   * run again, whatever is left of its first attempt. The rows count as typed once readers can see them.
   */
  override rebuildFinalTable(stream: StreamConfig, _current: ColumnTypes): SqlBatch {
    const fresh = this.softResetTable(stream)
    const table = this.table(fresh)
    const definitions = [...this.finalColumnDefinitions(stream).values()]
    const rows = this.selectFinalRows(stream, { table: this.rawTableSql(stream), conditions: [] })
    return [
      [
        ...this.dropTable(fresh).flat(),
        sql`CREATE TABLE ${table} (\n  ${joinSql(definitions, ',\n  ')}\n)${this.finalTableOptions()}`,
        ...this.finalIndexes(stream, fresh),
        ...this.markFinal(stream, fresh),
      ],
      [
        ...this.typingPrelude(),
        sql`DELETE FROM ${table}`,
        sql`INSERT INTO ${table} (\n  ${list(this.layout(stream).columns)}\n)\n${rows}`,
      ],
      this.#swap(fresh, stream.id.finalName),
      [this.markAsLoaded(stream)],
    ]
  }

  #swap(fresh: TableName, name: string): readonly Sql[] {
    const target = { ...fresh, name }
    const replaced = withSuffix(name, replacedSuffix, this.naming.maxIdentifierBytes)
    const tables = {
      fresh: this.table(fresh),
      target: this.table(target),
      replaced: this.table({ ...fresh, name: replaced }),
    }
    return this.#statements('swap_table', {
      ...tables,
      namespace: this.literal(fresh.namespace),
      fresh_name: this.literal(fresh.name),
      target_name: this.literal(name),
      fresh_text: this.literal(tables.fresh),
      target_text: this.literal(tables.target),
      replaced_text: this.literal(tables.replaced),
    })
  }

  protected override castType(type: ColumnTypeName): Sql {
    return authoredSql(this.#texts.cast_types[type])
  }

  #isSame(left: Sql, right: Sql): Sql {
    return this.#template('null_safe_equal', { left, right })
  }

  /** Whether a column may hold texts of any length. */
  #isText(stream: StreamConfig, id: ColumnId): boolean {
    const column = stream.columns.find((candidate) => candidate.id.name === id.name)
    return column !== undefined && longKinds.includes(resolveUnion(column.type).type)
  }

  #template(name: TextTemplate, values: { readonly [name: string]: Sql }): Sql {
    return this.#fill(this.#texts.templates[name], values)
  }

  #statements(name: ListTemplate, values: { readonly [name: string]: Sql }): readonly Sql[] {
    return this.#texts.templates[name].map((statement) => this.#fill(statement, values))
  }

  #fill(template: string, values: { readonly [name: string]: Sql }): Sql {
    return authoredSql(interpolate(template, values))
  }
}

type Templates = DialectTexts['templates']
type TextTemplate = {
  [Name in keyof Templates]: Templates[Name] extends string ? Name : never
}[keyof Templates]
type ListTemplate = Exclude<keyof Templates, TextTemplate>

const longKinds: readonly ColumnKind[] = ['string', 'struct', 'array', 'unsupported_one_of', 'unknown']

function list(parts: readonly Sql[]): Sql {
  return joinSql(parts, ',\n  ')
}
