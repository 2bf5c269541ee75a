import { join } from 'node:path'
import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import destination from '../../../destinations/duckdb/index.ts'
import { temporaryDirectory } from './database.ts'

describe('a schema with a name that means something to DuckDB', () => {
  it.each(['shop', 'memory', 'temp', 'system', 'main', 'Temp'])('%s', async (namespace) => {
    const stream = { name: 'users', namespace }
    const run = await runWriteCommand(destination, {
      // The file's own name is a name in DuckDB too.
      config: { destination_path: join(temporaryDirectory(), 'shop.duckdb') },
      catalog: {
        streams: [
          {
            stream: { ...stream, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
            sync_mode: 'incremental',
            destination_sync_mode: 'append_dedup',
            primary_key: [['id']],
            generation_id: 1,
            minimum_generation_id: 0,
            sync_id: 1,
          },
        ],
      },
      input: [recordLine(stream, { id: 1 }), statusLine(stream)],
    })
    expect(run.errorMessage).toBeUndefined()
    expect(run.exitCode).toBe(0)
  })
})
