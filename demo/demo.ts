import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { checkRawRows, checkStates } from './checks.ts'
import { DemoDatabase, type TableFacts } from './database.ts'
import { loadDatasets } from './datasets.ts'
import { planEarthquakes } from './earthquake-changes.ts'
import { createCatalog, createMessages } from './messages.ts'
import { type OutputFiles, prepareOutput, writeJson } from './output-files.ts'
import { describeProgress, describeRun, type StreamResult } from './report.ts'
import { type Progress, runDestination } from './run-destination.ts'
import { introduceDemo, introduceSync, showResults, suggestNextSteps } from './show.ts'
import { planChangesSync, planFirstSync, planOverwriteSync, type Sync } from './syncs.ts'
import type { Terminal } from './terminal.ts'

/** What every sync works with. */
type Stage = {
  readonly terminal: Terminal
  readonly files: OutputFiles
  /** For all messages: the demo's start, in milliseconds since the epoch. */
  readonly emittedAt: number
}

/** What the command `destination-duckdb` is; run by name it might get another Node. */
const executable = fileURLToPath(new URL('../bin/destination-duckdb.js', import.meta.url))

/** Longer syncs would fill the disk with messages that nobody reads. */
const mostKeptRecords = 10_000

const excerptRows = 3

/** Runs the syncs and shows what they do. Returns whether everything was as it must be. */
export async function runDemo(terminal: Terminal, folder: string): Promise<boolean> {
  const startedAt = new Date()
  const stage: Stage = { terminal, files: await prepareOutput(folder), emittedAt: startedAt.getTime() }
  const datasets = await loadDatasets()
  const history = planEarthquakes(datasets.earthquakes, startedAt)
  const syncs = [
    planFirstSync(datasets, history),
    planChangesSync(history),
    planOverwriteSync(datasets.movies),
  ]
  const tables = new Map<string, TableFacts>()
  let isAllMet = true
  introduceDemo(terminal)
  for (const [index, sync] of syncs.entries()) {
    introduceSync(sync, index + 1, terminal)
    const progress = await runSync(sync, index + 1, stage)
    isAllMet = (await inspectSync(sync, { progress, tables }, stage)) && isAllMet
  }
  suggestNextSteps(stage.files, terminal)
  return isAllMet
}

async function runSync(sync: Sync, id: number, { terminal, files, emittedAt }: Stage): Promise<Progress> {
  const catalogPath = files.catalog(sync.name)
  await writeJson(catalogPath, createCatalog(sync.streams, id))
  const recordCount = sync.streams.reduce((sum, { records }) => sum + records.length, 0)
  if (recordCount <= mostKeptRecords) {
    const lines = Array.from(createMessages(sync.streams, emittedAt), ({ line }) => `${line}\n`)
    await writeFile(files.messages(sync.name), lines.join(''))
  }
  const progress = await runDestination({
    executable,
    configPath: files.config,
    catalogPath,
    messages: createMessages(sync.streams, emittedAt),
    onProgress: (current) => terminal.writeProgress(describeProgress(current, recordCount)),
    onWarning: (message) => terminal.endProgress(terminal.dim(message)),
  })
  terminal.endProgress(describeRun(progress))
  terminal.writeLine()
  return progress
}

/** @param outcome `tables`: as the syncs before left them; brought up to date */
async function inspectSync(
  sync: Sync,
  { progress, tables }: { readonly progress: Progress; readonly tables: Map<string, TableFacts> },
  { terminal, files }: Stage,
): Promise<boolean> {
  using database = await DemoDatabase.open(files.database)
  const results: StreamResult[] = []
  for (const stream of sync.streams) {
    results.push({
      stream,
      facts: await database.readFacts(stream.name),
      untypedFields: await database.readUntypedFields(stream.name),
      excerpt: await database.readFirstRows(stream.name, excerptRows),
    })
  }
  const checks = [checkStates(progress), checkRawRows(results, tables), ...(await sync.check(database))]
  showResults({ results, checks, progress }, terminal)
  for (const { stream, facts } of results) tables.set(stream.name, facts)
  return checks.every(({ isMet }) => isMet)
}
