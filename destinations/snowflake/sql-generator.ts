import {
  type AirbyteType,
  BaseSqlGenerator,
  type BaseSqlGeneratorOptions,
  type ColumnTypes,
  joinSql,
  type MetaColumnTypes,
  markPrefix,
  type NamingRules,
  type RawRows,
  rawColumns,
  resolveUnion,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  type StreamConfig,
  sql,
  type TableName,
} from 'landfall/sdk'
import { literal } from './literal.ts'
import { mergeRows } from './merge-rows.ts'
import { snowflakeNaming } from './naming.ts'
import { readKey, selectTypedRows } from './select-typed-rows.ts'
import { columnTypes } from './types.ts'

export type SnowflakeSqlGeneratorOptions = BaseSqlGeneratorOptions & {
  /** Days of Time Travel for every table that is made. Default: 1, Snowflake's own. */
  readonly retentionPeriodDays?: number
}

/** The session's variable with the time by which the running transaction marks its rows. */
const loadedAtVariable = sql`LANDFALL_LOADED_AT`

/** Rows that the running transaction has marked. */
const markedNow = sql`TO_TIMESTAMP_TZ($${loadedAtVariable})`

/**
 * Snowflake. A statement of DDL commits whatever transaction is open, so transactions hold DML only; and each
 * statement sees what others have committed meanwhile, so typing marks its rows first and then reads the
 * rows with its own mark. https://docs.snowflake.com/en/sql-reference/transactions
 */
export class SnowflakeSqlGenerator extends BaseSqlGenerator {
  readonly naming: NamingRules = snowflakeNaming
  readonly #retentionPeriodDays: number

  constructor(options: SnowflakeSqlGeneratorOptions = {}) {
    super(options)
    this.#retentionPeriodDays = options.retentionPeriodDays ?? 1
  }

  override literal(value: string): Sql {
    return literal(value)
  }

  protected override columnType(type: AirbyteType): Sql {
    return columnTypes[resolveUnion(type).type].definition
  }

  protected override typeName(type: AirbyteType): string {
    return columnTypes[resolveUnion(type).type].name
  }

  protected override metaColumnTypes(): MetaColumnTypes {
    return {
      [rawColumns.rawId]: {
        type: sql`TEXT`,
        definition: sql`TEXT COLLATE 'utf8' NOT NULL`,
        name: 'VARCHAR NOT NULL',
      },
      [rawColumns.extractedAt]: {
        type: sql`TIMESTAMP_TZ`,
        definition: sql`TIMESTAMP_TZ NOT NULL`,
        name: 'TIMESTAMP_TZ NOT NULL',
      },
      [rawColumns.meta]: { type: sql`VARIANT`, definition: sql`VARIANT NOT NULL`, name: 'VARIANT NOT NULL' },
      [rawColumns.generationId]: { type: sql`INTEGER`, definition: sql`INTEGER`, name: 'NUMBER' },
    }
  }

  protected override rawColumnDefinitions(): readonly Sql[] {
    return [
      sql`${this.quote(rawColumns.rawId)} VARCHAR PRIMARY KEY`,
      sql`${this.quote(rawColumns.extractedAt)} TIMESTAMP_TZ DEFAULT CURRENT_TIMESTAMP()`,
      sql`${this.quote(rawColumns.loadedAt)} TIMESTAMP_TZ DEFAULT NULL`,
      sql`${this.quote(rawColumns.data)} VARIANT`,
      sql`${this.quote(rawColumns.meta)} VARIANT DEFAULT NULL`,
      sql`${this.quote(rawColumns.generationId)} INTEGER DEFAULT NULL`,
    ]
  }

  /** Airbyte's own columns come first, as the Java connector has them. */
  protected override finalColumnDefinitions(stream: StreamConfig): ReadonlyMap<string, Sql> {
    const definitions = [...super.finalColumnDefinitions(stream)]
    const [own, meta] = [
      definitions.slice(0, stream.columns.length),
      definitions.slice(stream.columns.length),
    ]
    return new Map([...meta, ...own])
  }

  protected override rawTableOptions(): Sql {
    return sql` DATA_RETENTION_TIME_IN_DAYS = ${this.#retentionPeriodDays}`
  }

  protected override finalTableOptions(): Sql {
    return this.rawTableOptions()
  }

  /** DROP SCHEMA would take along whatever others have made in it meanwhile, so an empty schema stays. */
  override dropNamespace(): SqlBatch {
    return []
  }

  /** EXISTS is documented only behind WHERE. https://docs.snowflake.com/en/user-guide/querying-subqueries */
  protected override hasRows(rows: Sql): Sql {
    return sql`((SELECT COUNT(*) FROM (${rows} LIMIT 1)) > 0)`
  }

  protected override epochMicroseconds(time: Sql): Sql {
    return sql`DATE_PART(EPOCH_MICROSECOND, ${time})`
  }

  protected override rawText(key: string): Sql {
    return sql`${readKey(key)}::TEXT`
  }

  protected override isUnprocessed(): Sql {
    return sql`${this.quote(rawColumns.loadedAt)} = ${markedNow}`
  }

