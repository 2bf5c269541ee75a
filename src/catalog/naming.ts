/**
 * How a warehouse spells names. Functions take the catalog's own spelling and return a name that the
 * warehouse stores unchanged when it is quoted; they never quote.
 */
export interface NamingRules {
  finalNamespace(name: string): string
  finalName(name: string): string
  rawNamespace(name: string): string
  rawName(name: string): string
  /** `suffix` is `_1`, `_2`... where columns collide; it must survive the cut to the longest name. */
  columnName(key: string, suffix?: string): { readonly name: string; readonly canonicalName: string }
  /**
   * A namespace or table name as the warehouse compares it, for warehouses where two spellings are one
   * table although names are quoted. Default: names are compared as they are.
   */
  canonicalTableName?(name: string): string
  /** Longest identifier in UTF-8 bytes. */
  readonly maxIdentifierBytes: number
  /** Most columns that a table may have, bookkeeping columns included. */
  readonly maxColumns: number
}
