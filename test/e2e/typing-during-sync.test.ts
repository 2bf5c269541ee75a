import { setTimeout as sleep } from 'node:timers/promises'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../support/postgres-database.ts'
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

async function startSlowSync(generation: object) {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const files = writeFiles({ config: database.config, catalog: catalog(generation) })
  const argv = ['write', '--config', files.config ?? '', '--catalog', files.catalog ?? '']
  const child = spawnConnector('postgres', argv, intervals)
  const done = collectOutput(child)
  for (let id = 1; id <= 12; id += 1) {
    child.stdin.write(`${recordLine(users, { id: Math.ceil(id / 2) })}\n`)
    await sleep(200)
  }
  const finish = async () => {
    child.stdin.end(`${stateLine(users, 1, 12)}\n${statusLine(users)}\n`)
    return done
  }
  return { database, finish }
}

describe('final tables during a long sync', () => {
  it('show rows before its end, each typed once', async () => {
    const { database, finish } = await startSlowSync({ generation_id: 1, minimum_generation_id: 0 })
    const [during] = await database.query('SELECT count(*) AS n FROM app.users')
    expect(Number(during?.n)).toBeGreaterThan(0)
    const run = await finish()
    expect(run.errorMessage).toBeUndefined()
    expect(run.exitCode).toBe(0)
    expect(await database.query('SELECT count(*) AS n, count(DISTINCT id) AS ids FROM app.users')).toEqual([
      { n: '6', ids: '6' },
    ])
    const moments = await database.query(
      'SELECT count(DISTINCT _airbyte_loaded_at) AS n FROM airbyte_internal.app_raw__stream_users',
    )
    expect(Number(moments[0]?.n)).toBeGreaterThan(1)
  })

  it('do not, where old rows must stay until the sync has succeeded', async () => {
    const { database, finish } = await startSlowSync({ generation_id: 1, minimum_generation_id: 1 })
    expect(await database.query('SELECT count(*) AS n FROM app.users')).toEqual([{ n: '0' }])
    expect((await finish()).exitCode).toBe(0)
    expect(await database.query('SELECT count(*) AS n FROM app.users')).toEqual([{ n: '6' }])
  })
})
