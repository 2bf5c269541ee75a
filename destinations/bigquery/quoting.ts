import type { Sql } from 'landfall/sdk'

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#quoted_identifiers */
export function quoteName(name: string): Sql {
  return trusted(`\`${escapeText(name).replaceAll('`', '\\`')}\``)
}

/**
 * A text in single quotes. Backslashes are escapes and a line must not break inside.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#string_and_bytes_literals
 */
export function quoteText(text: string): Sql {
  return trusted(`'${escapeText(text).replaceAll("'", "\\'")}'`)
}

/**
 * The path of one key of a document's top level. Inside the quotes only a quote is special: ZetaSQL takes a
 * backslash for itself, unless a quote follows.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#JSONPath_format
 */
export function jsonPath(key: string): Sql {
  return quoteText(`$."${key.replaceAll('"', '\\"')}"`)
}

function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replace(controlCharacters, (character) => {
      const code = character.codePointAt(0) ?? 0
      return `\\u${code.toString(16).padStart(4, '0')}`
    })
}

/** Line separators of Unicode too, which some tools take for the end of a line. */
const controlCharacters = /[\p{Cc}\u2028\u2029]/gu

/** The one place where a string that was not written here becomes SQL: everything special is escaped above. */
function trusted(text: string): Sql {
  return text as Sql
}
