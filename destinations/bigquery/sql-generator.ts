import {
  type AirbyteType,
  BaseSqlGenerator,
  type BaseSqlGeneratorOptions,
  type ColumnTypes,
  type CreateTableOptions,
  type FinalTableLayout,
  finalMetaColumns,
  joinSql,
  type MetaColumnTypes,
  markPrefix,
  type NamingRules,
  type RawRows,
  type RawTableSuffix,
  rawColumns,
  resolveUnion,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  type StreamConfig,
  sql,
} from 'landfall/sdk'
import { clusterColumns } from './layout.ts'
import { beingRebuilt, isClusteredFor, markedColumn, markIs, setMark } from './mark.ts'
import { comparable, comparableCursor, mergeStagedRows } from './merge-staged-rows.ts'
import { bigQueryNaming } from './naming.ts'
import { quoteName, quoteText } from './quoting.ts'
import { rawJson, selectTypedRows } from './select-typed-rows.ts'
import { columnTypes } from './types.ts'

export type BigQuerySqlGeneratorOptions = BaseSqlGeneratorOptions & {
  /** Where datasets are created. Default: `US`. */
  readonly location?: string
}

/** The oldest raw row that typing has not seen. Set by `typingPrelude`. */
const unprocessedSince = sql`unprocessed_since`

const quotedExtractedAt = quoteName(rawColumns.extractedAt)
const quotedLoadedAt = quoteName(rawColumns.loadedAt)

/**
 * GoogleSQL. Statements about tables cannot be part of a transaction here, so each stands alone, and their
 * order leaves something behind at every point that the next sync goes on from.
 * https://cloud.google.com/bigquery/docs/transactions
 */
export class BigQuerySqlGenerator extends BaseSqlGenerator {
  readonly naming: NamingRules = bigQueryNaming
  readonly #location: string

  constructor(options: BigQuerySqlGeneratorOptions = {}) {
    super(options)
    this.#location = options.location ?? 'US'
  }

  override quote(name: string): Sql {
    return quoteName(name)
  }

  override literal(value: string): Sql {
    return quoteText(value)
  }

  protected override columnType(type: AirbyteType): Sql {
    return columnTypes[resolveUnion(type).type].definition
  }

  protected override typeName(type: AirbyteType): string {
    return columnTypes[resolveUnion(type).type].name
  }

  protected override metaColumnTypes(): MetaColumnTypes {
    return {
      [rawColumns.rawId]: { type: sql`STRING`, definition: sql`STRING NOT NULL`, name: 'STRING' },
      [rawColumns.extractedAt]: {
        type: sql`TIMESTAMP`,
        definition: sql`TIMESTAMP NOT NULL`,
        name: 'TIMESTAMP',
      },
      [rawColumns.meta]: { type: sql`JSON`, definition: sql`JSON NOT NULL`, name: 'JSON' },
      [rawColumns.generationId]: { type: sql`INT64`, definition: sql`INT64`, name: 'INTEGER' },
    }
  }

  /** The record and its meta are texts: a JSON column would round the record's numbers. */
  protected override rawColumnDefinitions(): readonly Sql[] {
    return [
      sql`${quoteName(rawColumns.rawId)} STRING`,
      sql`${quotedExtractedAt} TIMESTAMP`,
      sql`${quotedLoadedAt} TIMESTAMP`,
      sql`${quoteName(rawColumns.data)} STRING`,
      sql`${quoteName(rawColumns.meta)} STRING`,
      sql`${quoteName(rawColumns.generationId)} INT64`,
    ]
  }

  protected override rawTableOptions(): Sql {
    return sql`
PARTITION BY RANGE_BUCKET(${quoteName(rawColumns.generationId)}, GENERATE_ARRAY(0, 10000, 5))
CLUSTER BY ${quotedExtractedAt}`
  }

  protected override finalTableOptions(stream: StreamConfig): Sql {
    const columns = joinSql(clusterColumns(stream).map(quoteName), ', ')
    return sql`\nPARTITION BY DATE(${quotedExtractedAt})\nCLUSTER BY ${columns}`
  }

  protected override finalColumnDefinitions(stream: StreamConfig): ReadonlyMap<string, Sql> {
    const definitions = super.finalColumnDefinitions(stream)
    const ordered = new Map(
      [...finalMetaColumns, ...definitions.keys()].map((name) => [name, definitions.get(name) ?? sql``]),
    )
    return ordered.set(rawColumns.rawId, markedColumn(this.finalMark(stream)))
  }

