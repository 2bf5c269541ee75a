import { joinSql, type Sql, type SqlBatch, type SqlTransaction, sql } from './sql.ts'
import type { TableName } from './sql-generator.ts'

/** The columns of a leases table. Times are microseconds since the epoch, by the server's clock. */
export const leasesColumns = {
  /** A UUID of the sync's process. */
  holder: '_airbyte_holder',
  /** For people: where it runs. */
  host: '_airbyte_host',
  /** JSON: the names of the raw tables that it writes to, all in the namespace of the leases table. */
  tables: '_airbyte_raw_tables',
  since: '_airbyte_since',
  expires: '_airbyte_expires',
} as const

export type Lease = { readonly holder: string; readonly host: string; readonly tables: readonly string[] }

/** What a dialect tells of itself. */
export type LeasesDialect = {
  readonly quote: (name: string) => Sql
  readonly table: (name: TableName) => Sql
  readonly literal: (value: string) => Sql
  readonly textType: Sql
  readonly integerType: Sql
  /** The present moment as microseconds since the epoch. */
  readonly now: Sql
}

/** Statements about who writes to the raw tables of a namespace, for warehouses whose locks end with a statement. */
export class LeasesTable {
  readonly name: TableName
  readonly #dialect: LeasesDialect
  readonly #table: Sql

  constructor(namespace: string, dialect: LeasesDialect) {
    this.name = { namespace, name: '_airbyte_leases' }
    this.#dialect = dialect
    this.#table = dialect.table(this.name)
  }

  /** Changes nothing where the table is there. */
  create(): SqlBatch {
    const { quote, textType, integerType } = this.#dialect
    const { holder, host, tables, since, expires } = leasesColumns
    const definitions = [
      ...[holder, host, tables].map((name) => sql`${quote(name)} ${textType}`),
      ...[since, expires].map((name) => sql`${quote(name)} ${integerType}`),
    ]
    return [[sql`CREATE TABLE IF NOT EXISTS ${this.#table} (\n  ${joinSql(definitions, ',\n  ')}\n)`]]
  }

  insert({ holder, host, tables }: Lease, microseconds: number): SqlTransaction {
    const { quote, literal, now } = this.#dialect
    const columns = joinSql(Object.values(leasesColumns).map(quote), ', ')
    const values = joinSql([holder, host, JSON.stringify(tables)].map(literal), ', ')
    return [sql`INSERT INTO ${this.#table} (${columns})\nSELECT ${values}, ${now}, ${now} + ${microseconds}`]
  }

  /** Every lease, with the server's time as `now_microseconds`. */
  select(): Sql {
    const { quote, now } = this.#dialect
    const columns = Object.values(leasesColumns).map(quote)
    return sql`SELECT\n  ${joinSql([...columns, sql`${now} AS now_microseconds`], ',\n  ')}\nFROM ${this.#table}`
  }

  renew(holder: string, microseconds: number): SqlTransaction {
    const { quote, literal, now } = this.#dialect
    return [
      sql`UPDATE ${this.#table}\nSET ${quote(leasesColumns.expires)} = ${now} + ${microseconds}\nWHERE ${quote(leasesColumns.holder)} = ${literal(holder)}`,
    ]
  }

  delete(holder: string): SqlTransaction {
    const { quote, literal } = this.#dialect
    return [sql`DELETE FROM ${this.#table}\nWHERE ${quote(leasesColumns.holder)} = ${literal(holder)}`]
  }

  /** Leases that have expired; one that was renewed a moment ago stays. */
  deleteExpired(holders: readonly string[]): SqlTransaction {
    const { quote, literal, now } = this.#dialect
    const { holder, expires } = leasesColumns
    const list = joinSql(holders.map(literal), ', ')
    return [
      sql`DELETE FROM ${this.#table}\nWHERE ${quote(holder)} IN (${list})\n  AND ${quote(expires)} < ${now}`,
    ]
  }
}