  protected override typingPrelude(): readonly Sql[] {
    const format = this.literal('YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM')
    return [sql`SET ${loadedAtVariable} = TO_CHAR(CURRENT_TIMESTAMP(), ${format})`]
  }

  protected override markAsLoaded(stream: StreamConfig): Sql {
    const loadedAt = this.quote(rawColumns.loadedAt)
    return sql`UPDATE ${this.rawTableSql(stream)}\nSET ${loadedAt} = ${markedNow}\nWHERE ${loadedAt} IS NULL`
  }

  protected override typingTransaction(stream: StreamConfig, statements: readonly Sql[]): SqlTransaction {
    return [...this.typingPrelude(), this.markAsLoaded(stream), ...statements]
  }

  protected override selectTypedRows(stream: StreamConfig, source: RawRows): Sql {
    return selectTypedRows(stream, source)
  }

  protected override selectNewestPerKey(stream: StreamConfig, rows: Sql): Sql {
    const key = joinSql(this.layout(stream).primaryKey, ', ')
    return sql`SELECT *\nFROM (\n${rows}\n) AS typed\nQUALIFY ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY ${this.newestFirst(stream)}) = 1`
  }

  /** None: making a table would commit the transaction. */
  protected override createStagedTable(): readonly Sql[] {
    return []
  }

  protected override dropStagedTable(): readonly Sql[] {
    return []
  }

  protected override mergeStagedRows(stream: StreamConfig, _staged: Sql, rows: Sql): readonly Sql[] {
    return [
      mergeRows({
        rows,
        target: this.finalTableSql(stream),
        layout: this.layout(stream),
        extractedAt: this.finalMeta(rawColumns.extractedAt),
        rawId: this.finalMeta(rawColumns.rawId),
      }),
    ]
  }

  /** Final tables have no lower case in their names. */
  protected override softResetTable(stream: StreamConfig): TableName {
    const { namespace, name } = super.softResetTable(stream)
    return { namespace, name: name.toUpperCase() }
  }

  /** The new name needs its schema, or the table would move to the session's. */
  protected override renameTable(table: TableName, name: string): Sql {
    return sql`ALTER TABLE ${this.table(table)} RENAME TO ${this.table({ ...table, name })}`
  }

  /** Not in one transaction, since DROP would commit it. Rows that an earlier attempt took in are left out. */
  override absorbTemporaryRawTable(stream: StreamConfig): SqlBatch {
    const columns = joinSql(
      Object.values(rawColumns).map((column) => this.quote(column)),
      ', ',
    )
    const rawId = this.quote(rawColumns.rawId)
    const table = this.rawTableSql(stream)
    const temporary = this.rawTableSql(stream, '_airbyte_tmp')
    return [
      [
        sql`INSERT INTO ${table} (${columns})\nSELECT ${columns}\nFROM ${temporary}\nWHERE ${rawId} NOT IN (SELECT ${rawId} FROM ${table})`,
      ],
      [sql`DROP TABLE IF EXISTS ${temporary}`],
    ]
  }

  /**
   * Statement by statement: each commits, and each may be done again after a break. The deletions of the old
   * rows go first, so that a break leaves none of them to the new rows.
   */
  override replaceRawTable(stream: StreamConfig): SqlBatch {
    const deletions = this.deletionsTable(stream)
    return [
      ...(deletions === undefined ? [] : this.dropTable(deletions)),
      ...separately(super.replaceRawTable(stream)),
    ]
  }

  override indexDeletions(stream: StreamConfig): SqlBatch {
    return separately(super.indexDeletions(stream))
  }

  override createRawTable(...options: Parameters<BaseSqlGenerator['createRawTable']>): SqlBatch {
    return separately(super.createRawTable(...options))
  }

  override createFinalTable(stream: StreamConfig): SqlBatch {
    return separately(super.createFinalTable(stream))
  }

  override addRawColumns(...options: Parameters<BaseSqlGenerator['addRawColumns']>): SqlBatch {
    return separately(super.addRawColumns(...options))
  }

