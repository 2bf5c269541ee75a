import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SqlDestination, silentLogger, sql, type Warehouse } from 'landfall/sdk'
import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import duckdb from '../../destinations/duckdb/index.ts'
import postgres from '../../destinations/postgres/index.ts'
import { createTestDatabase } from '../support/postgres-database.ts'

type Place = { readonly destination: SqlDestination; readonly config: object }

const users = { name: 'users', namespace: 'shop' }

const places: { readonly [name: string]: () => Promise<Place> } = {
  postgres: async () => {
    const database = await createTestDatabase()
    onTestFinished(() => database[Symbol.asyncDispose]())
    return { destination: postgres, config: database.config }
  },
  duckdb: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'landfall-test-dropped-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    return { destination: duckdb, config: { destination_path: join(directory, 'test.duckdb') } }
  },
}

async function sync({ destination, config }: Place, mode: string, ids: readonly number[]): Promise<void> {
  const run = await runWriteCommand(destination, {
    config,
    catalog: {
      streams: [
        {
          stream: { ...users, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
          sync_mode: 'incremental',
          destination_sync_mode: mode,
          ...(mode === 'append_dedup' && { primary_key: [['id']] }),
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    },
    input: [...ids.map((id) => recordLine(users, { id })), statusLine(users)],
  })
  expect(run.errorMessage).toBeUndefined()
}

async function inWarehouse<Result>(
  { destination, config }: Place,
  action: (warehouse: Warehouse) => Promise<Result>,
): Promise<Result> {
  const context = { logger: silentLogger, signal: new AbortController().signal }
  await using warehouse = await destination.connect(destination.configSchema.parse(config), context)
  return await action(warehouse)
}

const finalIds = (place: Place) =>
  inWarehouse(place, async (warehouse) =>
    (await warehouse.query(sql`SELECT id FROM shop.users ORDER BY id`)).map(({ id }) => Number(id)),
  )

describe.each(Object.entries(places))('a final table that somebody has dropped, %s', (_name, open) => {
  it.each([
    { mode: 'append', later: [2, 3], expected: [1, 2, 2, 3] },
    { mode: 'append_dedup', later: [2, 3], expected: [1, 2, 3] },
    { mode: 'append', later: [], expected: [1, 2] },
    { mode: 'append_dedup', later: [], expected: [1, 2] },
  ])('has all rows after the next sync, $mode of $later', async ({ mode, later, expected }) => {
    const place = await open()
    await sync(place, mode, [1, 2])
    await inWarehouse(place, (warehouse) => warehouse.execute([[sql`DROP TABLE shop.users`]]))
    await sync(place, mode, later)
    expect(await finalIds(place)).toEqual(expected)
    await sync(place, mode, [4])
    expect(await finalIds(place)).toEqual([...expected, 4])
  })
})
