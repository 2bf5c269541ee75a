import { createIdentifierCutter, type NamingRules, standardName } from 'landfall/sdk'

/** https://cloud.google.com/bigquery/quotas: datasets and tables have up to 1,024 characters. */
const maxIdentifierBytes = 1024

/** https://cloud.google.com/bigquery/docs/schemas#column_names */
const maxColumnBytes = 300

/** https://cloud.google.com/bigquery/quotas#standard_tables */
const maxColumns = 10_000

const cut = createIdentifierCutter(maxIdentifierBytes)

/** A suffix must survive the cut, so that columns that collide stay apart. */
const columnOf = (key: string, suffix: string) => {
  const cutKey = createIdentifierCutter(maxColumnBytes - Buffer.byteLength(suffix) - 1)
  return cutKey(standardName(key)) + suffix
}

/** Datasets that start with an underscore are hidden from lists. */
const namespaceName = (name: string) => {
  const plain = standardName(name)
  return cut(/^[A-Za-z0-9]/.test(plain) ? plain : `n${plain}`)
}

const startWithLetter = (name: string) => (/^[A-Za-z_]/.test(name) ? name : `_${name}`)

const tableName = (name: string) => cut(startWithLetter(standardName(name)))

/**
 * BigQuery keeps these beginnings, in any case, for itself.
 * https://cloud.google.com/bigquery/docs/schemas#column_names
 */
const reservedBeginning = /^(_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER|_CHANGE_)/i

/** Tables keep their case; columns keep it too, but are compared without it. */
export const bigQueryNaming: NamingRules = {
  finalNamespace: namespaceName,
  finalName: tableName,
  rawNamespace: namespaceName,
  rawName: tableName,
  columnName: (key, suffix = '') => {
    const plain = startWithLetter(columnOf(key, suffix))
    const name = reservedBeginning.test(plain) ? `_${plain}` : plain
    return { name, canonicalName: name.toLowerCase() }
  },
  maxIdentifierBytes,
  maxColumns,
}
