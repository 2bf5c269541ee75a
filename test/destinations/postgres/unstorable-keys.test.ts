import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

const stream = { name: 'users', namespace: 'app' }

/** Keys that jsonb cannot hold as they are: the raw record has them without the NUL, or with U+FFFD. */
const keys = [
  { key: 'a\u0000b', column: 'a_b', stored: 'ab' },
  { key: 'c\ud800d', column: 'c_d', stored: 'c\ufffdd' },
]

it.each(postgresVersions)('keys that PostgreSQL cannot hold are typed all the same: %s', async (version) => {
  const database = await createTestDatabase(version)
  onTestFinished(() => database[Symbol.asyncDispose]())
  const properties = Object.fromEntries(keys.map(({ key }) => [key, { type: 'integer' }]))
  const catalog = {
    streams: [
      {
        stream: { ...stream, json_schema: { type: 'object', properties } },
        sync_mode: 'incremental',
        destination_sync_mode: 'append_dedup',
        primary_key: [[keys[0]?.key]],
        generation_id: 1,
        minimum_generation_id: 0,
        sync_id: 1,
      },
    ],
  }
  const [first = '""', second = '""'] = keys.map(({ key }) => JSON.stringify(key))
  const input = [
    recordLine(stream, `{${first}:1,${second}:2}`),
    recordLine(stream, `{${first}:3,${second}:"x"}`),
    statusLine(stream),
  ]
  const run = await runWriteCommand(destination, { config: database.config, catalog, input })
  expect(run.errorMessage).toBeUndefined()
  const columns = keys.map(({ column }) => `"${column}"`).join(', ')
  const rows = await database.query(
    `SELECT ${columns}, _airbyte_meta #>> '{changes,0,field}' AS field FROM app.users ORDER BY 1`,
  )
  expect(rows).toEqual([
    expect.objectContaining({ a_b: '1', c_d: '2' }),
    { a_b: '3', c_d: null, field: keys[1]?.stored },
  ])
})
