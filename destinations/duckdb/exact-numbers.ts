import { quoteLiteral, type Sql, sql } from 'landfall/sdk'

/*
 * DuckDB's JSON functions read real numbers as doubles and write them anew: `0.12345678901234567890`
 * comes out as `0.12345678901234568`. Integers of any length stay exact. So a document with a real number
 * that a double may not hold is changed before it is parsed: every number becomes a string between two
 * marks. What comes out of the parser then has the marks taken off again, digits untouched. The mark is
 * the row's raw id, which the destination made after the record was written, so no record contains it.
 */

/** Real numbers of more than 15 significant digits may differ from the double that is nearest. */
const exactDigits = 15

/** A number that starts a value: after `:`, `[` or `,`. Matches inside strings only make a row slower. */
const delicateNumber = `[:,\\[][ \\t\\r\\n]*(?:${[
  // Exponents may leave the range of doubles, or hide digits.
  '-?[0-9]+(?:\\.[0-9]+)?[eE]',
  // Negative zero, which would become zero.
  '-0[ \\t\\r\\n]*[,\\]}]',
  `-?[0-9]{${exactDigits + 1},}\\.`,
  ...Array.from(
    { length: exactDigits },
    (_, index) => `-?[0-9]{${index + 1}}\\.[0-9]{${exactDigits - index}}`,
  ),
].join('|')})`

const stringOrNumber = '"(?:[^"\\\\]|\\\\.)*"|-?[0-9][-+.0-9eE]*'

/** Control characters cannot occur in JSON text except as escapes. */
const opening = sql`chr(1)`
const closing = sql`chr(2)`

/**
 * Whether the document's numbers would change. The pattern is quick and errs towards yes (17 digits are
 * what a double that was printed in full has); then the document is written anew and compared.
 */
export function hasDelicateNumbers(data: Sql): Sql {
  return sql`CASE WHEN regexp_matches(${data}, ${quoteLiteral(delicateNumber)}) THEN json(${data})::VARCHAR <> ${data}::VARCHAR ELSE FALSE END`
}

/** The document with every number as a string between two marks. */
export function markNumbers(data: Sql, mark: Sql): Sql {
  const tokens = sql`regexp_replace(${data}, ${quoteLiteral(stringOrNumber)}, chr(1) || '\\0' || chr(2), 'g')`
  const strings = sql`replace(replace(${tokens}, ${opening} || '"', '"'), '"' || ${closing}, '"')`
  return sql`replace(replace(${strings}, ${opening}, '"' || ${mark}), ${closing}, ${mark} || '"')`
}

/** Takes the marks off a value from a marked document, be it a bare number or JSON text with numbers in it. */
export function unmarkNumbers(value: Sql, mark: Sql): Sql {
  return sql`replace(replace(replace(${value}, '"' || ${mark}, ''), ${mark} || '"', ''), ${mark}, '')`
}
