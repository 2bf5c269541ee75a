import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { type Input, manyStreamsName, streamCount } from './dataset.ts'
import { type Measurement, runProgram } from './run-process.ts'
import { namespace } from './tables.ts'
import { userSchema } from './users.ts'

export type SyncMode = 'append' | 'append_dedup'

export type Sync = {
  readonly connector: 'postgres' | 'duckdb' | 'bigquery' | 'snowflake'
  readonly config: { readonly [key: string]: unknown }
  readonly catalog: object
  readonly input: Input
  /** How often the records and states are sent before the status; default: once. */
  readonly repetitions?: number
  /** For the files of the command line. */
  readonly directory: string
}

/** Runs `destination-<connector> write` as a platform does. Throws where a state of the input did not come back. */
export async function runSync(sync: Sync): Promise<Measurement> {
  const { connector, config, catalog, input, repetitions = 1, directory } = sync
  const configPath = join(directory, 'config.json')
  const catalogPath = join(directory, 'catalog.json')
  await writeFile(configPath, JSON.stringify(config))
  await writeFile(catalogPath, JSON.stringify(catalog))
  const executable = fileURLToPath(new URL(`../bin/destination-${connector}.js`, import.meta.url))
  const { measurement, output } = await runProgram({
    command: execPath,
    arguments: [executable, 'write', '--config', configPath, '--catalog', catalogPath],
    inputPaths: [...Array<string>(repetitions).fill(input.path), input.statusPath],
  })
  const states = output.split('\n').filter((line) => line.startsWith('{"type":"STATE"')).length
  const expected = input.states * repetitions
  if (states !== expected) {
    throw new Error(`destination-${connector} released ${states} states of ${expected}.`)
  }
  return measurement
}

/** A catalog of one stream, as the platform sends it. */
export function usersCatalog(mode: SyncMode, moreProperties: object = {}): object {
  return { streams: [configureStream('users', mode, moreProperties)] }
}

export function manyStreamsCatalog(): object {
  const names = Array.from({ length: streamCount }, (_, index) => manyStreamsName(index))
  return { streams: names.map((name) => configureStream(name, 'append')) }
}

function configureStream(name: string, mode: SyncMode, moreProperties: object = {}) {
  return {
    stream: {
      name,
      namespace,
      json_schema: { ...userSchema, properties: { ...userSchema.properties, ...moreProperties } },
      supported_sync_modes: ['full_refresh', 'incremental'],
    },
    sync_mode: 'incremental',
    destination_sync_mode: mode,
    cursor_field: ['updated_at'],
    primary_key: [['id']],
    generation_id: 1,
    minimum_generation_id: 0,
    sync_id: 1,
  }
}
