import { quoteLiteral, type Sql, sql } from 'landfall/sdk'

/*
 * DuckDB's JSON functions read real numbers as doubles and write them anew: `0.12345678901234567890`
 * comes out as `0.12345678901234568`. Integers of any length stay exact. So in a document with a real
 * number that would change, the dot and the exponent of every real number are replaced by long runs of
 * digits, which makes it an integer; what comes out of the parser then gets its dots and exponents back.
 *
 * Text inside of strings may look like a number and is replaced too, and comes back in the same way. The
 * digits come from the row's raw id, which the destination made after the record was written, so that no
 * record contains them.
 */

/** Real numbers of more than 15 significant digits may differ from the double that is nearest. */
const exactDigits = 15

const space = '[ \\t\\r\\n]*'

/** What comes before a number that is not part of a longer one. */
const valueStart = `[:,\\[]${space}`

const valueEnd = `${space}[,\\]}]`

const delicateNumber = `${valueStart}(?:${[
  // Exponents may leave the range of doubles, or hide digits.
  '-?[0-9]+(?:\\.[0-9]+)?[eE]',
  // Negative zero, which would become zero.
  `-0${valueEnd}`,
  // Zeros at the end (but one), which would go.
  `-?[0-9]+\\.[0-9]+0${valueEnd}`,
  `-?[0-9]{${exactDigits + 1},}\\.`,
  ...Array.from(
    { length: exactDigits },
    (_, index) => `-?[0-9]{${index + 1}}\\.[0-9]{${exactDigits - index}}`,
  ),
].join('|')})`

/** A part of a number that is no digit, the pattern of the number around it, and the digit that tells it apart. */
type Part = { readonly text: string; readonly pattern: string; readonly code: number }

const dot: Part = { text: '.', pattern: `(${valueStart}-?)([0-9]+)\\.([0-9]+)`, code: 1 }

const exponents: readonly Part[] = ['e', 'e+', 'e-', 'E', 'E+', 'E-'].map((text, index) => ({
  text,
  pattern: `(${valueStart}-?)([0-9]+)${text.replace('+', '\\+')}([0-9]+)`,
  code: index + 2,
}))

/** In front of the first digit, so that no integer starts with a zero. */
const startCode = 0

const negativeZero = `(${valueStart}-)(0)\\b`

/**
 * Whether the document's numbers would change. The pattern is quick and errs towards yes (17 digits are
 * what a double that was printed in full has); then the document is written anew and compared.
 */
function hasDelicateNumbers(data: Sql): Sql {
  return sql`CASE WHEN regexp_matches(${data}, ${quoteLiteral(delicateNumber)}) THEN json(${data})::VARCHAR <> ${data}::VARCHAR ELSE FALSE END`
}

/** The digits that mark the row's numbers, or NULL where the parser would change none of them. 33 digits, the first a 9. */
export function numberMark(data: Sql, rawId: Sql): Sql {
  return sql`CASE WHEN ${hasDelicateNumbers(data)} THEN '9' || translate(md5(${rawId}), 'abcdef', '012345') END`
}

/** The document with integers in the place of real numbers. */
export function markNumbers(data: Sql, mark: Sql): Sql {
  const dotless = replacePart(data, dot, mark)
  const whole = exponents.reduce((document, part) => replacePart(document, part, mark), dotless)
  const signed = (document: Sql) =>
    sql`regexp_replace(${document}, ${quoteLiteral(negativeZero)}, '\\1' || ${mark} || '${startCode}\\2', 'g')`
  return sql`CASE WHEN regexp_matches(${data}, '[0-9][eE]') THEN ${signed(whole)} ELSE ${signed(dotless)} END`
}

function replacePart(document: Sql, { pattern, code }: Part, mark: Sql): Sql {
  return sql`regexp_replace(${document}, ${quoteLiteral(pattern)}, '\\1' || ${mark} || '${startCode}\\2' || ${mark} || '${code}\\3', 'g')`
}

/** Gives a value from a marked document its dots, exponents and first digits back. */
export function unmarkNumbers(value: Sql, mark: Sql): Sql {
  const parts = [dot, ...exponents].reduce(
    (text, part) => sql`replace(${text}, ${mark} || '${part.code}', ${quoteLiteral(part.text)})`,
    value,
  )
  return sql`replace(${parts}, ${mark} || '${startCode}', '')`
}
