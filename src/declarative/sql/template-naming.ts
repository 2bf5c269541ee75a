import { createIdentifierCutter } from '../../catalog/identifier-cutter.ts'
import type { NamingRules } from '../../catalog/naming.ts'
import { standardName } from '../../catalog/standard-name.ts'
import type { DialectTexts } from '../manifest.ts'

/** Letters, digits and underscores, cut to what the server takes. */
export function createTemplateNaming({
  maximum_length: maxIdentifierBytes,
  maximum_columns: maxColumns,
  case_sensitive_columns: isCaseSensitive,
}: DialectTexts['naming']): NamingRules {
  const cut = createIdentifierCutter(maxIdentifierBytes)
  const tableName = (name: string) => cut(standardName(name))
  return {
    finalNamespace: tableName,
    finalName: tableName,
    rawNamespace: tableName,
    rawName: tableName,
    columnName: (key, suffix = '') => {
      const name = cut(standardName(key)).slice(0, maxIdentifierBytes - suffix.length) + suffix
      return { name, canonicalName: isCaseSensitive ? name : name.toLowerCase() }
    },
    // Whether the server compares names without case is its administrator's choice, and may change when it moves.
    canonicalTableName: (name) => name.toLowerCase(),
    maxIdentifierBytes,
    maxColumns,
  }
}
