import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase } from '../../support/postgres-database.ts'

it('deletions by a key with a NUL in its name are found again in later syncs', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const stream = { name: 'users', namespace: 'app' }
  const timestamp = { type: 'string', format: 'date-time' }
  const key = 'i\u0000d'
  const sync = (data: object) =>
    runWriteCommand(destination, {
      config: database.config,
      catalog: {
        streams: [
          {
            stream: {
              ...stream,
              json_schema: {
                type: 'object',
                properties: { [key]: { type: 'integer' }, at: timestamp, _ab_cdc_deleted_at: timestamp },
              },
            },
            sync_mode: 'incremental',
            destination_sync_mode: 'append_dedup',
            primary_key: [[key]],
            cursor_field: ['at'],
            generation_id: 1,
            minimum_generation_id: 0,
            sync_id: 1,
          },
        ],
      },
      input: [recordLine(stream, data), statusLine(stream)],
    })
  const late = '2024-02-01T00:00:00Z'
  for (const data of [
    { [key]: 1, at: late, _ab_cdc_deleted_at: late },
    { [key]: 1, at: '2024-01-01T00:00:00Z' },
  ]) {
    expect((await sync(data)).errorMessage).toBeUndefined()
  }
  expect(await database.query('SELECT * FROM app.users')).toEqual([])
})
