import { recordLine, runCheckCommand, runWriteCommand } from 'landfall/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { sessionLabel } from '../../../destinations/postgres/session-labels.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions, startPostgres } from '../../support/postgres-server.ts'
import { streamConfig } from '../../support/stream-config.ts'

const users = { name: 'users', namespace: 'shop' }

const catalog = {
  streams: [
    {
      stream: {
        ...users,
        json_schema: {
          type: 'object',
          properties: { id: { type: 'integer' }, at: { type: 'string', format: 'date-time' } },
        },
      },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['id']],
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 77,
    },
  ],
}

describe.each(postgresVersions)('a role of PostgreSQL %s with settings of its own', (version) => {
  let database: TestDatabase
  let role: string

  beforeEach(async () => {
    database = await createTestDatabase(version)
    role = `role_${database.name}`
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'weak'`)
    await database.query(`GRANT CREATE, TEMPORARY ON DATABASE ${database.name} TO ${role}`)
  })

  afterEach(async () => {
    await database.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`)
    await database[Symbol.asyncDispose]()
  })

  const sync = (ids: readonly number[]) =>
    runWriteCommand(destination, {
      config: { ...database.config, username: role, password: 'weak' },
      catalog,
      input: ids.map((id) => recordLine(users, { id, at: '2024-01-01T00:00:00' })),
    })

  it.each([
    { setting: "search_path = 'evil'" },
    { setting: "search_path = ''" },
    { setting: "idle_in_transaction_session_timeout = '10ms'" },
    { setting: "statement_timeout = '30s'" },
    { setting: 'synchronous_commit = off' },
    { setting: "TimeZone = 'Asia/Tokyo'" },
    { setting: "DateStyle = 'SQL, DMY'" },
    { setting: "default_transaction_isolation = 'serializable'" },
    { setting: 'standard_conforming_strings = off' },
    { setting: "bytea_output = 'escape'" },
    { setting: 'row_security = on' },
  ])('syncs as any other: $setting', async ({ setting }) => {
    // What a search path could lead to instead of the tables and functions that are meant.
    await database.query(`CREATE SCHEMA evil CREATE TABLE users (x int)`)
    await database.query(
      `CREATE FUNCTION evil.jsonb_typeof(jsonb) RETURNS text LANGUAGE sql AS 'SELECT ''evil'''`,
    )
    await database.query(`ALTER ROLE ${role} SET ${setting}`)
    expect((await sync([1])).errorMessage).toBeUndefined()
    expect((await sync([1, 2])).errorMessage).toBeUndefined()
    expect(
      await database.query("SELECT id, at AT TIME ZONE 'UTC' AS at FROM shop.users ORDER BY id"),
    ).toEqual([
      { id: '1', at: '2024-01-01 00:00:00' },
      { id: '2', at: '2024-01-01 00:00:00' },
    ])
  })

  it('a limit on statements holds, and the error names it', async () => {
    expect((await sync([1])).errorMessage).toBeUndefined()
    await database.query(`ALTER ROLE ${role} SET statement_timeout = '400ms'`)
    await database.query('BEGIN; LOCK TABLE airbyte_internal.shop_raw__stream_users IN ACCESS EXCLUSIVE MODE')
    const run = await sync([2])
    await database.query('ROLLBACK')
    expect(run.exitCode).toBe(1)
    expect(run.errorMessage).toContain('due to statement timeout')
    expect(run.errorMessage).toContain('ALTER ROLE ... SET statement_timeout = 0')
    expect(JSON.stringify(run.messages)).toContain('"failure_type":"config_error"')
    expect((await sync([2])).errorMessage).toBeUndefined()
  })

  it.each([1, 2, 3])('room for %i connections is enough', async (limit) => {
    await database.query(`ALTER ROLE ${role} CONNECTION LIMIT ${limit}`)
    expect((await sync([1, 2])).errorMessage).toBeUndefined()
    expect(await database.query('SELECT id FROM shop.users ORDER BY id')).toEqual([{ id: '1' }, { id: '2' }])
  })

  it('sees in pg_stat_activity which stream and which sync a session works on', async () => {
    expect((await sync([1])).errorMessage).toBeUndefined()
    await database.query('BEGIN; LOCK TABLE airbyte_internal.shop_raw__stream_users IN SHARE MODE')
    const run = sync([2])
    await expect
      .poll(
        async () => {
          // Within a transaction, the server shows what it saw first.
          await database.query('SELECT pg_stat_clear_snapshot()')
          const rows = await database.query(
            "SELECT application_name AS name FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
          )
          return rows.map(({ name }) => name)
        },
        { timeout: 10_000 },
      )
      .toEqual(['landfall sync 77 shop.users'])
    await database.query('ROLLBACK')
    expect((await run).errorMessage).toBeUndefined()
  })
})

it('a read-only replica is refused by check in plain words', async () => {
  const replica = await startPostgres({ files: { 'standby.signal': '' } })
  const config = {
    host: replica.host,
    port: replica.port,
    database: 'postgres',
    schema: 'public',
    username: replica.user,
    password: replica.password,
    ssl: false,
  }
  const { messages } = await runCheckCommand(destination, config)
  await replica.stop()
  const status = JSON.stringify(messages.at(-1))
  expect(status).toContain('"FAILED"')
  expect(status).toContain('read-only replica')
  expect(status).toContain('`host`')
})

it.each([
  { prefix: 'landfall', name: 'users', label: 'landfall sync 0 users' },
  { prefix: 'nightly', name: 'größe\n', label: 'nightly sync 0 gr??e?' },
  { prefix: 'landfall', name: 'x'.repeat(100), label: `landfall sync 0 ${'x'.repeat(47)}` },
])('a session is labelled `$label`', ({ prefix, name, label }) => {
  expect(sessionLabel(prefix, { ...streamConfig(), descriptor: { name, namespace: undefined } })).toBe(label)
})
