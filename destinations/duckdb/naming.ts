import { createIdentifierCutter, type NamingRules, standardName } from 'landfall/sdk'

/** DuckDB has no limit of its own; longer names only make trouble for the tools that read the file. */
const maxIdentifierBytes = 255

/** DuckDB has no limit either. Beyond this, a table stops being useful and typing gets slow. */
const maxColumns = 10_000

const cut = createIdentifierCutter(maxIdentifierBytes)

const tableName = (name: string) => cut(standardName(name))

/** The engine has databases of these names, from which schemas could not be told. */
const engineDatabases: readonly string[] = ['temp', 'system']

const namespaceName = (name: string) => {
  const plain = tableName(name)
  return engineDatabases.includes(plain.toLowerCase()) ? `${plain}_` : plain
}

/**
 * DuckDB keeps the case of names but compares them without it: `Users` and `users` are one table. The
 * planner sees such pairs collide by their canonical names.
 * https://duckdb.org/docs/stable/sql/dialect/keywords_and_identifiers
 */
export const duckDbNaming: NamingRules = {
  finalNamespace: namespaceName,
  finalName: tableName,
  rawNamespace: namespaceName,
  rawName: tableName,
  canonicalTableName: (name) => name.toLowerCase(),
  columnName: (key, suffix = '') => {
    const name = cut(standardName(key + suffix))
    return { name, canonicalName: name.toLowerCase() }
  },
  maxIdentifierBytes,
  maxColumns,
}
