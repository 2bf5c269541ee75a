import { quoteEncoded } from './identifiers.ts'
import { existingObject, missingObject } from './snowflake-error.ts'

export type CatalogColumn = {
  readonly name: string
  /** In Snowflake's words, as DESCRIBE reports it, with precision. */
  readonly type: string
  readonly isNullable: boolean
  readonly comment: string | null
}

export type CatalogTable = {
  readonly schema: string
  readonly name: string
  columns: CatalogColumn[]
  retentionDays: number
  /** Privileges on the table by their grantee; SWAP exchanges them. */
  grants: string[]
  /** Files that COPY has loaded: it never loads one twice. */
  loadedFiles: Set<string>
}

/** What exists, with its exact names. DDL is never part of a transaction, so this need not be either. */
export class Catalog {
  readonly schemas = new Set<string>(['PUBLIC', 'INFORMATION_SCHEMA'])
  readonly stages = new Set<string>()
  readonly #tables = new Map<string, CatalogTable>()

  find(schema: string, name: string): CatalogTable | undefined {
    return this.#tables.get(key(schema, name))
  }

  get(schema: string, name: string): CatalogTable {
    if (!this.schemas.has(schema)) throw missingObject('Schema', schema)
    const table = this.find(schema, name)
    if (table === undefined) throw missingObject('Object', `${schema}.${name}`)
    return table
  }

  add(table: CatalogTable): void {
    if (!this.schemas.has(table.schema)) throw missingObject('Schema', table.schema)
    if (this.find(table.schema, table.name)) throw existingObject(`${table.schema}.${table.name}`)
    this.#tables.set(key(table.schema, table.name), table)
  }

  drop(table: CatalogTable): void {
    this.#tables.delete(key(table.schema, table.name))
  }

  dropSchema(schema: string): void {
    this.schemas.delete(schema)
    for (const table of this.tables) if (table.schema === schema) this.drop(table)
  }

  get tables(): readonly CatalogTable[] {
    return [...this.#tables.values()]
  }

  /** INFORMATION_SCHEMA.COLUMNS as a table of DuckDB. */
  columnsTable(): string {
    const text = (value: string | null) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`)
    const rows = this.tables.flatMap(({ schema, name, columns }) =>
      columns.map((column) => `(${[schema, name, column.name, column.comment].map(text).join(', ')})`),
    )
    const names = ['TABLE_SCHEMA', 'TABLE_NAME', 'COLUMN_NAME', 'COMMENT']
    const list = rows.length > 0 ? rows.join(', ') : '(NULL, NULL, NULL, NULL)'
    const aliases = names.map((name, index) => `CAST(col${index} AS VARCHAR) AS ${quoteEncoded(name)}`)
    return `CREATE OR REPLACE TABLE ${quoteEncoded('INFORMATION_SCHEMA')}.${quoteEncoded('COLUMNS')} AS SELECT ${aliases.join(', ')} FROM (VALUES ${list})`
  }
}

function key(schema: string, name: string): string {
  return `${schema}\u0000${name}`
}
