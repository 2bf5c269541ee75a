import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase } from '../../support/postgres-database.ts'

const stream = { name: 'users', namespace: 'app' }

const records = {
  'a NUL': ['{"id":"a\\u0000"}'],
  'half of a surrogate pair': ['{"id":"a\\ud800"}', '{"note":"x","id":["a\\udc00"]}'],
  'a name in escapes': ['{"\\u0069d":"a\\u0000"}'],
  'a whole surrogate pair': ['{"id":"\\ud83d\\ude00"}'],
  'another field': ['{"id":"a","note":"\\u0000"}'],
  'an escaped backslash': ['{"id":"\\\\u0000"}'],
} as const

it.each([
  { what: 'a NUL', altered: 1 },
  { what: 'half of a surrogate pair', altered: 2 },
  { what: 'a name in escapes', altered: 1 },
  { what: 'a whole surrogate pair', altered: 0 },
  { what: 'another field', altered: 0 },
  { what: 'an escaped backslash', altered: 0 },
  { what: 'a NUL', altered: 0, mode: 'append' },
] as const)('with $what, $altered keys are told to be altered', async ({ what, altered, ...rest }) => {
  const mode = 'mode' in rest ? rest.mode : 'append_dedup'
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const catalog = {
    streams: [
      {
        stream: { ...stream, json_schema: { type: 'object', properties: { id: { type: 'string' } } } },
        sync_mode: 'incremental',
        destination_sync_mode: mode,
        primary_key: [['id']],
        generation_id: 1,
        minimum_generation_id: 0,
        sync_id: 1,
      },
    ],
  }
  const plain = Array.from({ length: 100 }, (_, id) => recordLine(stream, { id: String(id) }))
  const odd = records[what].map((data) => recordLine(stream, data))
  const input = [...plain.slice(0, 50), ...odd, ...plain.slice(50), statusLine(stream)]
  const run = await runWriteCommand(destination, { config: database.config, catalog, input })
  expect(run.errorMessage).toBeUndefined()
  const warnings = run.stdout.split('\n').filter((line) => line.includes('"WARN"'))
  expect(warnings).toHaveLength(altered > 0 ? 1 : 0)
  if (altered > 0) expect(warnings[0]).toContain(`app.users: the primary keys of ${altered} records hold NUL`)
  const [row] = await database.query('SELECT count(*) AS n FROM app.users')
  expect(row).toEqual({ n: String(100 + odd.length) })
})
