import type { Check } from './checks.ts'
import { displayPath, type OutputFiles } from './output-files.ts'
import { createExcerpt, createSummary, explainUntyped, type StreamResult } from './report.ts'
import type { Progress } from './run-destination.ts'
import type { Sync } from './syncs.ts'
import type { Terminal } from './terminal.ts'

const indentation = '  '

export function introduceDemo(terminal: Terminal): void {
  terminal.writeLine(
    terminal.emphasize('Landfall: real data through `destination-duckdb write` into a DuckDB file'),
  )
  terminal.writeLine('Films, earthquakes and flights from the npm package vega-datasets, as they are.')
  terminal.writeLine()
}

export function introduceSync(sync: Sync, number: number, terminal: Terminal): void {
  terminal.writeLine(terminal.emphasize(`Sync ${number}: ${sync.title}`))
  showBlock([...sync.sent, `Expect: ${sync.expected}`], terminal)
}

/** The figures, what they mean, whether they are right, and the first rows of each table. */
export function showResults(
  outcome: {
    readonly results: readonly StreamResult[]
    readonly checks: readonly Check[]
    readonly progress: Progress
  },
  terminal: Terminal,
): void {
  const { results, checks, progress } = outcome
  const width = terminal.width - indentation.length
  showTable(createSummary(results, progress, width), terminal)
  showBlock(explainUntyped(results, width), terminal)
  showBlock(
    checks.map(({ isMet, text }) => (isMet ? `ok     ${text}` : terminal.alarm(`WRONG  ${text}`))),
    terminal,
  )
  for (const result of results) {
    const { title, lines } = createExcerpt(result, width)
    terminal.writeLine(`${indentation}${title}`)
    showTable(lines, terminal)
  }
}

export function suggestNextSteps(files: OutputFiles, terminal: Terminal): void {
  const database = displayPath(files.database)
  const [catalog, messages] = [files.catalog('sync-2'), files.messages('sync-2')].map(displayPath)
  terminal.writeLine(terminal.emphasize('Next'))
  showBlock(
    [
      "Look into the file, for example with DuckDB's own command line:",
      `  duckdb ${database} \\`,
      "    'SELECT mag, place FROM earthquakes ORDER BY mag DESC LIMIT 5'",
      'Send the second sync again, by hand; its final table stays as it is:',
      `  cat ${messages} |`,
      `    npx destination-duckdb write --config ${displayPath(files.config)} \\`,
      `      --catalog ${catalog}`,
      'The same for PostgreSQL: npx destination-postgres --help',
      'How it works, and how to write a destination of your own: README.md and docs/',
    ],
    terminal,
  )
}

function showBlock(lines: readonly string[], terminal: Terminal): void {
  if (lines.length === 0) return
  for (const line of lines) terminal.writeLine(indentation + line)
  terminal.writeLine()
}

/** Its first line names the columns. */
function showTable([header = '', ...rows]: readonly string[], terminal: Terminal): void {
  showBlock([terminal.dim(header), ...rows], terminal)
}
