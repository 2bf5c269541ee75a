import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { FaultStream } from './fault-stream.ts'
import type { FaultTarget } from './fault-target.ts'
import type { FinalRow } from './table-model.ts'

/** A database file of its own. Nobody else can open it during a sync, so nobody looks at it then. */
export async function createDuckDbTarget(): Promise<FaultTarget> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-faults-duckdb-'))
  const path = join(directory, 'database.duckdb')
  return {
    name: 'duckdb',
    config: { destination_path: path, memory_limit: '1GB' },
    // The configuration has no secret; nothing can be equal to this.
    secret: '\u0000',
    readFinalTable: (stream) => readFinalTable(path, stream),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

async function readFinalTable(path: string, stream: FaultStream): Promise<readonly FinalRow[] | undefined> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_WRITE' })
  const connection = await instance.connect()
  try {
    const table = `"${stream.namespace}"."${stream.name}"`
    const reader = await connection.runAndReadAll(
      `SELECT position::VARCHAR AS position, id::VARCHAR AS id, version::VARCHAR AS version, text,
        amount::VARCHAR AS amount, _airbyte_generation_id::VARCHAR AS generation,
        (_airbyte_meta -> 'changes')::VARCHAR AS changes FROM ${table}`,
    )
    return reader
      .getRowObjects()
      .map(
        (row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])) as FinalRow,
      )
  } finally {
    // Both, or this process keeps the file to itself.
    connection.closeSync()
    instance.closeSync()
  }
}
