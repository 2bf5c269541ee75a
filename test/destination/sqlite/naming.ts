import { createIdentifierCutter, type NamingRules, standardName } from 'landfall/sdk'

/** SQLite sets no limit; longer names only make trouble for the tools that read the file. */
const maxIdentifierBytes = 255

const cut = createIdentifierCutter(maxIdentifierBytes)
const tableName = (name: string) => cut(standardName(name))

/** SQLite keeps the case of names but compares them without it: `Users` and `users` are one table. */
export const sqliteNaming: NamingRules = {
  finalNamespace: tableName,
  finalName: tableName,
  rawNamespace: tableName,
  rawName: tableName,
  canonicalTableName: (name) => name.toLowerCase(),
  columnName: (key, suffix = '') => {
    const name = cut(standardName(key)).slice(0, maxIdentifierBytes - suffix.length) + suffix
    return { name, canonicalName: name.toLowerCase() }
  },
  maxIdentifierBytes,
  /** Typing selects two values per column, and a SELECT has at most 2000. https://sqlite.org/limits.html */
  maxColumns: 990,
}
