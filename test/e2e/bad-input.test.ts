import { chmodSync, symlinkSync } from 'node:fs'
import { recordLine, runCheckCommand, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import destination from '../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres-database.ts'
import { runConnector, writeFiles } from '../support/spawn-connector.ts'

const secret = 'correct horse battery staple'
const users = { name: 'users', namespace: 'app' }

function stream(changes: object = {}): object {
  return {
    stream: { ...users, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
    sync_mode: 'incremental',
    destination_sync_mode: 'append',
    generation_id: 1,
    minimum_generation_id: 0,
    sync_id: 1,
    ...changes,
  }
}

const catalog = { streams: [stream()] }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.[Symbol.asyncDispose]())

describe('a configuration that cannot work', () => {
  const unreachable = { host: '127.0.0.1', port: 1 }
  it.each([
    { what: 'a missing field', change: { host: undefined }, says: ['`host`'] },
    { what: 'a wrong type', change: { port: 'many' }, says: ['`port`'] },
    {
      what: 'an unreachable server',
      change: unreachable,
      says: ['Nothing accepts connections at `127.0.0.1:1`'],
    },
    {
      what: 'a name that does not resolve',
      change: { host: 'no-such-host.invalid' },
      says: ['no-such-host.invalid'],
    },
    { what: 'a wrong password', change: { password: secret }, says: ['password'] },
    { what: 'a missing database', change: { database: 'nowhere' }, says: ['nowhere'] },
    { what: 'an SSH tunnel', change: { tunnel_method: { tunnel_method: 'SSH_KEY_AUTH' } }, says: ['tunnel'] },
    {
      what: 'TLS to a server without it',
      change: { ssl: true, ssl_mode: { mode: 'require' } },
      says: ['ssl_mode'],
    },
  ])('check and write name $what', async ({ change, says }) => {
    const config = { ...database.config, ...change }
    const check = await runCheckCommand(destination, config)
    expect(check.exitCode).toBe(0)
    expect(check.stdout).toContain('"FAILED"')
    const write = await runWriteCommand(destination, {
      config,
      catalog,
      input: [recordLine(users, { id: 1 })],
    })
    expect(write.exitCode).toBe(1)
    expect(write.stdout).toContain('"failure_type":"config_error"')
    for (const { stdout } of [check, write]) {
      for (const word of says) expect(stdout).toContain(word)
      expect(stdout).not.toContain(secret)
      expect(stdout).not.toContain(encodeURIComponent(String(database.config.password)))
      expect(stdout).not.toContain(JSON.stringify(database.config.password).slice(1, -1))
    }
  })

  it.each([
    {
      what: 'a file that is not there',
      argv: ['check', '--config', '/nowhere/config.json'],
      says: '/nowhere/config.json',
    },
    { what: 'a missing flag', argv: ['write', '--config', 'x'], says: '--catalog' },
    { what: 'an unknown command', argv: ['read'], says: '`read`' },
    { what: 'no command', argv: ['--config', 'x'], says: 'No command' },
  ])('the command line: $what', async ({ argv, says }) => {
    const run = await runConnector('postgres', argv)
    expect(run.stdout).toContain(says)
    expect(run.messages.length).toBeGreaterThan(0)
  })

  it('a configuration file that is not JSON is named, its content is not shown', async () => {
    const { config = '' } = writeFiles({ config: `{"password": "${secret}",}` })
    const run = await runConnector('postgres', ['check', '--config', config])
    expect(run.stdout).toContain('not JSON')
    expect(run.stdout).not.toContain(secret)
  })

  it.each([
    { what: 'JSON of another kind', text: JSON.stringify([secret]) },
    { what: 'JSON without the fields', text: JSON.stringify({ private_key: secret, [secret]: 1 }) },
    { what: 'no JSON', text: `root:${secret}:0:0\n` },
  ])(
    "a link to another's file, $what, shows nothing of it, as configuration or catalog",
    async ({ text }) => {
      const { foreign = '' } = writeFiles({ foreign: text })
      const link = `${foreign}.link`
      symlinkSync(foreign, link)
      const { config = '' } = writeFiles({ config: database.config })
      const asConfig = await runConnector('postgres', ['check', '--config', link])
      const asCatalog = await runConnector('postgres', ['write', '--config', config, '--catalog', link])
      for (const run of [asConfig, asCatalog]) {
        expect(run.stdout).toMatch(/FAILED|ERROR/)
        expect(run.stdout + run.stderr).not.toContain(secret)
      }
    },
  )

  it.skipIf(process.getuid?.() === 0)(
    'a configuration file that this user may not read is named',
    async () => {
      const { config = '' } = writeFiles({ config: database.config })
      chmodSync(config, 0)
      const run = await runConnector('postgres', ['check', '--config', config])
      expect(run.stdout).toContain('may not read it')
    },
  )
})

describe('a catalog that cannot work', () => {
  const dedup = { destination_sync_mode: 'append_dedup' }
  it.each([
    { what: 'not JSON', catalog: '{"streams": [', says: ['catalog', 'JSON'] },
    { what: 'no streams', catalog: { streams: [] }, says: ['no streams'] },
    {
      what: 'the same stream twice',
      catalog: { streams: [stream(), stream()] },
      says: ['app.users', 'more than once'],
    },
    {
      what: 'a key that the schema lacks',
      catalog: { streams: [stream({ ...dedup, primary_key: [['uuid']] })] },
      says: ['app.users', '`uuid`'],
    },
    {
      what: 'a key inside an object',
      catalog: { streams: [stream({ ...dedup, primary_key: [['id', 'part']] })] },
      says: ['app.users', 'id.part'],
    },
    {
      what: 'no key where rows are deduplicated',
      catalog: { streams: [stream(dedup)] },
      says: ['app.users', 'primary key'],
    },
    {
      what: 'an unknown sync mode',
      catalog: { streams: [stream({ destination_sync_mode: 'merge' })] },
      says: ['app.users', 'merge'],
    },
    {
      what: 'a hybrid refresh',
      catalog: { streams: [stream({ generation_id: 3, minimum_generation_id: 2 })] },
      says: ['app.users', 'generation'],
    },
  ])('names $what, before anything is created', async ({ catalog: broken, says }) => {
    const run = await runWriteCommand(destination, { config: database.config, catalog: broken, input: [] })
    expect(run.exitCode).toBe(1)
    expect(run.stdout).toContain('"failure_type":"config_error"')
    for (const word of says) expect(run.errorMessage).toContain(word)
    expect(await database.query("SELECT * FROM pg_namespace WHERE nspname = 'airbyte_internal'")).toEqual([])
  })
})

describe('input that is not what the catalog says', () => {
  it.each([
    { what: 'a record that is not JSON', line: '{"type":"RECORD","record":{', says: 'Message 3' },
    { what: 'a line of log text', line: `Password: ${secret}`, says: 'Message 3' },
    {
      what: 'a record of an unknown stream',
      line: recordLine({ name: 'ghosts' }, { id: 1 }),
      says: '`ghosts`',
    },
    {
      what: 'a record without data',
      line: '{"type":"RECORD","record":{"stream":"users","namespace":"app","emitted_at":1}}',
      says: 'Message 3',
    },
    { what: 'data that is broken inside', line: recordLine(users, '{"id":tru}'), says: 'app.users' },
  ])('$what stops the sync; what came before is safe', async ({ line, says }) => {
    await database.query('DROP SCHEMA IF EXISTS app, airbyte_internal CASCADE')
    const input = [
      recordLine(users, { id: 1 }),
      stateLine(users, 1, 1),
      line,
      recordLine(users, { id: 2 }),
      statusLine(users),
    ]
    const run = await runWriteCommand(destination, { config: database.config, catalog, input })
    expect(run.exitCode).toBe(1)
    expect(run.errorMessage).toContain(says)
    expect(run.stdout).not.toContain(secret)
    const raw = await database.query('SELECT _airbyte_data FROM airbyte_internal.app_raw__stream_users')
    // A state never says more than the table holds.
    expect(run.stateLines.length).toBeLessThanOrEqual(raw.length)
    const again = await runWriteCommand(destination, {
      config: database.config,
      catalog,
      input: [recordLine(users, { id: 3 }), statusLine(users)],
    })
    expect(again.exitCode).toBe(0)
    expect(await database.query('SELECT id FROM app.users ORDER BY id')).toHaveLength(raw.length + 1)
  })
})
