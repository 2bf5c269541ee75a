import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase } from '../../support/postgres-database.ts'

// A first sync may load for hours before it makes its final table: what is against it must be said before.
it('a sequence with the name of the table stops a first sync before its first record is loaded', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  await database.query('CREATE SCHEMA app; CREATE SEQUENCE app.users')
  const stream = { name: 'users', namespace: 'app' }
  const run = await runWriteCommand(destination, {
    config: database.config,
    catalog: {
      streams: [
        {
          stream: { ...stream, json_schema: { type: 'object', properties: { id: { type: 'string' } } } },
          sync_mode: 'incremental',
          destination_sync_mode: 'append',
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    },
    input: [recordLine(stream, { id: 'x' }), stateLine(stream, 1, 1), statusLine(stream)],
  })
  expect(run.exitCode).toBe(1)
  expect(run.errorMessage).toContain('users')
  expect(run.stateLines).toEqual([])
  expect(await database.query('SELECT * FROM airbyte_internal.app_raw__stream_users')).toEqual([])
})