  /** Bookkeeping columns come first, as in the Java connector's tables. */
  protected override layout(stream: StreamConfig): FinalTableLayout {
    const layout = super.layout(stream)
    const columns = [...finalMetaColumns, ...stream.columns.map(({ id }) => id.name)].map(quoteName)
    return { ...layout, columns }
  }

  override createNamespace(namespace: string): SqlBatch {
    const location = quoteText(this.#location)
    return [[sql`CREATE SCHEMA IF NOT EXISTS ${quoteName(namespace)}\nOPTIONS (location = ${location})`]]
  }

  override createRawTable(
    stream: StreamConfig,
    suffix: RawTableSuffix,
    options: CreateTableOptions = {},
  ): SqlBatch {
    const verb = options.replace === true ? sql`CREATE OR REPLACE TABLE` : sql`CREATE TABLE`
    const columns = joinSql(this.rawColumnDefinitions(), ',\n  ')
    return [[sql`${verb} ${this.rawTableSql(stream, suffix)} (\n  ${columns}\n)${this.rawTableOptions()}`]]
  }

  protected override rawText(key: string): Sql {
    return sql`COALESCE(JSON_VALUE(${rawJson(key)}), ${rawJson(key)})`
  }

  /**
   * Raw tables keep every record ever sent, clustered by the time of extraction. A statement reads, and is
   * billed for, the rows since the oldest new one, and not the whole history.
   */
  protected override typingPrelude(stream: StreamConfig): readonly Sql[] {
    const table = this.rawTableSql(stream)
    return [
      sql`DECLARE ${unprocessedSince} TIMESTAMP DEFAULT (
  SELECT MIN(${quotedExtractedAt})
  FROM ${table}
  WHERE ${quotedLoadedAt} IS NULL
)`,
    ]
  }

  protected override isUnprocessed(): Sql {
    return sql`${quotedLoadedAt} IS NULL AND ${quotedExtractedAt} >= ${unprocessedSince}`
  }

  protected override now(): Sql {
    return sql`CURRENT_TIMESTAMP()`
  }

  protected override epochMicroseconds(time: Sql): Sql {
    return sql`UNIX_MICROS(${time})`
  }

  protected override selectTypedRows(stream: StreamConfig, source: RawRows): Sql {
    return selectTypedRows(stream, source)
  }

  /** QUALIFY wants a WHERE beside it: https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#qualify_clause */
  protected override selectNewestPerKey(stream: StreamConfig, rows: Sql): Sql {
    const key = joinSql(
      stream.primaryKey.map((column) => comparable(stream, column, quoteName(column.name))),
      ', ',
    )
    return sql`SELECT *
FROM (
${rows}
) AS typed
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY ${this.newestFirst(stream)}) = 1`
  }

  protected override newestFirst(stream: StreamConfig): Sql {
    const { cursor } = stream
    const parts = [
      ...(cursor === undefined
        ? []
        : [sql`${comparableCursor(stream, cursor, quoteName(cursor.name))} DESC NULLS LAST`]),
      sql`${quotedExtractedAt} DESC`,
      sql`${quoteName(rawColumns.rawId)} DESC`,
    ]
    return joinSql(parts, ', ')
  }

  /** Temporary tables are the only ones that a transaction may make. */
  protected override createStagedTable(name: Sql, rows: Sql): readonly Sql[] {
    return [sql`CREATE TEMP TABLE ${name} AS\n${rows}`]
  }

  protected override mergeStagedRows(stream: StreamConfig, staged: Sql): readonly Sql[] {
    const final = this.finalTableSql(stream)
    return [mergeStagedRows({ stream, layout: this.layout(stream), final, staged })]
  }

  override markFinalTable(stream: StreamConfig): SqlBatch {
    return [[setMark(this.finalTableSql(stream), this.finalMark(stream))]]
  }

  protected override isMarked(stream: StreamConfig): Sql {
    return markIs(this.finalTable(stream), sql`description = ${quoteText(this.finalMark(stream))}`)
  }

  /** A table of the Java connector is taken over as it is; one that was appended to in between carries a mark. */
  protected override isDeduplicated(stream: StreamConfig): Sql {
    const table = this.finalTable(stream)
    const isOurs = markIs(table, sql`STARTS_WITH(description, ${quoteText(markPrefix)})`)
    return sql`(
    ${this.isMarked(stream)}
    OR (NOT ${isOurs} AND ${isClusteredFor(stream, table)})
  )`
  }

  override selectFinalTableState(stream: StreamConfig): Sql {
    const table = this.finalTableSql(stream)
    const isWhole = sql`NOT ${markIs(this.finalTable(stream), sql`description = ${quoteText(beingRebuilt)}`)}`
    const isDeduplicated =
      stream.postImportAction === 'dedupe' ? sql`${isWhole} AND ${this.isDeduplicated(stream)}` : isWhole
    return sql`SELECT
  NOT EXISTS (SELECT 1 FROM ${table}) AS is_empty,
  ${hasOtherGeneration(stream, table)} AS has_other_generation,
  ${isDeduplicated} AS is_deduplicated,
  ${this.isMarked(stream)} AS is_marked`
  }

  /** The rows change hands in one transaction; only then the empty table goes. */
  override absorbTemporaryRawTable(stream: StreamConfig): SqlBatch {
    const [[insert = sql``, drop = sql``] = []] = super.absorbTemporaryRawTable(stream)
    return [[insert, sql`DELETE FROM ${this.rawTableSql(stream, '_airbyte_tmp')}\nWHERE TRUE`], [drop]]
  }

  /** Statements about tables, each alone. The old table of deletions goes first: one of another raw table is worse than none. */
  override replaceRawTable(stream: StreamConfig): SqlBatch {
    const deletions = this.deletionsTable(stream)
    return [
      ...(deletions === undefined ? [] : this.dropTable(deletions)),
      ...super.replaceRawTable(stream).flatMap(eachAlone),
    ]
  }

  override indexDeletions(stream: StreamConfig): SqlBatch {
    return super.indexDeletions(stream).flatMap(eachAlone)
  }

  /**
   * A truncate sync without a change of columns exchanges the rows in one transaction, so that everything
   * that is attached to the table stays. Otherwise a new table takes the old one's place in one statement.
   * The mark is set first: whatever fails then, the next sync fills the table anew from all raw rows.
   */
  override rebuildFinalTable(stream: StreamConfig, current: ColumnTypes): SqlBatch {
    const table = this.finalTableSql(stream)
    const rows: RawRows = { table: this.rawTableSql(stream), conditions: [] }
    const bookkeeping = [...this.keepAllDeletions(stream), this.markAsLoaded(stream)]
    const prelude = this.typingPrelude(stream)
    if (stream.isTruncate && hasSameColumns(current, this.finalTableColumns(stream))) {
      const exchange = [sql`TRUNCATE TABLE ${table}`, this.#insertFinal(stream, rows)]
      return [
        ...this.forgetDeletions(stream),
        [...prelude, ...exchange, ...bookkeeping],
        ...this.markFinalTable(stream),
      ]
    }
    // A table of strangers has no column for the mark, and is filled anew for want of columns anyway.
    const mark = current.has(rawColumns.rawId) ? [[setMark(table, beingRebuilt)]] : []
    return [
      ...this.forgetDeletions(stream),
      ...mark,
      [...prelude, ...bookkeeping],
      [this.#createFilled(stream, rows)],
    ]
  }

  #insertFinal(stream: StreamConfig, rows: RawRows): Sql {
    const columns = joinSql(this.layout(stream).columns, ',\n  ')
    return sql`INSERT INTO ${this.finalTableSql(stream)} (\n  ${columns}\n)\n${this.selectFinalRows(stream, rows)}`
  }

  #createFilled(stream: StreamConfig, rows: RawRows): Sql {
    const definitions = joinSql([...this.finalColumnDefinitions(stream).values()], ',\n  ')
    return sql`CREATE OR REPLACE TABLE ${this.finalTableSql(stream)} (\n  ${definitions}\n)${this.finalTableOptions(stream)}
AS
${this.selectFinalRows(stream, rows)}`
  }

  override addRawColumns(stream: StreamConfig, suffix: RawTableSuffix, missing: readonly string[]): SqlBatch {
    const types = new Map<string, Sql>([
      [rawColumns.meta, sql`STRING`],
      [rawColumns.generationId, sql`INT64`],
    ])
    const table = this.rawTableSql(stream, suffix)
    return missing.flatMap((name) => {
      const type = types.get(name)
      return type === undefined ? [] : [[sql`ALTER TABLE ${table} ADD COLUMN ${quoteName(name)} ${type}`]]
    })
  }
}

/** Whether the table holds a row of another generation; asked only where that matters. */
function hasOtherGeneration(stream: StreamConfig, table: Sql): Sql {
  if (!stream.isTruncate) return sql`FALSE`
  return sql`EXISTS (SELECT 1 FROM ${table} WHERE ${quoteName(rawColumns.generationId)} IS DISTINCT FROM ${stream.generationId})`
}

function eachAlone(transaction: SqlTransaction): SqlBatch {
  return transaction.map((statement) => [statement])
}

function hasSameColumns(current: ColumnTypes, expected: ColumnTypes): boolean {
  return current.size === expected.size && [...expected].every(([name, type]) => current.get(name) === type)
}
