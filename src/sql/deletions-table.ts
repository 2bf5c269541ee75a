import { rawColumns } from '../catalog/meta-columns.ts'
import { joinSql, type Sql, sql } from './sql.ts'

export type DeletionsTableOptions = {
  readonly table: Sql
  readonly raw: Sql
  /** The first part of the primary key, as text out of a raw row. */
  readonly key: Sql
  /** Holds for a raw row that says its row was deleted at the source. */
  readonly isDeletion: Sql
  /** Holds for a raw row that was not typed yet. */
  readonly isNew: Sql
  readonly drop: Sql
  /** See `rowPlace` of the dialect. */
  readonly rowPlace: Sql | undefined
  readonly quote: (name: string) => Sql
}

/** Whom a deletion is about, in a column of its own, so that no document is parsed to find it. */
const keyColumn = '_airbyte_deleted_key'

/**
 * Copies of the raw rows that are deletions and were typed. Without it, finding the earlier deletions of a
 * few changed keys would read and parse the whole raw table in every sync.
 */
export class DeletionsTable {
  readonly #options: DeletionsTableOptions

  constructor(options: DeletionsTableOptions) {
    this.#options = options
  }

  /** From a raw table of any age; the one time that it is read as a whole. */
  create(): readonly Sql[] {
    const { table, drop } = this.#options
    const isLoaded = sql`${this.#options.quote(rawColumns.loadedAt)} IS NOT NULL`
    return [drop, sql`CREATE TABLE ${table} AS\n${this.#select(isLoaded)}`]
  }

  /** Before raw rows are marked as loaded: those that are typed now. */
  keepNew(): readonly Sql[] {
    return [this.#insert(this.#options.isNew)]
  }

  /** For a final table that is filled anew, maybe by another key than before. */
  keepAll(): readonly Sql[] {
    return [sql`DELETE FROM ${this.#options.table}\nWHERE TRUE`, this.#insert(undefined)]
  }

  /** New raw rows, and the earlier deletions of their keys; takes a table's place behind FROM. */
  besideNewRows(): Sql {
    const { table, raw, isNew } = this.#options
    const columns = this.#rawColumns()
    return sql`(
          SELECT ${columns}
          FROM ${raw}
          WHERE ${isNew}
          UNION ALL
          SELECT ${columns}
          FROM ${table}
          WHERE ${this.#isOfNewRow()}
        ) AS source`
  }

  #isOfNewRow(): Sql {
    const { table, raw, key, isNew, rowPlace, quote } = this.#options
    const keyOf = quote(keyColumn)
    if (rowPlace === undefined) {
      return sql`${keyOf} IN (
            SELECT ${key}
            FROM ${raw}
            WHERE ${isNew}
          )`
    }
    return sql`${rowPlace} IN (
            SELECT ${rowPlace}
            FROM ${table}
            WHERE ${keyOf} IN (
              SELECT ${key}
              FROM ${raw}
              WHERE ${isNew}
            )
          )`
  }

  #insert(condition: Sql | undefined): Sql {
    const { table, quote } = this.#options
    return sql`INSERT INTO ${table} (${this.#rawColumns()}, ${quote(keyColumn)})\n${this.#select(condition)}`
  }

  #select(condition: Sql | undefined): Sql {
    const { raw, key, isDeletion, quote } = this.#options
    const where = condition === undefined ? isDeletion : sql`${condition}\n  AND ${isDeletion}`
    return sql`SELECT ${this.#rawColumns()}, ${key} AS ${quote(keyColumn)}\nFROM ${raw}\nWHERE ${where}`
  }

  #rawColumns(): Sql {
    return joinSql(
      Object.values(rawColumns).map((name) => this.#options.quote(name)),
      ', ',
    )
  }
}
