// Writes what the platform would give a destination for each sync of the demo, into the folder that is named:
// sync-1.catalog.json, sync-1.messages.jsonl and so on. For destinations that run somewhere else.
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { loadDatasets } from './datasets.ts'
import { planEarthquakes } from './earthquake-changes.ts'
import { createCatalog, createMessages, type StreamSync } from './messages.ts'
import { writeJson } from './output-files.ts'
import { planChangesSync, planFirstSync, planOverwriteSync } from './syncs.ts'

const [folder = ''] = process.argv.slice(2)
if (folder === '') throw new Error('Name the folder to write to.')
await mkdir(folder, { recursive: true })

const startedAt = new Date()
const datasets = await loadDatasets()
const history = planEarthquakes(datasets.earthquakes, startedAt)
const syncs = [planFirstSync(datasets, history), planChangesSync(history), planOverwriteSync(datasets.movies)]
for (const [index, { name, streams }] of syncs.entries()) {
  await writeJson(join(folder, `${name}.catalog.json`), createCatalog(streams, index + 1))
  await pipeline(Readable.from(toLines(streams)), createWriteStream(join(folder, `${name}.messages.jsonl`)))
  process.stdout.write(`${name}: ${streams.map((stream) => stream.name).join(', ')}\n`)
}

function* toLines(streams: readonly StreamSync[]): Generator<string> {
  for (const { line } of createMessages(streams, startedAt.getTime())) yield `${line}\n`
}
