import { createIdentifierCutter, type NamingRules, standardName } from 'landfall/sdk'

/** NAMEDATALEN - 1. The server cuts longer names without a word. */
const maxIdentifierBytes = 63

/** https://www.postgresql.org/docs/current/limits.html */
const maxColumns = 1600

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
  // Suffixes are fitted into PostgreSQL's own limit, so a lower one leaves them room.
  const cutRaw =
    maximumLength < maxIdentifierBytes ? createIdentifierCutter(maximumLength - longestSuffixes) : cut
  return {
    finalNamespace: (name) => cut(standardName(name)),
    finalName: (name) => cut(standardName(name)),
    rawNamespace: (name) => cut(standardName(name)).toLowerCase(),
    rawName: (name) => cutRaw(standardName(name)).toLowerCase(),
    columnName: (key, suffix = '') => {
      const name = cut(standardName(key + suffix))
      return { name, canonicalName: hasCaseSensitiveColumns ? name : name.toLowerCase() }
    },
    maxIdentifierBytes: maximumLength,
    maxColumns: maximumColumns,
  }
}

export const postgresNaming: NamingRules = createPostgresNaming()
