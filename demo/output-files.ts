import { mkdir, rm, writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'

/** Where the demo puts what it makes: enough to run a sync again by hand. */
export type OutputFiles = {
  readonly database: string
  readonly config: string
  readonly catalog: (syncName: string) => string
  readonly messages: (syncName: string) => string
}

/** Makes the folder, removes the database of an earlier demo, and writes the configuration. */
export async function prepareOutput(folder: string): Promise<OutputFiles> {
  const files: OutputFiles = {
    database: resolve(folder, 'landfall-demo.duckdb'),
    config: resolve(folder, 'config.json'),
    catalog: (syncName) => resolve(folder, `${syncName}.catalog.json`),
    messages: (syncName) => resolve(folder, `${syncName}.messages.jsonl`),
  }
  await mkdir(folder, { recursive: true })
  await rm(files.database, { force: true })
  // DuckDB's log of an interrupted run would be replayed into the new file.
  await rm(`${files.database}.wal`, { force: true })
  await writeJson(files.config, { destination_path: files.database })
  return files
}

export async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`)
}

/** As one would type it where the demo runs. */
export function displayPath(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
