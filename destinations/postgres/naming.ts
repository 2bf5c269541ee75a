import { createIdentifierCutter, type NamingRules, standardName, withSuffix } from 'landfall/sdk'

/** NAMEDATALEN - 1. The server cuts longer names without a word. */
const maxIdentifierBytes = 63

/** https://www.postgresql.org/docs/current/limits.html */
const maxColumns = 1600

/** Every table has these columns already. https://www.postgresql.org/docs/current/ddl-system-columns.html */
const systemColumns: ReadonlySet<string> = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'])

/** What the names of the tables beside a raw table add to its own, at most. */
const longestSuffixes = '_airbyte_tmp_airbyte_untyped'.length

export type PostgresNamingOptions = {
  readonly maximumLength?: number | undefined
  readonly maximumColumns?: number | undefined
  readonly hasCaseSensitiveColumns?: boolean | undefined
}

/** Case is kept in final names; raw names are lower case, as the Java connector's unquoted DDL made them. */
export function createPostgresNaming({
  maximumLength = maxIdentifierBytes,
  maximumColumns = maxColumns,
  hasCaseSensitiveColumns = true,
}: PostgresNamingOptions = {}): NamingRules {
  const cut = createIdentifierCutter(maximumLength)
  // Suffixes are fitted into PostgreSQL's own limit, so a lower one leaves them room. So little is left then that names
  // are kept apart by a hash; those of PostgreSQL itself are the Java connector's.
  const cutRaw =
    maximumLength < maxIdentifierBytes
      ? (name: string) => withSuffix(name, '', maximumLength - longestSuffixes)
      : cut
  return {
    finalNamespace: (name) => cut(standardName(name)),
    finalName: (name) => cut(standardName(name)),
    rawNamespace: (name) => cut(standardName(name)).toLowerCase(),
    rawName: (name) => cutRaw(standardName(name)).toLowerCase(),
    columnName: (key, suffix = '') => {
      const plain = cut(standardName(key + suffix))
      const name = systemColumns.has(plain) ? `_${plain}` : plain
      return { name, canonicalName: hasCaseSensitiveColumns ? name : name.toLowerCase() }
    },
    maxIdentifierBytes: maximumLength,
    maxColumns: maximumColumns,
  }
}

export const postgresNaming: NamingRules = createPostgresNaming()
