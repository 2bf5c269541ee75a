import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Check, checkRawRows, checkStates } from './checks.ts'
import { DemoDatabase, type TableFacts } from './database.ts'
import { loadDatasets } from './datasets.ts'
import { planEarthquakes } from './earthquake-changes.ts'
import { createCatalog, createMessages } from './messages.ts'
import { displayPath, type OutputFiles, prepareOutput, writeJson } from './output-files.ts'
import {
  createExcerpt,
  createSummary,
  describeProgress,
  describeRun,
  explainUntyped,
  type StreamResult,
} from './report.ts'
import { type Progress, runDestination } from './run-destination.ts'
import { planChangesSync, planFirstSync, planOverwriteSync, type Sync } from './syncs.ts'
import type { Terminal } from './terminal.ts'

/** A sync in its turn. */
type Turn = { readonly sync: Sync; readonly id: number; readonly emittedAt: number }

/** What the command `destination-duckdb` is; run by name it might get another Node. */
const executable = fileURLToPath(new URL('../bin/destination-duckdb.js', import.meta.url))

/** Longer syncs would fill the disk with messages that nobody reads. */
const mostKeptMessages = 10_000

const excerptRows = 3

/** Runs the syncs and shows what they do. Returns whether everything was as it must be. */
export async function runDemo(terminal: Terminal, folder: string): Promise<boolean> {
  const startedAt = new Date()
  const files = await prepareOutput(folder)
  const datasets = await loadDatasets()
  const history = planEarthquakes(datasets.earthquakes, startedAt)
  const syncs = [
    planFirstSync(datasets, history),
    planChangesSync(history),
    planOverwriteSync(datasets.movies),
  ]
  terminal.writeLine(
    terminal.emphasize('Landfall: real data through `destination-duckdb write` into a DuckDB file'),
  )
  const facts = new Map<string, TableFacts>()
  let isAllMet = true
  for (const [index, sync] of syncs.entries()) {
    introduce(sync, index + 1, terminal)
    const progress = await runSync({ sync, id: index + 1, emittedAt: startedAt.getTime() }, files, terminal)
    const checks = await showResults(sync, progress, facts, files, terminal)
    isAllMet &&= checks.every(({ isMet }) => isMet)
  }
  suggestNextSteps(files, terminal)
  return isAllMet
}

function introduce(sync: Sync, number: number, terminal: Terminal): void {
  terminal.writeLine()
  terminal.writeLine(terminal.emphasize(`Sync ${number}: ${sync.title}`))
  for (const line of sync.sent) terminal.writeLine(`  ${line}`)
  terminal.writeLine()
}

async function runSync(
  { sync, id, emittedAt }: Turn,
  files: OutputFiles,
  terminal: Terminal,
): Promise<Progress> {
  const catalogPath = files.catalog(sync.name)
  await writeJson(catalogPath, createCatalog(sync.streams, id))
  const recordCount = sync.streams.reduce((sum, { records }) => sum + records.length, 0)
  if (recordCount <= mostKeptMessages) {
    const lines = Array.from(createMessages(sync.streams, emittedAt), ({ line }) => `${line}\n`)
    await writeFile(files.messages(sync.name), lines.join(''))
  }
  const progress = await runDestination({
    executable,
    configPath: files.config,
    catalogPath,
    messages: createMessages(sync.streams, emittedAt),
    onProgress: (current) => terminal.writeProgress(describeProgress(current, recordCount)),
    onWarning: (message) => terminal.endProgress(terminal.dim(`  ${message}`)),
  })
  terminal.endProgress(describeRun(progress))
  return progress
}

/** @param facts the tables after the syncs before; brought up to date */
async function showResults(
  sync: Sync,
  progress: Progress,
  facts: Map<string, TableFacts>,
  files: OutputFiles,
  terminal: Terminal,
): Promise<readonly Check[]> {
  using database = await DemoDatabase.open(files.database)
  const results = await Promise.all(sync.streams.map((stream) => readResult(stream, database)))
  const checks = [
    checkStates(progress),
    ...results.map((result) => checkRawRows(result.stream, facts.get(result.stream.name), result.facts)),
    ...(await sync.check(database)),
  ]
  for (const result of results) facts.set(result.stream.name, result.facts)
  showBlock(createSummary(results, progress), terminal)
  showBlock(explainUntyped(results), terminal)
  showBlock(
    checks.map((check) => showCheck(check, terminal)),
    terminal,
  )
  for (const result of results) showBlock(createExcerpt(result, terminal.width), terminal)
  return checks
}

async function readResult(stream: StreamResult['stream'], database: DemoDatabase): Promise<StreamResult> {
  return {
    stream,
    facts: await database.readFacts(stream.name),
    untypedFields: await database.readUntypedFields(stream.name),
    excerpt: await database.readFirstRows(stream.name, excerptRows),
  }
}

function showBlock(lines: readonly string[], terminal: Terminal): void {
  if (lines.length === 0) return
  for (const line of lines) terminal.writeLine(`  ${line}`)
  terminal.writeLine()
}

function showCheck({ isMet, text }: Check, terminal: Terminal): string {
  return isMet ? `ok    ${text}` : terminal.alarm(`WRONG ${text}`)
}

function suggestNextSteps(files: OutputFiles, terminal: Terminal): void {
  const [database, config, catalog, messages] = [
    files.database,
    files.config,
    files.catalog('sync-2'),
    files.messages('sync-2'),
  ].map(displayPath)
  terminal.writeLine(terminal.emphasize('Next'))
  const lines = [
    `The database is ${database}. With DuckDB's own command line:`,
    `  duckdb ${database} 'SELECT place, mag FROM earthquakes ORDER BY mag DESC LIMIT 5'`,
    'Send the second sync again, by hand; its table stays as it is:',
    `  cat ${messages} | npx destination-duckdb write \\`,
    `    --config ${config} --catalog ${catalog}`,
    'The same for PostgreSQL: npx destination-postgres --help',
    'How it works, and how to write your own destination: README.md and docs/',
  ]
  for (const line of lines) terminal.writeLine(`  ${line}`)
}