  /**
   * With the same columns the table stays and its rows are replaced in one transaction: grants, streams and
   * policies on it stay as well. Other columns need another table, which takes over the grants and then the
   * place; until that, the old rows are there for readers, and the columns tell the next sync to go on.
   */
  override rebuildFinalTable(stream: StreamConfig, current: ColumnTypes): SqlBatch {
    const rows: RawRows = {
      table: this.rawTableSql(stream),
      conditions: [sql`${this.quote(rawColumns.loadedAt)} IS NOT NULL`],
    }
    const expected = this.finalTableColumns(stream)
    const isSame =
      current.size === expected.size && [...expected].every(([name, type]) => current.get(name) === type)
    const final = this.finalTable(stream)
    const forgotten = this.forgetDeletions(stream)
    return isSame
      ? [
          ...forgotten,
          this.typingTransaction(stream, [this.#overwrite(stream, rows), ...this.keepAllDeletions(stream)]),
          ...separately([this.markFinal(stream, final)]),
        ]
      : [...forgotten, ...this.#rebuildBeside(stream, rows, current)]
  }

  #overwrite(stream: StreamConfig, rows: RawRows): Sql {
    const list = joinSql(this.layout(stream).columns, ',\n  ')
    return sql`INSERT OVERWRITE INTO ${this.finalTableSql(stream)} (\n  ${list}\n)\n${this.selectFinalRows(stream, rows)}`
  }

  #rebuildBeside(stream: StreamConfig, rows: RawRows, current: ColumnTypes): SqlBatch {
    const fresh = this.softResetTable(stream)
    const [table, final] = [this.table(fresh), this.finalTableSql(stream)]
    return [
      [sql`DROP TABLE IF EXISTS ${table}`],
      [sql`CREATE TABLE ${table} LIKE ${final} COPY GRANTS`],
      ...separately([this.#changeColumns(stream, table, current)]),
      ...separately([this.markFinal(stream, fresh)]),
      this.typingTransaction(stream, [
        this.insertTyped(stream, rows, table),
        ...this.keepAllDeletions(stream),
      ]),
      // A swap that is done twice undoes itself; then the old columns tell the next sync to build anew.
      [sql`ALTER TABLE ${final} SWAP WITH ${table}`],
      [sql`DROP TABLE IF EXISTS ${table}`],
    ]
  }

  /** New names come first, since a table must have a column at any time. */
  #changeColumns(stream: StreamConfig, table: Sql, current: ColumnTypes): readonly Sql[] {
    const expected = this.finalTableColumns(stream)
    const definitions = this.finalColumnDefinitions(stream)
    const add = (name: string) =>
      sql`ALTER TABLE ${table} ADD COLUMN ${definitions.get(name) ?? this.quote(name)}`
    const changed = [...expected.keys()].filter(
      (name) => current.has(name) && current.get(name) !== expected.get(name),
    )
    const added = [...expected.keys()].filter((name) => !current.has(name))
    const dropped = [...current.keys()].filter((name) => current.get(name) !== expected.get(name))
    return [
      ...added.map(add),
      ...dropped.map((name) => sql`ALTER TABLE ${table} DROP COLUMN ${this.quote(name)}`),
      ...changed.map(add),
    ]
  }

  /** A comment on a column that belongs to Airbyte: comments of users on the table stay theirs. */
  protected override markFinal(stream: StreamConfig, table: TableName): readonly Sql[] {
    const column = sql`${this.table(table)}.${this.finalMeta(rawColumns.rawId)}`
    return [sql`COMMENT ON COLUMN ${column} IS ${this.literal(this.finalMark(stream))}`]
  }

  override markFinalTable(stream: StreamConfig): SqlBatch {
    return separately(super.markFinalTable(stream))
  }

  protected override isMarked(stream: StreamConfig): Sql {
    return this.hasRows(this.#selectMark(stream, sql`= ${this.literal(this.finalMark(stream))}`))
  }

  /**
   * A table of the Java connector has no mark; there, the rows themselves tell. The mark is asked in the same
   * FROM, so that a table that has one is not read.
   */
  protected override isDeduplicated(stream: StreamConfig): Sql {
    const key = joinSql(this.layout(stream).primaryKey, ', ')
    const otherMark = this.literal(`${markPrefix}%`)
    const marked = this.#selectMark(stream, sql`LIKE ${otherMark}`)
    const unmarked = sql`(SELECT COUNT(*) AS marks FROM (${marked}))`
    const duplicates = sql`SELECT 1 FROM ${this.finalTableSql(stream)} CROSS JOIN ${unmarked} AS found WHERE found.marks = 0 GROUP BY ${key} HAVING COUNT(*) > 1`
    return sql`(${this.isMarked(stream)} OR NOT ${this.hasRows(marked)} AND NOT ${this.hasRows(duplicates)})`
  }

  #selectMark(stream: StreamConfig, condition: Sql): Sql {
    const { namespace, name } = this.finalTable(stream)
    return sql`SELECT 1 FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ${this.literal(namespace)} AND TABLE_NAME = ${this.literal(name)} AND COLUMN_NAME = ${this.literal(this.finalMetaName(rawColumns.rawId))} AND COMMENT ${condition}`
  }

  /** The first raw tables hold the record as a VARIANT that may be a text. */
  override importFirstRawTable(stream: StreamConfig): SqlBatch {
    const columns = [rawColumns.rawId, rawColumns.extractedAt, rawColumns.data].map((name) =>
      this.quote(name),
    )
    return [
      [
        sql`INSERT INTO ${this.rawTableSql(stream)} (${joinSql(columns, ', ')})
SELECT "_AIRBYTE_AB_ID", "_AIRBYTE_EMITTED_AT", PARSE_JSON("_AIRBYTE_DATA"::TEXT)
FROM ${this.firstRawRows(stream)}`,
      ],
    ]
  }
}

/** Each statement by itself, for DDL. */
function separately(batch: SqlBatch): SqlBatch {
  return batch.flatMap((statements) => statements.map((statement) => [statement]))
}
