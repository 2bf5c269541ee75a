import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { manyStreamsName } from './dataset.ts'
import { users } from './kinds/users.ts'
import type { Input } from './message-file.ts'
import type { RecordKind } from './record-kind.ts'
import { type Measurement, runProgram } from './run-process.ts'
import { finalName, namespace } from './tables.ts'

export type SyncMode = 'append' | 'append_dedup'

export type Sync = {
  readonly connector: 'postgres' | 'duckdb' | 'bigquery' | 'snowflake'
  readonly config: { readonly [key: string]: unknown }
  readonly catalog: object
  readonly input: Input
  /** How often the records and states are sent before the status; default: once. */
  readonly repetitions?: number
  /** What is run; default: the connector's executable. */
  readonly executable?: string
  /** For the files of the command line. */
  readonly directory: string
  readonly environment?: { readonly [name: string]: string }
}

/** Runs `destination-<connector> write` as a platform does. Throws where a state of the input did not come back. */
export async function runSync(sync: Sync): Promise<Measurement> {
  const { connector, input, environment = {}, repetitions = 1, executable = executableOf(connector) } = sync
  const { measurement, output } = await runProgram({
    command: execPath,
    arguments: [executable, 'write', ...(await writeSyncFiles(sync))],
    environment,
    inputPaths: [...Array<string>(repetitions).fill(input.path), input.statusPath],
  })
  const states = output.split('\n').filter((line) => line.startsWith('{"type":"STATE"')).length
  const expected = input.states * repetitions
  if (states !== expected) {
    throw new Error(`destination-${connector} released ${states} states of ${expected}.`)
  }
  return measurement
}

export function executableOf(connector: Sync['connector']): string {
  return fileURLToPath(new URL(`../bin/destination-${connector}.js`, import.meta.url))
}

/** Returns the words of the command line that name them. */
export async function writeSyncFiles(
  sync: Pick<Sync, 'config' | 'catalog' | 'directory'>,
): Promise<readonly string[]> {
  const configPath = join(sync.directory, 'config.json')
  const catalogPath = join(sync.directory, 'catalog.json')
  await writeFile(configPath, JSON.stringify(sync.config))
  await writeFile(catalogPath, JSON.stringify(sync.catalog))
  return ['--config', configPath, '--catalog', catalogPath]
}

/** A catalog of one stream, as the platform sends it. */
export function createCatalog(kind: RecordKind, mode: SyncMode, moreProperties: object = {}): object {
  return { streams: [configureStream(finalName, kind, mode, moreProperties)] }
}

export function manyStreamsCatalog(streamCount: number): object {
  const names = Array.from({ length: streamCount }, (_, index) => manyStreamsName(index))
  return { streams: names.map((name) => configureStream(name, users, 'append')) }
}

function configureStream(name: string, kind: RecordKind, mode: SyncMode, moreProperties: object = {}) {
  return {
    stream: {
      name,
      namespace,
      json_schema: { ...kind.schema, properties: { ...kind.schema.properties, ...moreProperties } },
      supported_sync_modes: ['full_refresh', 'incremental'],
    },
    sync_mode: 'incremental',
    destination_sync_mode: mode,
    cursor_field: [kind.cursor],
    primary_key: kind.primaryKey.map((column) => [column]),
    generation_id: 1,
    minimum_generation_id: 0,
    sync_id: 1,
  }
}
