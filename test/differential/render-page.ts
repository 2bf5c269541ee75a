import type { Rule } from './differences.ts'
import { type Answers, type DestinationName, names } from './targets.ts'

type PageFacts = {
  readonly rules: readonly Rule[]
  /** Of every type's column, as the destination spells it. */
  readonly columns: { readonly [name in DestinationName]: ReadonlyMap<string, string> }
  readonly probes: { readonly values: number; readonly looks: number }
}

/** The whole of `docs/reference/differences.md`. */
export function renderPage({ rules, columns, probes }: PageFacts): string {
  return `# Differences

Where the same records end up differently, and why. A [test](../../test/differential/differential.test.ts) sends ${probes.values}
values to columns of every type in all four destinations, and syncs with duplicate keys, NULLs, deletions, other columns and
refreshes, after which it looks at the rows ${probes.looks} times. What differs must be on this page, and what is on this page must
still differ. All else that was sent came out the same everywhere.

DuckDB and PostgreSQL 18 are the real engines. BigQuery is [a double](../destinations/bigquery.md#how-it-is-proven) with Google's own
evaluator of SQL in it; Snowflake is [a double](../destinations/snowflake.md#what-was-proven-and-how) that runs on DuckDB, so
its column shows what the connector asks for, and not always what an account would answer. Redshift has no column: its double
translates statements for PostgreSQL, which would show PostgreSQL twice ([what was proven](../destinations/redshift.md#what-was-proven-and-how)).

Values are compared, not spellings: \`1.50\` and \`1.5\` in a number column are the same. "With an entry" means that
[\`_airbyte_meta\`](typing-and-deduping.md#the-column-_airbyte_meta) names the field. A line of \`rows\` shows which records are left.

## Columns

${table(
  ['Airbyte type'],
  [...columns.DuckDB.keys()].map((column) => ({
    cells: [words(column)],
    answers: eachName((name) => code(columns[name].get(column) ?? '')),
  })),
)}

${rules.map(renderRule).join('\n\n')}

## How this page is kept

It is written from [differences.ts](../../test/differential/differences.ts), where each rule names the words of a page that
state it: \`npx vitest run test/differential --update\` writes it again after a change there. The update never changes the list itself: a new
difference stays a failure until somebody adds it.
`
}

function renderRule({ title, reason, stated, differences }: Rule): string {
  const pages = [...new Set(stated.map(({ page }) => page))]
  const links = pages.map((page) => `[${nameOf(page)}](${page.replace('docs/', '../')})`)
  const rows = differences.map(({ subject, sent, answers }) => ({
    cells: [words(subject), subject === 'rows' ? sent : code(sent)],
    answers: eachName((name) => (subject === 'rows' ? code(answers[name]) : answer(answers[name]))),
  }))
  return `## ${title}

${reason} Stated on: ${links.join(', ')}.

${table(['Type', 'Sent'], rows)}`
}

type Row = { readonly cells: readonly string[]; readonly answers: Answers }

function table(titles: readonly string[], rows: readonly Row[]): string {
  const header = [...titles, ...names]
  const lines = rows.map(({ cells, answers }) => [...cells, ...names.map((name) => answers[name])])
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function eachName(text: (name: DestinationName) => string): Answers {
  return {
    BigQuery: text('BigQuery'),
    DuckDB: text('DuckDB'),
    PostgreSQL: text('PostgreSQL'),
    Snowflake: text('Snowflake'),
  }
}

const plainAnswers: readonly string[] = ['NULL', 'NULL with an entry', 'an empty text']

function answer(text: string): string {
  if (plainAnswers.includes(text)) return text
  const [value = '', entry] = text.split(' with the entry ')
  return entry === undefined ? code(value) : `${code(value)} with an entry, ${entry}`
}

function code(text: string): string {
  return `\`${text}\``
}

function words(name: string): string {
  return name.startsWith('_') ? code(name) : name.replaceAll('_', ' ').replace('one of', '`oneOf`')
}

function nameOf(page: string): string {
  const name = names.find((candidate) => page.includes(candidate.toLowerCase().replace('sql', '')))
  if (name === undefined) throw new Error(`\`${page}\` is not the page of a destination`)
  return name
}
