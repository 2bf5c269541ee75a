import {
  type AirbyteType,
  type BaseSqlGeneratorOptions,
  type ColumnTypes,
  finalMetaColumns,
  joinSql,
  type MetaColumnTypes,
  markPrefix,
  type NamingRules,
  type RawRows,
  rawColumns,
  resolveUnion,
  type Sql,
  type SqlBatch,
  type StreamConfig,
  sql,
  type TableName,
} from 'landfall/sdk'
import { changeColumns } from './change-columns.ts'
import { createFilledTable, typesInParallel } from './filled-table.ts'
import { finalIndexes, hasIndexNamed, hasIndexOn } from './indexes.ts'
import { readMark, writeMark } from './mark.ts'
import { mergeStagedRows } from './merge-staged-rows.ts'
import { postgresNaming } from './naming.ts'
import { PostgresRawTables } from './raw-tables.ts'
import type { PostgresDialect } from './relative.ts'
import { checkedTypes, type SelectTypedRowsOptions, selectTypedRows } from './select-typed-rows.ts'
import { createTryCast, firstVersionWithInputCheck } from './try-cast.ts'
import { columnDefinition, columnTypes, reportedName } from './types.ts'

export type PostgresSqlGeneratorOptions = BaseSqlGeneratorOptions & {
  /** NUMBER columns without a limit of digits, instead of numeric(38, 9). */
  readonly unconstrainedNumber?: boolean
  /** DROP ... CASCADE: views and other dependent objects go with a table that is replaced. */
  readonly dropCascade?: boolean
  /**
   * The server's `server_version_num`. From 160000 on, `pg_input_is_valid` checks values; below, a
   * function with an exception block per value does. Default: 160000.
   */
  readonly serverVersion?: number
  /** What a relative of PostgreSQL spells in another way. */
  readonly dialect?: PostgresDialect
}

/** PostgreSQL 12 to 18, and its relatives. */
export class PostgresSqlGenerator extends PostgresRawTables {
  readonly naming: NamingRules
  readonly makesTablesWithRows = true
  readonly #dialect: PostgresDialect
  readonly #unconstrainedNumber: boolean
  readonly #dropCascade: boolean
  readonly #hasInputCheck: boolean

  constructor(options: PostgresSqlGeneratorOptions = {}) {
    super(options)
    this.#dialect = options.dialect ?? {}
    this.naming = this.#dialect.naming ?? postgresNaming
    this.#unconstrainedNumber = options.unconstrainedNumber ?? false
    this.#dropCascade = options.dropCascade ?? false
    this.#hasInputCheck = (options.serverVersion ?? firstVersionWithInputCheck) >= firstVersionWithInputCheck
  }

  protected override columnType(type: AirbyteType): Sql {
    const resolved = resolveUnion(type).type
    const own = this.#dialect.types?.[resolved]?.definition
    return own ?? columnDefinition(resolved, this.#unconstrainedNumber)
  }

  protected override typeName(type: AirbyteType): string {
    const resolved = resolveUnion(type).type
    const { name } = this.#dialect.types?.[resolved] ?? columnTypes[resolved]
    return reportedName(this.columnType(type), name)
  }

  protected override metaColumnTypes(): MetaColumnTypes {
    return {
      [rawColumns.rawId]: { type: sql`varchar(36)`, definition: sql`varchar(36) NOT NULL`, name: 'varchar' },
      [rawColumns.extractedAt]: {
        type: sql`timestamptz`,
        definition: sql`timestamptz NOT NULL`,
        name: 'timestamptz',
      },
      [rawColumns.meta]: { type: sql`jsonb`, definition: sql`jsonb NOT NULL`, name: 'jsonb' },
      [rawColumns.generationId]: { type: sql`bigint`, definition: sql`bigint`, name: 'int8' },
    }
  }

  protected override finalIndexes(stream: StreamConfig, table: TableName): readonly Sql[] {
    return this.#finalIndexes(stream, table).map(({ create }) => create)
  }

  #finalIndexes(stream: StreamConfig, table: TableName) {
    return finalIndexes(table, this.layout(stream), this.naming.maxIdentifierBytes)
  }

  /** To build an index over rows costs a fifth of what it costs to keep it up with each of them. */
  #fillWithoutIndexes(stream: StreamConfig, insert: readonly Sql[]): readonly Sql[] {
    const table = this.finalTable(stream)
    const creates = this.finalIndexes(stream, table)
    if (creates.length === 0) return insert
    return [...this.#finalIndexes(stream, table).map(({ drop }) => drop), ...insert, ...creates]
  }

  /**
   * A table of the Java connector has no mark, and one that was restored without its comments has lost it; there, the
   * index that only deduplicated tables have tells: the Java connector's by its columns, our own by its name.
   */
  protected override isDeduplicated(stream: StreamConfig): Sql {
    const table = this.finalTableSql(stream)
    const mark = readMark(table)
    const names = [...stream.primaryKey, ...(stream.cursor ? [stream.cursor] : [])].map(({ name }) => name)
    const [onKey] = this.#finalIndexes(stream, this.finalTable(stream))
    const isOurs = onKey === undefined ? [] : [hasIndexNamed(table, [onKey.name])]
    const isIndexed = [hasIndexOn(table, [...names, rawColumns.extractedAt]), ...isOurs]
    return sql`CASE
    WHEN ${mark} LIKE ${this.literal(`${markPrefix}%`)} THEN ${this.isMarked(stream)}
    ELSE ${joinSql(isIndexed, ' OR ')}
  END`
  }

