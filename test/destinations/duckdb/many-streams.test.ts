import { join } from 'node:path'
import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { expect, it } from 'vitest'
import destination from '../../../destinations/duckdb/index.ts'
import { temporaryDirectory } from './database.ts'

it('500 streams with a record each come into one file', async () => {
  const streams = Array.from({ length: 500 }, (_, index) => ({ name: `s${index}`, namespace: 'app' }))
  const run = await runWriteCommand(destination, {
    config: { destination_path: join(temporaryDirectory(), 'test.duckdb'), disable_type_dedupe: true },
    catalog: {
      streams: streams.map((stream) => ({
        stream: { ...stream, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
        sync_mode: 'incremental',
        destination_sync_mode: 'append',
        generation_id: 1,
        minimum_generation_id: 0,
        sync_id: 1,
      })),
    },
    input: streams.flatMap((stream, id) => [
      recordLine(stream, { id }),
      stateLine(stream, 1, 1),
      statusLine(stream),
    ]),
  })
  expect(run.errorMessage).toBeUndefined()
  expect(run.stdout.match(/"type":"STATE"/g)).toHaveLength(500)
})
