import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const names = ['first', 'second', 'third'].map((name) => ({ name, namespace: 'life' }))

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.[Symbol.asyncDispose]())

async function sync(generation: number, properties: object, mode = 'append') {
  return runWriteCommand(destination, {
    config: database.config,
    catalog: {
      streams: names.map((stream) => ({
        stream: { ...stream, json_schema: { type: 'object', properties } },
        sync_mode: 'full_refresh',
        destination_sync_mode: mode,
        primary_key: mode === 'append_dedup' ? [['id']] : [],
        generation_id: generation,
        minimum_generation_id: generation,
        sync_id: generation,
      })),
    },
    input: names.flatMap((stream, index) => [
      recordLine(stream, { id: generation, note: 'x' }),
      stateLine(stream, index + 1, 1),
      statusLine(stream),
    ]),
  })
}

const both = { id: { type: 'integer' }, note: { type: 'string' } }

describe('full refreshes', () => {
  it('leave no table behind but the raw and the final ones, and the notes of the raw ones', async () => {
    for (const generation of [1, 2, 3]) {
      const run = await sync(generation, both, generation === 3 ? 'append_dedup' : 'append')
      expect(run.errorMessage).toBeUndefined()
    }
    const tables = await database.query(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('life', 'airbyte_internal') ORDER BY 1`,
    )
    expect(tables.map(({ name }) => name)).toEqual([
      ...['first', 'second', 'third']
        .map((name) => `airbyte_internal.life_raw__stream_${name}`)
        .flatMap((raw) => [raw, `${raw}_airbyte_untyped`]),
      ...['first', 'second', 'third'].map((name) => `life.${name}`),
    ])
  })

  it('finish every other stream where one cannot be finished, and say which', async () => {
    await database.query('CREATE VIEW life.notes AS SELECT note FROM life.second')
    const run = await sync(4, { id: { type: 'integer' } })
    expect(run.exitCode).toBe(1)
    expect(run.errorMessage).toContain('life.notes')
    expect(run.stdout).toContain('"stream_descriptor":{"name":"second","namespace":"life"}')
    const ids = await database.query(
      'SELECT (SELECT id FROM life.first) AS first, (SELECT id FROM life.second) AS second, (SELECT id FROM life.third) AS third',
    )
    expect(ids).toEqual([{ first: '4', second: '3', third: '4' }])
    await database.query('DROP VIEW life.notes')
    expect((await sync(4, { id: { type: 'integer' } })).exitCode).toBe(0)
    expect(await database.query('SELECT max(id) AS id FROM life.second')).toEqual([{ id: '4' }])
  })
})