  protected override markFinal(stream: StreamConfig, table: TableName): readonly Sql[] {
    return [writeMark(this.table(table), this.finalMark(stream))]
  }

  protected override isMarked(stream: StreamConfig): Sql {
    const mark = readMark(this.finalTableSql(stream))
    return sql`${mark} IS NOT DISTINCT FROM ${this.literal(this.finalMark(stream))}`
  }

  protected override createFilledFinalTable(stream: StreamConfig): SqlBatch {
    const final = this.finalTable(stream)
    const rows = this.selectFinalRows(stream, { table: this.rawTableSql(stream), conditions: [] })
    return [
      [
        ...this.typingPrelude(stream),
        typesInParallel,
        ...createFilledTable(this.table(final), this.#finalColumnTypes(stream), rows),
        ...this.finalIndexes(stream, final),
        ...this.markFinal(stream, final),
        this.markAsLoaded(stream),
        ...this.forgetUntyped(stream),
      ],
    ]
  }

  #finalColumnTypes(stream: StreamConfig): ReadonlyMap<string, Sql> {
    const types = this.metaColumnTypes()
    return new Map([
      ...stream.columns.map(({ id, type }) => [id.name, this.columnType(type)] as const),
      ...finalMetaColumns.map((name) => [name, types[name].type] as const),
    ])
  }

  /**
   * The table stays and only its rows are replaced, so that views, grants, comments and users' indexes stay
   * too. New rows are typed beside it first; readers wait only while they are copied over.
   */
  override rebuildFinalTable(stream: StreamConfig, current: ColumnTypes): SqlBatch {
    const table = this.finalTableSql(stream)
    const staged = this.stagedTable(stream)
    const list = joinSql(this.layout(stream).columns, ',\n  ')
    const rows = this.selectFinalRows(stream, { table: this.rawTableSql(stream), conditions: [] })
    return [
      [
        ...this.typingPrelude(stream),
        typesInParallel,
        sql`CREATE TEMPORARY TABLE ${staged} ON COMMIT DROP AS\n${rows}`,
        sql`TRUNCATE ${table}`,
        ...changeColumns(table, current, {
          expected: this.finalTableColumns(stream),
          definitions: this.finalColumnDefinitions(stream),
          dropBehavior: this.dropBehavior(),
        }),
        ...this.#fillWithoutIndexes(stream, [
          sql`INSERT INTO ${table} (\n  ${list}\n)\nSELECT\n  ${list}\nFROM ${staged}`,
        ]),
        ...this.markFinal(stream, this.finalTable(stream)),
        this.markAsLoaded(stream),
        ...this.forgetUntyped(stream),
      ],
    ]
  }

  protected override dropBehavior(): Sql {
    return this.#dropCascade ? sql` CASCADE` : sql``
  }

  /** One snapshot for all statements of a typing transaction: what was not typed must not be marked as loaded. */
  protected override typingPrelude(stream: StreamConfig): readonly Sql[] {
    return [
      sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`,
      // With the usual 4, a change of 1 % reads the whole final table instead of the index on its key.
      sql`SELECT set_config('random_page_cost', LEAST(current_setting('random_page_cost')::numeric, 1.1)::text, TRUE)`,
      // A typing statement is long: to compile it took two seconds, for a few rows as for many, and saved none.
      sql`SELECT set_config('jit', 'off', TRUE)`,
      ...(this.#hasInputCheck ? [] : checkedTypes(stream, this.#typedRowsOptions()).map(createTryCast)),
    ]
  }

  /** With its schema, so that no `search_path` can lead to another table of the name. */
  protected override stagedTable(stream: StreamConfig): Sql {
    return sql`pg_temp.${super.stagedTable(stream)}`
  }

  protected override createStagedTable(name: Sql, rows: Sql): readonly Sql[] {
    return [
      sql`CREATE TEMPORARY TABLE ${name} ON COMMIT DROP AS\n${rows}`,
      // Without statistics the planner takes a small batch for a large one and scans the final table.
      sql`ANALYZE ${name}`,
    ]
  }

  protected override dropStagedTable(): readonly Sql[] {
    return []
  }

  protected override selectNewestPerKey(stream: StreamConfig, rows: Sql): Sql {
    const key = joinSql(this.layout(stream).primaryKey, ', ')
    return sql`SELECT DISTINCT ON (${key}) *\nFROM (\n${rows}\n) AS typed\nORDER BY ${key}, ${this.newestFirst(stream)}`
  }

  protected override mergeStagedRows(stream: StreamConfig, staged: Sql): readonly Sql[] {
    return mergeStagedRows({ staged, target: this.finalTableSql(stream), layout: this.layout(stream) })
  }

  protected override selectTypedRows(stream: StreamConfig, source: RawRows): Sql {
    return selectTypedRows(stream, source, this.#typedRowsOptions())
  }

  #typedRowsOptions(): SelectTypedRowsOptions {
    return {
      hasInputCheck: this.#hasInputCheck,
      columnType: (type) => this.columnType(type),
      casts: this.#dialect.casts ?? {},
    }
  }
}
