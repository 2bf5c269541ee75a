import {
  joinSql,
  quoteIdentifier,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  sql,
  type TableName,
} from 'landfall/sdk'
import { literal } from './literal.ts'

/**
 * Says of final tables what their rows are unique by: a table in the schema of the raw tables. Redshift keeps comments
 * on columns, too, but its catalog cannot be asked for them in one statement with the rows of tables.
 * https://docs.aws.amazon.com/redshift/latest/dg/c_join_PG.html
 */
export class MarksTable {
  readonly name: TableName
  readonly #table: Sql

  /** @param namespace that of the raw tables */
  constructor(namespace: string) {
    this.name = { namespace, name: '_airbyte_marks' }
    this.#table = sql`${quoteIdentifier(namespace)}.${quoteIdentifier(this.name.name)}`
  }

  /** Changes nothing where the table is there. */
  create(): SqlTransaction {
    const definitions = [
      sql`${columns.namespace} varchar(127)`,
      sql`${columns.name} varchar(127)`,
      sql`${columns.mark} varchar(65535)`,
    ]
    return [sql`CREATE TABLE IF NOT EXISTS ${this.#table} (\n  ${joinSql(definitions, ',\n  ')}\n)`]
  }

  /** In a transaction of its own, which waits for those of other streams: the table is one for all of them. */
  write(table: TableName, mark: string): SqlBatch {
    const values = joinSql([table.namespace, table.name, mark].map(literal), ', ')
    return [
      this.create(),
      [
        sql`LOCK ${this.#table}`,
        sql`DELETE FROM ${this.#table}\nWHERE ${isOf(table)}`,
        sql`INSERT INTO ${this.#table} (${joinSql(Object.values(columns), ', ')})\nVALUES (${values})`,
      ],
    ]
  }

  /** A row where the table has this mark, or any at all. */
  select(table: TableName, mark?: string): Sql {
    const isSame = mark === undefined ? sql`` : sql` AND ${columns.mark} = ${literal(mark)}`
    return sql`SELECT 1 FROM ${this.#table} WHERE ${isOf(table)}${isSame}`
  }

  drop(): Sql {
    return sql`DROP TABLE IF EXISTS ${this.#table}`
  }
}

const columns = {
  namespace: quoteIdentifier('_airbyte_namespace'),
  name: quoteIdentifier('_airbyte_name'),
  mark: quoteIdentifier('_airbyte_mark'),
}

function isOf({ namespace, name }: TableName): Sql {
  return sql`${columns.namespace} = ${literal(namespace)} AND ${columns.name} = ${literal(name)}`
}
