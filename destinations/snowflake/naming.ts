import type { NamingRules } from 'landfall/sdk'

/**
 * Characters of the longest identifier. https://docs.snowflake.com/en/sql-reference/identifiers-syntax
 * The same number serves as the limit in bytes of names with a suffix, which are never shown to users.
 */
const maxIdentifierLength = 255

/** Typing writes three expressions per column; a statement has room for about a megabyte of text. */
const maxColumns = 2000

/** A column cannot have these names even in quotes, by the rule of the Java connector. */
const reservedNames: ReadonlySet<string> = new Set([
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'CURRENT_USER',
  'LOCALTIME',
  'LOCALTIMESTAMP',
])

const rawName = (name: string) => cut(spellable(name))

const finalName = (name: string) => cut(spellable(name).toUpperCase())

/**
 * The Java connector's names: final ones in upper case, so that they can be written without quotes; raw ones
 * as they are. All are quoted in SQL. An account with QUOTED_IDENTIFIERS_IGNORE_CASE stores raw names in
 * upper case, so two that differ only in case collide.
 */
export const snowflakeNaming: NamingRules = {
  finalNamespace: finalName,
  finalName,
  rawNamespace: rawName,
  rawName,
  canonicalTableName: (name) => name.toUpperCase(),
  columnName: (key, suffix = '') => {
    const plain = spellable(key).toUpperCase()
    const free = reservedNames.has(plain) ? `_${plain}` : plain
    const name = cut(free, maxIdentifierLength - suffix.length) + suffix.toUpperCase()
    return { name, canonicalName: name }
  },
  maxIdentifierBytes: maxIdentifierLength,
  maxColumns,
}

/** `${` would start a variable in the scripts that the Java connector ran. Control characters cannot be in a name. */
function spellable(name: string): string {
  const visible = name.replaceAll(/\p{Cc}/gu, '_')
  return visible.includes('${') ? visible.replaceAll(/[${}]/g, '_') : visible
}

/** By characters, not by bytes: the Java connector cuts nothing, so what Snowflake takes must stay. */
function cut(name: string, length = maxIdentifierLength): string {
  return name.length <= length ? name : Array.from(name).slice(0, length).join('')
}
