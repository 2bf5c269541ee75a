import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import { loadDriver, openConnection } from '../../../destinations/postgres/connection.ts'
import destination from '../../../destinations/postgres/index.ts'
import { silentLogger } from '../../../src/logger.ts'
import { caught } from '../../support/caught.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

describe.each(postgresVersions)('a connection to PostgreSQL %s', (version) => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase(version)
    await database.query(`CREATE ROLE ${database.name}_weak LOGIN PASSWORD 'weak'`)
    await database.query(`CREATE ROLE ${database.name}_one LOGIN PASSWORD 'weak' CONNECTION LIMIT 1`)
    await database.query(`CREATE DATABASE ${database.name}_closed`)
    await database.query(`REVOKE CONNECT ON DATABASE ${database.name}_closed FROM PUBLIC`)
    await database.query(`ALTER DATABASE ${database.name} SET statement_timeout = '5s'`)
    await database.query(`ALTER DATABASE ${database.name} SET DateStyle = 'German'`)
  })

  afterAll(async () => {
    await database.query(`DROP DATABASE ${database.name}_closed`)
    await database.query(`DROP ROLE ${database.name}_weak`)
    await database.query(`DROP ROLE ${database.name}_one`)
    await database[Symbol.asyncDispose]()
  })

  it("does not depend on the server's, the database's or the role's settings", async () => {
    const { settings, serverVersion } = await open(database, {})
    expect(Math.floor(serverVersion / 10_000)).toBe(Number(version))
    expect(settings).toMatchObject({
      TimeZone: 'UTC',
      DateStyle: 'ISO, YMD',
      statement_timeout: '0',
      standard_conforming_strings: 'on',
      application_name: 'landfall',
    })
  })

  it('leaves it to the role how durable a commit is', async () => {
    const { settings } = await open(database, {})
    const [server] = await database.query('SHOW synchronous_commit')
    expect(settings.synchronous_commit).toBe(server?.synchronous_commit)
  })

  it('honours the parameters of the JDBC URL', async () => {
    const parameters = 'ApplicationName=nightly%20sync&options=-c%20work_mem=5MB&currentSchema=a,"B'
    const { settings } = await open(database, { jdbc_url_params: parameters })
    expect(settings).toMatchObject({
      application_name: 'nightly sync',
      work_mem: '5MB',
      search_path: 'a, """B"',
    })
  })

  it.each([
    {
      wrong: { password: 'x-secret' },
      code: 'LOGIN_FAILED',
      says: 'refused the password of the user `postgres`',
    },
    {
      wrong: { password: undefined },
      code: 'LOGIN_FAILED',
      says: 'asks for a password of the user `postgres`',
    },
    { wrong: { username: 'nobody-here' }, code: 'LOGIN_FAILED', says: 'password of the user `nobody-here`' },
    { wrong: { database: 'no_such' }, code: 'DATABASE_MISSING', says: '`no_such` does not exist' },
    { wrong: { ssl: true }, code: 'CONNECTION_FAILED', says: 'does not offer TLS. Set `ssl` to false' },
    { wrong: { host: 'no-such-host.invalid' }, code: 'CONNECTION_FAILED', says: '`no-such-host.invalid`' },
    { wrong: { port: 1 }, code: 'CONNECTION_FAILED', says: 'Nothing accepts connections at `127.0.0.1:1`' },
  ])('fails at the stage where $wrong matters', async ({ wrong, code, says }) => {
    const config = postgresConfigSchema.parse({ ...database.config, ...wrong })
    const error = await caught(() => openConnection(config))
    expect(error).toMatchObject({ code })
    expect(error.message).toContain(says)
    expect(`${error.message} ${error.detail}`).not.toContain('x-secret')
  })

  it('names the missing right where the role may not connect', async () => {
    const weak = { username: `${database.name}_weak`, password: 'weak', database: `${database.name}_closed` }
    const error = await caught(() =>
      openConnection(postgresConfigSchema.parse({ ...database.config, ...weak })),
    )
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', failureType: 'config_error' })
    expect(error.message).toContain('Grant it CONNECT')
  })

  it('may be tried again where the server has no room', async () => {
    const config = postgresConfigSchema.parse({
      ...database.config,
      username: `${database.name}_one`,
      password: 'weak',
    })
    const { client } = await openConnection(config)
    const error = await caught(() => openConnection(config))
    await client.end()
    expect(error).toMatchObject({ code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' })
    expect(error.message).toContain('no room for a connection')
  })
})

describe('a server that is not PostgreSQL', () => {
  let silent: Server

  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
  })

  afterAll(() => {
    silent.close()
  })

  function silentConfig(fields: { readonly [name: string]: unknown } = {}) {
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const config = { host: '127.0.0.1', port, database: 'x', schema: 'x', username: 'x', ssl: false }
    return postgresConfigSchema.parse({ ...config, ...fields })
  }

  it('is given up after the time that the configuration allows', async () => {
    const error = await caught(() => openConnection(silentConfig({ jdbc_url_params: 'connectTimeout=1' })))
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' })
    expect(error.message).toContain('did not answer in time')
  })

  it.each([
    { title: 'directly', way: {} },
    {
      title: 'through a jump server',
      way: {
        tunnel_method: {
          tunnel_method: 'SSH_PASSWORD_AUTH',
          tunnel_host: '127.0.0.1',
          tunnel_port: 'silent',
          tunnel_user: 'x',
          tunnel_user_password: 'x',
        },
      },
    },
  ])('is not waited for when the process is asked to stop: $title', async ({ way }) => {
    const { port } = silentConfig()
    const tunnel = JSON.parse(JSON.stringify(way).replace('"silent"', String(port)))
    const stopped = AbortSignal.timeout(300)
    const startedAt = performance.now()
    const error = await caught(() =>
      destination.connect(silentConfig(tunnel), { logger: silentLogger, signal: stopped }),
    )
    expect(error).toMatchObject({ code: 'INTERRUPTED', failureType: 'transient_error' })
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })
})

it('a driver that is not installed is named', async () => {
  const error = await caught(() => loadDriver(() => Promise.reject(new Error('ERR_MODULE_NOT_FOUND'))))
  expect(error).toMatchObject({ code: 'DRIVER_MISSING', failureType: 'config_error' })
  expect(error.message).toContain('`pg`')
})

/** Connects, reads every setting of the session, and closes. */
async function open(database: TestDatabase, fields: { readonly [key: string]: unknown }) {
  const config = postgresConfigSchema.parse({ ...database.config, ...fields })
  const { client, serverVersion } = await openConnection(config)
  const { rows } = await client.query<{ name: string; setting: string }>(
    `SELECT name, current_setting(name) AS setting FROM pg_settings`,
  )
  await client.end()
  const settings: { readonly [name: string]: string } = Object.fromEntries(
    rows.map(({ name, setting }) => [name, setting]),
  )
  return { settings, serverVersion }
}
