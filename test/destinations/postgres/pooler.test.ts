import { setTimeout as sleep } from 'node:timers/promises'
import { recordLine, runCheckCommand, runWriteCommand, statusLine, testDestination } from 'landfall/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { findFreePort } from '../../support/free-port.ts'
import { type PgBouncer, startPgBouncer, whyNoPgBouncer } from '../../support/pgbouncer.ts'
import { createTestDatabase, postgresServer, type TestDatabase } from '../../support/postgres-database.ts'
import { type PostgresAddress, postgresVersions } from '../../support/postgres-server.ts'
import { openPostgresTarget } from './target.ts'

const reason = whyNoPgBouncer === undefined ? '' : ` (skipped: ${whyNoPgBouncer})`

describe.skipIf(whyNoPgBouncer !== undefined)(`behind PgBouncer in transaction mode${reason}`, () => {
  for (const version of postgresVersions) {
    testDestination({ name: `PostgreSQL ${version}`, open: () => openPooledTarget(version) })
  }
})

describe.skipIf(whyNoPgBouncer !== undefined)(`PgBouncer${reason}`, () => {
  let server: PostgresAddress
  let database: TestDatabase

  beforeAll(async () => {
    server = await postgresServer()
    database = await createTestDatabase()
  })

  afterAll(async () => {
    await database?.[Symbol.asyncDispose]()
  })

  const configFor = (pooler: PgBouncer, changes: object = {}) => ({
    ...database.config,
    host: pooler.host,
    port: pooler.port,
    ...changes,
  })

  const answer = async (config: unknown) => {
    const { messages } = await runCheckCommand(destination, config)
    return JSON.stringify(messages.find(({ type }) => type === 'CONNECTION_STATUS')?.connectionStatus)
  }

  it('in transaction mode: a sync changes no setting for other clients', async () => {
    await using pooler = disposable(await startPgBouncer(server, { mode: 'transaction' }))
    const client = new pg.Client({ ...server, port: pooler.port, database: database.name })
    await client.connect()
    const settings = async () => {
      // More often than there are server sessions, which take turns.
      const seen = new Set<string>()
      for (let turn = 0; turn < 12; turn += 1)
        seen.add(JSON.stringify((await client.query(selectSettings)).rows[0]))
      return seen
    }
    const before = await settings()
    expect(before.size).toBe(1)
    const input = [recordLine(users, { id: 1 }), recordLine(users, { id: 2 }), statusLine(users)]
    const run = await runWriteCommand(destination, { config: configFor(pooler), catalog, input })
    expect(run.errorMessage).toBeUndefined()
    expect(await settings()).toEqual(before)
    await client.end()
    expect(await database.query('SELECT id FROM app.users ORDER BY id')).toEqual([{ id: '1' }, { id: '2' }])
  })

  it('with room for two server sessions only: a sync passes', async () => {
    const settings = { default_pool_size: 2, min_pool_size: 0, query_wait_timeout: 20 }
    await using pooler = disposable(await startPgBouncer(server, { mode: 'transaction', settings }))
    const input = [recordLine(users, { id: 3 }), statusLine(users)]
    const run = await runWriteCommand(destination, { config: configFor(pooler), catalog, input })
    expect(run.errorMessage).toBeUndefined()
  })

  it('that ends idle transactions: the locks are taken again, and the sync passes', async () => {
    const settings = { idle_transaction_timeout: 1 }
    await using pooler = disposable(await startPgBouncer(server, { mode: 'transaction', settings }))
    async function* slowly() {
      yield recordLine(users, { id: 4 })
      await sleep(3000)
      yield recordLine(users, { id: 5 })
      yield statusLine(users)
    }
    const env = { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.2' }
    const run = await runWriteCommand(destination, {
      config: configFor(pooler),
      catalog,
      input: slowly(),
      env,
    })
    expect(run.errorMessage).toBeUndefined()
    expect(await database.query('SELECT id FROM app.users WHERE id > 3 ORDER BY id')).toEqual([
      { id: '4' },
      { id: '5' },
    ])
  })

  it('for a role that reads backslashes in texts as escapes: check says what to set', async () => {
    const role = `escapes_${database.name}`
    await database.query(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD 'weak'`)
    await database.query(`ALTER ROLE ${role} SET standard_conforming_strings = off`)
    const own = { ...server, user: role, password: 'weak' }
    await using pooler = disposable(await startPgBouncer(own, { mode: 'transaction' }))
    const config = configFor(pooler, { username: role, password: 'weak' })
    const { connectionStatus } = JSON.parse(`{"connectionStatus":${await answer(config)}}`)
    expect(connectionStatus).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining(`ALTER ROLE "${role}" SET standard_conforming_strings = on`),
    })
    await database.query(`DROP ROLE ${role}`)
  })

  it('in session mode: check succeeds', async () => {
    await using pooler = disposable(await startPgBouncer(server, { mode: 'session' }))
    expect(await answer(configFor(pooler))).toBe('{"status":"SUCCEEDED"}')
  })

  it.each([
    {
      setting: 'pool_mode = statement',
      options: { mode: 'statement' as const },
      changes: {},
      says: ['statement mode', '`pool_mode`', 'transaction'],
    },
    {
      setting: '`options` that it does not pass on',
      options: { mode: 'transaction' as const },
      changes: { jdbc_url_params: 'options=-c%20work_mem=8MB' },
      says: ['`options`', '`ignore_startup_parameters`', '`jdbc_url_params`'],
    },
    {
      setting: 'no TLS towards clients',
      options: { mode: 'transaction' as const },
      changes: { ssl: true },
      says: ['stage TLS', 'does not offer TLS'],
    },
    {
      setting: 'a user that it does not know',
      options: { mode: 'transaction' as const },
      changes: { username: 'stranger', password: 'x-secret' },
      says: ['stage database login', '`stranger`'],
    },
    {
      setting: 'a database that the server does not have',
      options: { mode: 'transaction' as const },
      changes: { database: 'no_such' },
      says: ['stage database login', '`no_such`'],
    },
    {
      setting: 'no room for clients',
      options: { mode: 'transaction' as const, settings: { max_client_conn: 0 } },
      changes: {},
      says: ['stage database login', 'no room'],
    },
  ])('check says what breaks: $setting', async ({ options, changes, says }) => {
    await using pooler = disposable(await startPgBouncer(server, options))
    const status = await answer(configFor(pooler, changes))
    expect(status).toContain('"FAILED"')
    for (const text of says) expect(status).toContain(text)
    expect(status).not.toContain('x-secret')
  })

  it('says so where it is up and the server behind it is not', async () => {
    const gone = { ...server, port: await findFreePort() }
    await using pooler = disposable(
      await startPgBouncer(gone, {
        mode: 'transaction',
        settings: { query_wait_timeout: 2, min_pool_size: 0 },
      }),
    )
    const status = await answer(configFor(pooler))
    expect(status).toContain('stage database login')
    expect(status).toMatch(/pooler .* reach|no server connection|pooler/)
  })
})

const users = { name: 'users', namespace: 'app' }

const catalog = {
  streams: [
    {
      stream: { ...users, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['id']],
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}

const selectSettings = `SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) AS settings FROM pg_settings
  WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'search_path', 'IntervalStyle',
    'client_connection_check_interval', 'idle_session_timeout', 'transaction_timeout')`

function disposable(pooler: PgBouncer): PgBouncer & AsyncDisposable {
  return { ...pooler, [Symbol.asyncDispose]: () => pooler.stop() }
}

async function openPooledTarget(version: (typeof postgresVersions)[number]) {
  const pooler = await startPgBouncer(await postgresServer(version), { mode: 'transaction' })
  const target = await openPostgresTarget(version)
  return {
    ...target,
    config: { ...target.database.config, host: pooler.host, port: pooler.port },
    [Symbol.asyncDispose]: async () => {
      await pooler.stop()
      await target[Symbol.asyncDispose]()
    },
  }
}
