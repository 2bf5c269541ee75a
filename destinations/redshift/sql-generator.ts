import {
  type AirbyteType,
  BaseSqlGenerator,
  type BaseSqlGeneratorOptions,
  type ColumnTypes,
  cdcDeletedAtKey,
  finalMetaColumns,
  joinSql,
  type MetaColumnTypes,
  type NamingRules,
  type RawRows,
  rawColumns,
  resolveUnion,
  type Sql,
  type SqlBatch,
  type StreamConfig,
  sql,
} from 'landfall/sdk'
import { literal } from './literal.ts'
import { MarksTable } from './marks-table.ts'
import { mergeStagedRows } from './merge-staged-rows.ts'
import { redshiftNaming } from './naming.ts'
import { readKey, selectTypedRows } from './select-typed-rows.ts'
import { isPresent, toText } from './typed-value.ts'
import { columnTypes, longestVarcharBytes } from './types.ts'

export type RedshiftSqlGeneratorOptions = BaseSqlGeneratorOptions & {
  /** DROP ... CASCADE: views and other dependent objects go with a table or a column that is replaced. */
  readonly dropCascade?: boolean
}

/** The rank of a row among those of its key. */
const rank = sql`"_airbyte_rank"`

/**
 * Amazon Redshift. It has no indexes, no ON CONFLICT, no DISTINCT ON, and no IS DISTINCT FROM; TRUNCATE commits; names
 * of the catalog cannot be asked for in one statement with the rows of tables.
 * https://docs.aws.amazon.com/redshift/latest/dg/c_redshift-and-postgres-sql.html
 */
export class RedshiftSqlGenerator extends BaseSqlGenerator {
  readonly naming: NamingRules = redshiftNaming
  readonly #dropCascade: boolean

