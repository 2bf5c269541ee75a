import { createIdentifierCutter, type NamingRules, standardName } from 'landfall/sdk'

/** NAMEDATALEN - 1. The server cuts longer names without a word. */
const maxIdentifierBytes = 63

/** https://www.postgresql.org/docs/current/limits.html */
const maxColumns = 1600

const cut = createIdentifierCutter(maxIdentifierBytes)

/** Case is kept in final names; raw names are lower case, as the Java connector's unquoted DDL made them. */
export const postgresNaming: NamingRules = {
  finalNamespace: (name) => cut(standardName(name)),
  finalName: (name) => cut(standardName(name)),
  rawNamespace: (name) => cut(standardName(name)).toLowerCase(),
  rawName: (name) => cut(standardName(name)).toLowerCase(),
  columnName: (key, suffix = '') => {
    const name = cut(standardName(key + suffix))
    return { name, canonicalName: name }
  },
  maxIdentifierBytes,
  maxColumns,
}
