import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase } from '../../support/postgres-database.ts'

it('columns that PostgreSQL has in every table get another name', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const stream = { name: 'users', namespace: 'app' }
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
  const properties = Object.fromEntries(Object.keys(record).map((key) => [key, { type: 'string' }]))
  const write = () =>
    runWriteCommand(destination, {
      config: database.config,
      catalog: {
        streams: [
          {
            stream: { ...stream, json_schema: { type: 'object', properties } },
            sync_mode: 'incremental',
            destination_sync_mode: 'append_dedup',
            primary_key: [['ctid']],
            generation_id: 1,
            minimum_generation_id: 0,
            sync_id: 1,
          },
        ],
      },
      input: [recordLine(stream, record), statusLine(stream)],
    })
  for (const sync of [1, 2]) expect(await write(), `sync ${sync}`).toMatchObject({ exitCode: 0 })
  const rows = await database.query(
    'SELECT _tableoid, _xmin, _cmin, _xmax, _cmax, _ctid, _ctid_1, "CTID" FROM app.users',
  )
  expect(rows).toEqual([
    {
      _tableoid: 'a',
      _xmin: 'b',
      _cmin: 'c',
      _xmax: 'd',
      _cmax: 'e',
      _ctid: 'f',
      _ctid_1: 'g',
      CTID: 'h',
    },
  ])
})
