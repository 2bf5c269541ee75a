import { quoteLiteral, type Sql, sql } from 'landfall/sdk'

/*
 * DuckDB's JSON functions read real numbers as doubles and write them anew: `0.12345678901234567890`
 * comes out as `0.12345678901234568`. Integers of any length stay exact. So in a document with a real
 * number that would change, the dot and the exponent of every real number are replaced by long runs of
 * digits, which makes it an integer; what comes out of the parser then gets its dots and exponents back.
 *
 * Text inside of strings may look like a number and is replaced too, and comes back in the same way; only
 * where a column's key looks like one, strings are left alone. The digits come from the row's raw id, which
 * the destination made after the record was written, so that no record contains them.
 */

/** Real numbers of more than 15 significant digits may differ from the double that is nearest. */
const exactDigits = 15

const space = '[ \\t\\r\\n]*'

/** What comes before a number that is not part of a longer one. */
const valueStart = `[:,\\[]${space}`

const valueEnd = `${space}[,\\]}]`

/** As text of their own, these get an exponent or another one, although a document written anew may keep their spelling. */
const numberFarFromOne = `${valueStart}-?(?:0\\.0000|[0-9]{${exactDigits + 1},}\\.|[0-9]+(?:\\.[0-9]+)?[eE])`

const delicateNumber = `${valueStart}(?:${[
  // Exponents may leave the range of doubles, or hide digits.
  '-?[0-9]+(?:\\.[0-9]+)?[eE]',
  '-?0\\.0000',
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

/** A part of a number that is no digit, as a pattern, and the digit that tells it apart. */
type Part = { readonly text: string; readonly pattern: string; readonly code: number }

const dot: Part = { text: '.', pattern: '\\.', code: 1 }

const exponents: readonly Part[] = ['e', 'e+', 'e-', 'E', 'E+', 'E-'].map((text, index) => ({
  text,
  pattern: text.replace('+', '\\+'),
  code: index + 2,
}))

/** In front of the first digit, so that no integer starts with a zero. */
const startCode = 0

/** One mark and one code. */
const markLength = 34

/** Where numbers are looked for: what stands before the sign (the first group), and what ends the search. */
type Search = { readonly head: string; readonly tail: string }

/** Also in strings, which is quick. Keys must not change, or their values are not found. */
const anywhere: Search = { head: `(${valueStart})`, tail: '' }

/**
 * Each match begins where the last one ended and takes strings whole. The last match ends with the document,
 * so that none begins inside of a string; the marks that it leaves there are cut off.
 */
const outsideStrings: Search = {
  head: '((?:"(?:[^"\\\\]|\\\\.)*"|[^"0-9]|[0-9]+[^0-9])*?)(?:',
  tail: '|$)',
}

/** Whether a search through strings, too, could change the key, in whatever way a record spells it. */
export function looksLikeNumber(key: string): boolean {
  return /[:,[] *-?[0-9]/.test(key)
}

/**
 * Whether the document's numbers would change. The first pattern is quick and errs towards yes (17 digits are
 * what a double that was printed in full has); then the document is written anew and compared.
 */
function hasDelicateNumbers(data: Sql): Sql {
  const changes = sql`regexp_matches(${data}, ${quoteLiteral(numberFarFromOne)}) OR json(${data})::VARCHAR <> ${data}::VARCHAR`
  return sql`CASE WHEN regexp_matches(${data}, ${quoteLiteral(delicateNumber)}) THEN ${changes} ELSE FALSE END`
}

/** The digits that mark the row's numbers, or NULL where the parser would change none of them. 33 digits, the first a 9. */
export function numberMark(data: Sql, rawId: Sql): Sql {
  return sql`CASE WHEN ${hasDelicateNumbers(data)} THEN '9' || translate(md5(${rawId}), 'abcdef', '012345') END`
}

/** The document with integers in the place of real numbers. Strings come back with the values, but for keys. */
export const markNumbers = (data: Sql, mark: Sql) => markAll(anywhere, data, mark)

/** The same where strings keep their text, and so do keys. Takes three times as long. */
export const markNumbersOutsideStrings = (data: Sql, mark: Sql) => markAll(outsideStrings, data, mark)

function markAll(search: Search, data: Sql, mark: Sql): Sql {
  const dotless = markPart(search, data, dot, mark)
  const whole = exponents.reduce((document, part) => markPart(search, document, part, mark), dotless)
  const signed = (document: Sql) => markNegativeZero(search, document, mark)
  return sql`CASE WHEN regexp_matches(${data}, '[0-9][eE]') THEN ${signed(whole)} ELSE ${signed(dotless)} END`
}

function markPart({ head, tail }: Search, document: Sql, { pattern, code }: Part, mark: Sql): Sql {
  const number = quoteLiteral(`${head}(-?)([0-9]+)${pattern}([0-9]+)${tail}`)
  const marked = sql`regexp_replace(${document}, ${number}, '\\1\\2' || ${mark} || '${startCode}\\3' || ${mark} || '${code}\\4', 'g')`
  return withoutTail(tail, marked, 2)
}

function markNegativeZero({ head, tail }: Search, document: Sql, mark: Sql): Sql {
  const zero = quoteLiteral(`${head}(-)(0)\\b${tail}`)
  const marked = sql`regexp_replace(${document}, ${zero}, '\\1\\2' || ${mark} || '${startCode}\\3', 'g')`
  return withoutTail(tail, marked, 1)
}

function withoutTail(tail: string, marked: Sql, marks: number): Sql {
  return tail === '' ? marked : sql`left(${marked}, -${marks * markLength})`
}

/** Gives a value from a marked document its dots, exponents and first digits back. */
export function unmarkNumbers(value: Sql, mark: Sql): Sql {
  const parts = [dot, ...exponents].reduce(
    (text, part) => sql`replace(${text}, ${mark} || '${part.code}', ${quoteLiteral(part.text)})`,
    value,
  )
  return sql`replace(${parts}, ${mark} || '${startCode}', '')`
}
