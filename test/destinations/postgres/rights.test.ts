import { recordLine, runCheckCommand, runWriteCommand } from 'landfall/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import { grantScript } from '../../../destinations/postgres/grant-script.ts'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const users = { name: 'users', namespace: 'shop' }

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

describe('a role', () => {
  let database: TestDatabase
  let role: string

  beforeEach(async () => {
    database = await createTestDatabase()
    role = `Role ${database.name}`
    await database.query(`CREATE ROLE "${role}" LOGIN PASSWORD 'weak'`)
  })

  afterEach(async () => {
    await database.query(`DROP OWNED BY "${role}" CASCADE; DROP ROLE "${role}"`)
    await database[Symbol.asyncDispose]()
  })

  const config = (changes: object = {}) => ({
    ...database.config,
    username: role,
    password: 'weak',
    schema: 'shop',
    raw_data_schema: 'raw',
    ...changes,
  })

  const check = async (changes: object = {}) => {
    const { messages } = await runCheckCommand(destination, config(changes))
    return messages.find(({ type }) => type === 'CONNECTION_STATUS')?.connectionStatus as {
      readonly status: string
      readonly message?: string
    }
  }

  const sync = (id: number) =>
    runWriteCommand(destination, { config: config(), catalog, input: [recordLine(users, { id })] })

  /** The statements that a message tells to run. */
  const advised = (message: string | undefined) => /superuser: (.*;)$/.exec(message ?? '')?.[1] ?? ''

  const full = [
    'CREATE SCHEMA shop',
    'CREATE SCHEMA raw',
    'GRANT USAGE, CREATE ON SCHEMA shop, raw TO "ROLE"',
  ]

  it.each([
    {
      lacks: 'USAGE on the default schema',
      setup: ['REVOKE USAGE ON SCHEMA shop FROM "ROLE"'],
      grant: 'GRANT USAGE ON SCHEMA "shop" TO "ROLE"',
    },
    {
      lacks: 'CREATE on the default schema',
      setup: ['REVOKE CREATE ON SCHEMA shop FROM "ROLE"'],
      grant: 'GRANT CREATE ON SCHEMA "shop" TO "ROLE"',
    },
    {
      lacks: 'USAGE and CREATE on the schema of the raw tables',
      setup: ['REVOKE ALL ON SCHEMA raw FROM "ROLE"'],
      grant: 'GRANT USAGE, CREATE ON SCHEMA "raw" TO "ROLE"',
    },
    {
      lacks: 'a schema, and the right to create it',
      setup: ['DROP SCHEMA raw CASCADE'],
      grant: 'CREATE SCHEMA "raw"; GRANT USAGE, CREATE ON SCHEMA "raw" TO "ROLE"',
    },
    {
      lacks: 'TEMPORARY on the database',
      setup: ['REVOKE TEMPORARY ON DATABASE "DATABASE" FROM PUBLIC'],
      grant: 'GRANT TEMPORARY ON DATABASE "DATABASE" TO "ROLE"',
    },
  ])('that lacks $lacks: check and write tell the statement, which is enough', async ({ setup, grant }) => {
    await runAll([...full, ...setup])
    const expected = fill(`${grant};`)
    const { status, message } = await check()
    expect(status).toBe('FAILED')
    expect(advised(message)).toBe(expected)
    const failed = await sync(1)
    expect(advised(failed.errorMessage)).toBe(expected)
    expect(JSON.stringify(failed.messages)).toContain('"failure_type":"config_error"')
    await database.query(expected)
    expect(await check()).toEqual({ status: 'SUCCEEDED' })
    expect((await sync(1)).errorMessage).toBeUndefined()
  })

  it('lacks several rights: one message has all statements', async () => {
    await runAll(['CREATE SCHEMA raw', 'REVOKE TEMPORARY ON DATABASE "DATABASE" FROM PUBLIC'])
    const { message } = await check()
    expect(advised(message).split('; ')).toHaveLength(4)
    await database.query(advised(message))
    expect(await check()).toEqual({ status: 'SUCCEEDED' })
  })

  it('needs no right to create schemas, nor TEMPORARY where there are raw tables only', async () => {
    await runAll([...full, 'REVOKE TEMPORARY ON DATABASE "DATABASE" FROM PUBLIC'])
    expect(await check({ disable_type_dedupe: true })).toEqual({ status: 'SUCCEEDED' })
  })

  it('that may not touch a table of its stream: write tells whose it must be', async () => {
    await runAll([...full, 'CREATE TABLE shop.users (id int)'])
    const run = await sync(1)
    expect(advised(run.errorMessage)).toBe(fill('ALTER TABLE "shop"."users" OWNER TO "ROLE";'))
  })

  it('that may write to tables of another role syncs, and is warned', async () => {
    await runAll(full)
    expect((await sync(1)).errorMessage).toBeUndefined()
    await runAll([
      'ALTER TABLE shop.users OWNER TO postgres',
      'GRANT SELECT, INSERT, UPDATE, DELETE ON shop.users TO "ROLE"',
    ])
    const run = await sync(2)
    expect(run.errorMessage).toBeUndefined()
    expect(JSON.stringify(run.messages)).toContain('does not own all of its tables')
    expect(await database.query('SELECT id FROM shop.users ORDER BY id')).toEqual([{ id: '1' }, { id: '2' }])
  })

  it('whose transactions are read-only is refused with the setting', async () => {
    await runAll([...full, 'ALTER ROLE "ROLE" SET default_transaction_read_only = on'])
    const { message } = await check()
    expect(message).toContain('`default_transaction_read_only`')
    await database.query(/run: (.*;)$/.exec(message ?? '')?.[1] ?? '')
    expect(await check()).toEqual({ status: 'SUCCEEDED' })
  })

  it.each([{ disable_type_dedupe: false }, { disable_type_dedupe: true }])(
    'with the script of `landfall grants` and %s can check and sync',
    async (changes) => {
      await runAll(['REVOKE ALL ON DATABASE "DATABASE" FROM PUBLIC'])
      const script = grantScript(postgresConfigSchema.parse(config(changes)))
      await database.query(script)
      await database.query(script)
      expect(await check(changes)).toEqual({ status: 'SUCCEEDED' })
      const run = await runWriteCommand(destination, {
        config: config(changes),
        catalog,
        input: [recordLine(users, { id: 1 })],
      })
      expect(run.errorMessage).toBeUndefined()
    },
  )

  it('that does not exist is made by the script, without a password', async () => {
    const name = `new_${database.name}`
    const script = grantScript(postgresConfigSchema.parse(config({ username: name, password: 'x-secret' })))
    expect(script).not.toContain('x-secret')
    await database.query(script)
    expect(await database.query(`SELECT rolcanlogin FROM pg_roles WHERE rolname = '${name}'`)).toEqual([
      { rolcanlogin: 't' },
    ])
    await database.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`)
  })

  const fill = (statement: string) =>
    statement.replaceAll('"ROLE"', `"${role}"`).replaceAll('"DATABASE"', `"${database.name}"`)

  const runAll = (statements: readonly string[]) => database.query(statements.map(fill).join('; '))
})
