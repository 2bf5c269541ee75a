import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const stream = { name: 'users', namespace: 'app' }

function write(database: TestDatabase, record: { readonly [key: string]: string }) {
  const properties = Object.fromEntries(Object.keys(record).map((key) => [key, { type: 'string' }]))
  return runWriteCommand(destination, {
    config: database.config,
    catalog: {
      streams: [
        {
          stream: { ...stream, json_schema: { type: 'object', properties } },
          sync_mode: 'incremental',
          destination_sync_mode: 'append',
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    },
    input: [recordLine(stream, record), stateLine(stream, 1, 1), statusLine(stream)],
  })
}

// A first sync may load for hours before it makes its final table: what is against it must be said before.
it('a sequence with the name of the table stops a first sync before its first record is loaded', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  await database.query('CREATE SCHEMA app; CREATE SEQUENCE app.users')
  const run = await write(database, { id: 'x' })
  expect(run.exitCode).toBe(1)
  expect(run.errorMessage).toContain('users')
  expect(run.stateLines).toEqual([])
  expect(await database.query('SELECT * FROM airbyte_internal.app_raw__stream_users')).toEqual([])
})

it('columns that PostgreSQL has in every table get another name', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const record = {
    tableoid: 'a',
    xmin: 'b',
    cmin: 'c',
    xmax: 'd',
    cmax: 'e',
    ctid: 'f',
    _ctid: 'g',
    CTID: 'h',
  }
  for (const sync of [1, 2])
    expect(await write(database, record), `sync ${sync}`).toMatchObject({ exitCode: 0 })
  const rows = await database.query(
    'SELECT _tableoid, _xmin, _cmin, _xmax, _cmax, _ctid, _ctid_1, "CTID" FROM app.users',
  )
  const row = {
    _tableoid: 'a',
    _xmin: 'b',
    _cmin: 'c',
    _xmax: 'd',
    _cmax: 'e',
    _ctid: 'f',
    _ctid_1: 'g',
    CTID: 'h',
  }
  expect(rows).toEqual([row, row])
})
