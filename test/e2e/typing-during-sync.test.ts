import { setTimeout as sleep } from 'node:timers/promises'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/postgres-database.ts'
import { collectOutput, spawnConnector, writeFiles } from '../support/spawn-connector.ts'

const users = { name: 'users', namespace: 'app' }

const catalog = (generation: object) => ({
  streams: [
    {
      stream: { ...users, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['id']],
      sync_id: 1,
      ...generation,
    },
  ],
})

const intervals = { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.2', LANDFALL_TYPING_INTERVAL_SECONDS: '0.5' }

/** Sends a record now and then, two of each id, until the database says that it is enough. */
async function startSlowSync(generation: object, isEnough: (database: TestDatabase) => Promise<boolean>) {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const files = writeFiles({ config: database.config, catalog: catalog(generation) })
  const argv = ['write', '--config', files.config ?? '', '--catalog', files.catalog ?? '']
  const child = spawnConnector('postgres', argv, intervals)
  const done = collectOutput(child)
  let records = 0
  do {
    records += 1
    child.stdin.write(`${recordLine(users, { id: Math.ceil(records / 2) })}\n`)
    await sleep(100)
  } while (!(await isEnough(database)) && records < 300)
  const finish = async () => {
    child.stdin.end(`${stateLine(users, 1, records)}\n${statusLine(users)}\n`)
    return { run: await done, ids: String(Math.ceil(records / 2)) }
  }
  return { database, finish }
}

/** Rows of a table, none where it is not there yet. */
async function countRows(database: TestDatabase, table: string): Promise<number> {
  const [found] = await database.query(`SELECT to_regclass('${table}') AS name`)
  if (found?.name === null) return 0
  const [row] = await database.query(`SELECT count(*) AS n FROM ${table}`)
  return Number(row?.n)
}

const raw = 'airbyte_internal.app_raw__stream_users'

describe('final tables during a long sync', () => {
  it('show rows before its end, each typed once', async () => {
    const { database, finish } = await startSlowSync(
      { generation_id: 1, minimum_generation_id: 0 },
      async (current) => (await countRows(current, 'app.users')) > 0,
    )
    expect(await countRows(database, 'app.users')).toBeGreaterThan(0)
    const { run, ids } = await finish()
    expect(run.errorMessage).toBeUndefined()
    expect(run.exitCode).toBe(0)
    expect(await database.query('SELECT count(*) AS n, count(DISTINCT id) AS ids FROM app.users')).toEqual([
      { n: ids, ids },
    ])
    expect(await database.query(`SELECT count(*) AS n FROM ${raw} WHERE _airbyte_loaded_at IS NULL`)).toEqual(
      [{ n: '0' }],
    )
  })

  it('do not, where old rows must stay until the sync has succeeded', async () => {
    // Long enough for the interval to pass several times once rows are there.
    const { database, finish } = await startSlowSync(
      { generation_id: 1, minimum_generation_id: 1 },
      async (current) => (await countRows(current, raw)) >= 15,
    )
    expect(await countRows(database, 'app.users')).toBe(0)
    const { run, ids } = await finish()
    expect(run.exitCode).toBe(0)
    expect(await countRows(database, 'app.users')).toBe(Number(ids))
  })
})
