import { rawColumns } from '../catalog/meta-columns.ts'
import { joinSql, type Sql, type SqlBatch, type SqlTransaction, sql } from './sql.ts'
import type { TableName } from './sql-generator.ts'

/** The columns of a rejects table; names and times as in the raw table. */
export const rejectsColumns = {
  rawId: rawColumns.rawId,
  /** Null where the record's time is beyond the years that databases know. */
  extractedAt: rawColumns.extractedAt,
  /** When the destination refused the record. */
  rejectedAt: '_airbyte_rejected_at',
  /** For people: why. */
  reason: '_airbyte_reason',
  /** The record's JSON, or its beginning where it is very long. */
  data: rawColumns.data,
  /** Length of the whole JSON. */
  dataBytes: '_airbyte_data_bytes',
  /** The record's own `meta.changes` as JSON, or their beginning where they are very many; null where it had none. */
  changes: '_airbyte_changes',
  syncId: '_airbyte_sync_id',
  generationId: rawColumns.generationId,
} as const

/** A record that the destination could not store. */
export type RejectedRow = {
  readonly rawId: string
  /** ISO 8601 in UTC. */
  readonly extractedAt: string | undefined
  readonly reason: string
  readonly data: string
  readonly dataBytes: number
  readonly changes: string | undefined
  readonly syncId: bigint
  readonly generationId: bigint
}

export type ColumnTypeName = 'string' | 'integer' | 'timestamp_with_timezone'

/** What a dialect tells of itself. */
export type RejectsDialect = {
  readonly quote: (name: string) => Sql
  readonly table: (name: TableName) => Sql
  readonly literal: (value: string) => Sql
  readonly columnType: (type: ColumnTypeName) => Sql
  /** The type as CAST spells it. */
  readonly castType: (type: ColumnTypeName) => Sql
  readonly epochMicroseconds: (time: Sql) => Sql
  /** The moment at which a statement runs. */
  readonly now: Sql
  /** What CREATE TABLE ends with. */
  readonly tableOptions: Sql
}

/** The table beside a raw table that keeps what could not be stored, with the statements about it. */
export class RejectsTable {
  readonly name: TableName
  readonly #dialect: RejectsDialect
  readonly #table: Sql

  constructor(name: TableName, dialect: RejectsDialect) {
    this.name = name
    this.#dialect = dialect
    this.#table = dialect.table(name)
  }

  #castType(type: ColumnTypeName): Sql {
    return this.#dialect.castType(type)
  }

  /** Only ever called with the first rejected record; changes nothing where the table is there. */
  create(): SqlBatch {
    const { quote, columnType, tableOptions } = this.#dialect
    const definitions = Object.values(rejectsColumns).map(
      (name) => sql`${quote(name)} ${columnType(columnTypes[name])}`,
    )
    const columns = joinSql(definitions, ',\n  ')
    return [[sql`CREATE TABLE IF NOT EXISTS ${this.#table} (\n  ${columns}\n)${tableOptions}`]]
  }

  /** May run again: a row that is there is not added a second time. */
  insert(rows: readonly RejectedRow[]): SqlTransaction {
    const { quote } = this.#dialect
    const columns = joinSql(Object.values(rejectsColumns).map(quote), ', ')
    return rows.map(
      (row) => sql`INSERT INTO ${this.#table} (${columns})
SELECT ${joinSql(this.#values(row), ', ')}
FROM (SELECT 1 AS one) AS one
WHERE NOT EXISTS (SELECT 1 FROM ${this.#table} WHERE ${quote(rejectsColumns.rawId)} = ${this.#dialect.literal(row.rawId)})`,
    )
  }

  #values(row: RejectedRow): readonly Sql[] {
    const { literal } = this.#dialect
    const text = (value: string | undefined) =>
      sql`CAST(${value === undefined ? sql`NULL` : literal(value)} AS ${this.#castType('string')})`
    const time =
      row.extractedAt === undefined
        ? sql`NULL`
        : sql`CAST(${literal(row.extractedAt)} AS ${this.#castType('timestamp_with_timezone')})`
    return [
      text(row.rawId),
      time,
      this.#dialect.now,
      text(row.reason),
      text(row.data),
      sql`${row.dataBytes}`,
      text(row.changes),
      sql`${row.syncId}`,
      sql`${row.generationId}`,
    ]
  }

  /**
   * A page of rows in the order of their raw ids, without those of generations that a full refresh has
   * replaced. Columns: those of the table without the times, `extracted_at_microseconds` since the epoch,
   * and `rejected_at` as text.
   */
  selectPage(page: {
    readonly minimumGenerationId: bigint
    /** The last raw id of the page before. */
    readonly after: string | undefined
    readonly rows: number
  }): Sql {
    const { quote, literal, epochMicroseconds } = this.#dialect
    const { rawId, extractedAt, rejectedAt, reason, data, dataBytes, changes, syncId, generationId } =
      rejectsColumns
    const plain = [rawId, reason, data, dataBytes, changes, syncId, generationId].map(quote)
    const after = page.after === undefined ? sql`` : sql`\n  AND ${quote(rawId)} > ${literal(page.after)}`
    return sql`SELECT
  ${joinSql(plain, ',\n  ')},
  CAST(${epochMicroseconds(quote(extractedAt))} AS ${this.#castType('integer')}) AS extracted_at_microseconds,
  CAST(${quote(rejectedAt)} AS ${this.#castType('string')}) AS rejected_at
FROM ${this.#table}
WHERE ${quote(generationId)} >= ${page.minimumGenerationId}${after}
ORDER BY ${quote(rawId)}
LIMIT ${page.rows}`
  }

  delete(rawIds: readonly string[]): SqlTransaction {
    const { quote, literal } = this.#dialect
    const list = joinSql(rawIds.map(literal), ', ')
    return [sql`DELETE FROM ${this.#table}\nWHERE ${quote(rejectsColumns.rawId)} IN (${list})`]
  }
}

const columnTypes: Record<RejectsColumn, ColumnTypeName> = {
  [rejectsColumns.rawId]: 'string',
  [rejectsColumns.extractedAt]: 'timestamp_with_timezone',
  [rejectsColumns.rejectedAt]: 'timestamp_with_timezone',
  [rejectsColumns.reason]: 'string',
  [rejectsColumns.data]: 'string',
  [rejectsColumns.dataBytes]: 'integer',
  [rejectsColumns.changes]: 'string',
  [rejectsColumns.syncId]: 'integer',
  [rejectsColumns.generationId]: 'integer',
}

type RejectsColumn = (typeof rejectsColumns)[keyof typeof rejectsColumns]
