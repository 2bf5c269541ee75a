import { type Sql, sql } from 'landfall/sdk'
import { markNumbers, markNumbersOutsideStrings, numberMark, unmarkNumbers } from './exact-numbers.ts'
import { castMacros } from './typed-value.ts'

/**
 * What typing statements call, so that they stay readable: the long expressions have a name each. DuckDB puts
 * a macro's text in the place of its call, so that it costs nothing. They live as long as the connection.
 */
export const createTypingMacros: readonly Sql[] = [
  createMacro(sql`landfall_number_mark(document, raw_id)`, numberMark(sql`document`, sql`raw_id`)),
  createMacro(sql`landfall_mark_numbers(document, mark)`, markNumbers(sql`document`, sql`mark`)),
  createMacro(
    sql`landfall_mark_numbers_outside_strings(document, mark)`,
    markNumbersOutsideStrings(sql`document`, sql`mark`),
  ),
  createMacro(
    sql`landfall_unmark_numbers(value, mark)`,
    sql`CASE WHEN contains(value, mark) THEN ${unmarkNumbers(sql`value`, sql`mark`)} ELSE value END`,
  ),
  ...castMacros.map(([name, body]) => createMacro(sql`${name}(value)`, body(sql`value`))),
]

function createMacro(head: Sql, body: Sql): Sql {
  return sql`CREATE OR REPLACE TEMPORARY MACRO ${head} AS\n  ${body}`
}
