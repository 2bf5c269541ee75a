import type { NamingRules } from './naming.ts'

/** Every name as the catalog has it, without limits: for destinations that have no tables. */
export const identityNaming: NamingRules = {
  finalNamespace: (name) => name,
  finalName: (name) => name,
  rawNamespace: (name) => name,
  rawName: (name) => name,
  columnName: (key, suffix = '') => ({ name: key + suffix, canonicalName: key + suffix }),
  maxIdentifierBytes: Number.POSITIVE_INFINITY,
  maxColumns: Number.POSITIVE_INFINITY,
}