  constructor(options: RedshiftSqlGeneratorOptions = {}) {
    super(options)
    this.#dropCascade = options.dropCascade ?? false
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
      [rawColumns.rawId]: { type: sql`varchar(36)`, definition: sql`varchar(36) NOT NULL`, name: 'varchar' },
      [rawColumns.extractedAt]: {
        type: sql`timestamptz`,
        definition: sql`timestamptz NOT NULL`,
        name: 'timestamptz',
      },
      [rawColumns.meta]: { type: sql`super`, definition: sql`super NOT NULL`, name: 'super' },
      [rawColumns.generationId]: { type: sql`bigint`, definition: sql`bigint`, name: 'int8' },
    }
  }

  /** The Java connector's, in its order. */
  protected override rawColumnDefinitions(): readonly Sql[] {
    return [
      sql`${this.quote(rawColumns.rawId)} varchar(36)`,
      sql`${this.quote(rawColumns.extractedAt)} timestamptz DEFAULT GETDATE()`,
      sql`${this.quote(rawColumns.loadedAt)} timestamptz`,
      sql`${this.quote(rawColumns.data)} super NOT NULL`,
      sql`${this.quote(rawColumns.meta)} super NULL`,
      sql`${this.quote(rawColumns.generationId)} bigint NULL`,
    ]
  }

  /** CURRENT_TIMESTAMP runs on the leader node only. https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions_leader_node_only.html */
  protected override now(): Sql {
    return sql`GETDATE()`
  }

  /** EXTRACT(EPOCH ...) has whole seconds. */
  protected override epochMicroseconds(time: Sql): Sql {
    return microsecondsSince1970(sql`${time} AT TIME ZONE 'UTC'`)
  }

  protected override differs(column: Sql, value: bigint): Sql {
    return sql`(${column} <> ${value} OR ${column} IS NULL)`
  }

  protected override rawText(key: string): Sql {
    return toText(readKey(key))
  }

  protected override isDeletion(): Sql {
    return isPresent(readKey(cdcDeletedAtKey))
  }

  protected override isMarked(stream: StreamConfig): Sql {
    return this.hasRows(marksOf(stream).select(this.finalTable(stream), this.finalMark(stream)))
  }

  /** A table of the Java connector has no mark; there, the rows themselves tell. */
  protected override isDeduplicated(stream: StreamConfig): Sql {
    const key = joinSql(this.#keyParts(stream), ', ')
    const anyMark = this.hasRows(marksOf(stream).select(this.finalTable(stream)))
    const duplicates = sql`SELECT 1 FROM ${this.finalTableSql(stream)} GROUP BY ${key} HAVING COUNT(*) > 1`
    return sql`(${this.isMarked(stream)} OR NOT ${anyMark} AND NOT ${this.hasRows(duplicates)})`
  }

  /** After what it says is true: a break in between leaves an older mark, and the next sync builds the table anew. */
  override markFinalTable(stream: StreamConfig): SqlBatch {
    return marksOf(stream).write(this.finalTable(stream), this.finalMark(stream))
  }

  override createFinalTable(stream: StreamConfig): SqlBatch {
    return [...super.createFinalTable(stream), ...this.markFinalTable(stream)]
  }

  override dropNamespace(namespace: string): SqlBatch {
    return [[new MarksTable(namespace).drop(), ...super.dropNamespace(namespace).flat()]]
  }

  /**
   * A COPY that commits between the first look at the raw table and the mark on its rows would break the isolation of
   * the transaction; the lock makes either wait for the other.
   * https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
   */
  protected override typingPrelude(stream: StreamConfig): readonly Sql[] {
    return [sql`LOCK ${this.rawTableSql(stream)}`]
  }

  protected override createStagedTable(name: Sql, rows: Sql): readonly Sql[] {
    return [sql`CREATE TEMPORARY TABLE ${name} AS\n${rows}`]
  }

  protected override selectTypedRows(stream: StreamConfig, source: RawRows): Sql {
    return selectTypedRows(stream, source)
  }

  protected override selectNewestPerKey(stream: StreamConfig, rows: Sql): Sql {
    const key = joinSql(this.#keyParts(stream), ', ')
    return sql`SELECT *
FROM (
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY ${this.newestFirst(stream)}) AS ${rank}
FROM (
${rows}
) AS typed
) AS ranked
WHERE ${rank} = 1`
  }

  protected override newestFirst(stream: StreamConfig): Sql {
    const { cursor } = this.layout(stream)
    const parts = [
      ...(cursor === undefined ? [] : [sql`${this.#comparable(stream, cursor, cursor)} DESC NULLS LAST`]),
      sql`${this.finalMeta(rawColumns.extractedAt)} DESC`,
      sql`${this.finalMeta(rawColumns.rawId)} DESC`,
    ]
    return joinSql(parts, ', ')
  }

  protected override mergeStagedRows(stream: StreamConfig, staged: Sql): readonly Sql[] {
    return mergeStagedRows({
      staged,
      target: this.finalTableSql(stream),
      layout: this.layout(stream),
      comparable: (table, column) => this.#comparable(stream, column, sql`${table}.${column}`),
      comparableKey: (table, column) => this.#comparableKey(stream, column, sql`${table}.${column}`),
    })
  }

  #keyParts(stream: StreamConfig): readonly Sql[] {
    return this.layout(stream).primaryKey.map((column) => this.#comparableKey(stream, column, column))
  }

  /** Of two SUPER values of different types the comparison is NULL, and there is no order: their texts have one. */
  #comparable(stream: StreamConfig, column: Sql, value: Sql): Sql {
    return this.#isOfType(stream, column, 'super') ? toText(value) : value
  }

  /**
   * Blanks at the end of a VARCHAR do not count in comparisons, so that `a` would be the same key as `a `. Where
   * something stands behind them, they do.
   * https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html#r_Character_types-varchar-or-character-varying
   */
  #comparableKey(stream: StreamConfig, column: Sql, value: Sql): Sql {
    const comparable = this.#comparable(stream, column, value)
    const isText =
      this.#isOfType(stream, column, 'super') || this.#isOfType(stream, column, 'character varying')
    return isText ? sql`(${comparable} || '.')` : comparable
  }

  #isOfType(stream: StreamConfig, column: Sql, name: string): boolean {
    const type = stream.columns.find(({ id }) => this.quote(id.name) === column)?.type
    return type !== undefined && this.typeName(type) === name
  }

  protected override dropBehavior(): Sql {
    return this.#dropCascade ? sql` CASCADE` : sql``
  }

  /**
   * The table stays and its rows are replaced, so that grants on it and late-binding views stay too. Airbyte's own
   * columns cannot be NULL, and such a column cannot be added: where one of them differs, a new table takes the place.
   */
  override rebuildFinalTable(stream: StreamConfig, current: ColumnTypes): SqlBatch {
    const expected = this.finalTableColumns(stream)
    const isMetaSame = finalMetaColumns.every((name) => current.get(name) === expected.get(name))
    if (!isMetaSame) return [...super.rebuildFinalTable(stream, current), ...this.markFinalTable(stream)]
    const table = this.finalTableSql(stream)
    const staged = this.stagedTable(stream)
    const list = joinSql(this.layout(stream).columns, ',\n  ')
    const rows = this.selectFinalRows(stream, { table: this.rawTableSql(stream), conditions: [] })
    return [
      ...this.forgetDeletions(stream),
      [
        ...this.typingPrelude(stream),
        sql`CREATE TEMPORARY TABLE ${staged} AS\n${rows}`,
        sql`DELETE FROM ${table}`,
        ...this.#changeColumns(stream, current),
        sql`INSERT INTO ${table} (\n  ${list}\n)\nSELECT\n  ${list}\nFROM ${staged}`,
        ...this.dropStagedTable(staged),
        ...this.keepAllDeletions(stream),
        this.markAsLoaded(stream),
      ],
      ...this.markFinalTable(stream),
    ]
  }

  /** The table is empty to this transaction, so that no value has to be converted. */
  #changeColumns(stream: StreamConfig, current: ColumnTypes): readonly Sql[] {
    const table = this.finalTableSql(stream)
    const expected = this.finalTableColumns(stream)
    const definitions = this.finalColumnDefinitions(stream)
    const dropped = [...current.keys()].filter((name) => current.get(name) !== expected.get(name))
    const added = [...expected.keys()].filter((name) => current.get(name) !== expected.get(name))
    return [
      ...dropped.map(
        (name) => sql`ALTER TABLE ${table} DROP COLUMN ${this.quote(name)}${this.dropBehavior()}`,
      ),
      ...added.map(
        (name) => sql`ALTER TABLE ${table} ADD COLUMN ${definitions.get(name) ?? this.quote(name)}`,
      ),
    ]
  }

  /** The first raw tables hold the record as SUPER that may be a text. */
  override importFirstRawTable(stream: StreamConfig): SqlBatch {
    const columns = joinSql(
      [rawColumns.rawId, rawColumns.extractedAt, rawColumns.data].map((name) => this.quote(name)),
      ', ',
    )
    const data = this.quote(rawColumns.data)
    const parsed = sql`CASE WHEN JSON_TYPEOF(${data}) = 'string' THEN JSON_PARSE(CAST(${data} AS varchar(${longestVarcharBytes}))) ELSE ${data} END`
    return [
      [
        sql`INSERT INTO ${this.rawTableSql(stream)} (${columns})
SELECT "_airbyte_ab_id", "_airbyte_emitted_at", ${parsed}
FROM ${this.firstRawRows(stream)}`,
      ],
    ]
  }
}

function marksOf({ id }: StreamConfig): MarksTable {
  return new MarksTable(id.rawNamespace)
}

/** @param time a TIMESTAMP in UTC */
export function microsecondsSince1970(time: Sql): Sql {
  return sql`DATEDIFF(microsecond, CAST('1970-01-01 00:00:00' AS timestamp), ${time})`
}
