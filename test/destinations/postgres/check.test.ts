import { runCheckCommand } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const everything = `
  SELECT 'schema ' || nspname AS object FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
  UNION ALL
  SELECT 'table ' || relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  ORDER BY 1`

describe('check', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
    const role = `limited_${database.name}`
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'limited'`)
    await database.query(`CREATE SCHEMA mine AUTHORIZATION ${role}`)
    await database.query(`CREATE SCHEMA raw AUTHORIZATION ${role}`)
  })
  afterAll(async () => {
    await database?.query(`DROP OWNED BY limited_${database.name}`)
    await database?.query(`DROP ROLE limited_${database.name}`)
    await database?.[Symbol.asyncDispose]()
  })

  const limited = (changes: object) => ({
    ...database.config,
    username: `limited_${database.name}`,
    password: 'limited',
    schema: 'mine',
    raw_data_schema: 'raw',
    ...changes,
  })

  const answer = async (config: unknown) => {
    const { messages } = await runCheckCommand(destination, config)
    return messages.find(({ type }) => type === 'CONNECTION_STATUS')
  }

  it.each([
    { what: 'with the usual schemas', changes: {} },
    { what: 'with schemas that do not exist', changes: { schema: 'fresh', raw_data_schema: 'fresh_raw' } },
    { what: 'with raw tables only', changes: { disable_type_dedupe: true } },
  ])('$what succeeds and leaves nothing behind', async ({ changes }) => {
    const before = await database.query(everything)
    expect(await answer({ ...database.config, ...changes })).toMatchObject({
      connectionStatus: { status: 'SUCCEEDED' },
    })
    expect(await database.query(everything)).toEqual(before)
  })

  it('drops the schema that it made where the second one is refused', async () => {
    const before = await database.query(everything)
    const config = { ...database.config, schema: 'pg_mine', raw_data_schema: 'fresh_raw' }
    expect(await answer(config)).toMatchObject({
      connectionStatus: { status: 'FAILED', message: expect.stringContaining('pg_mine') },
    })
    expect(await database.query(everything)).toEqual(before)
  })

  it('drops its tables also where its schema has been given to somebody else meanwhile', async () => {
    const before = await database.query(everything)
    // Whoever adds a table is a trigger here, as it must happen during the check.
    await database.query(`
      CREATE FUNCTION public.move_in() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN CREATE TABLE IF NOT EXISTS shared.of_others (); END $$;
      CREATE EVENT TRIGGER move_in ON ddl_command_end WHEN TAG IN ('CREATE TABLE AS') EXECUTE FUNCTION public.move_in()`)
    const config = { ...database.config, schema: 'shared' }
    const { messages } = await runCheckCommand(destination, config)
    await database.query('DROP EVENT TRIGGER move_in; DROP FUNCTION public.move_in')
    expect(messages.at(-1)).toMatchObject({ connectionStatus: { status: 'SUCCEEDED' } })
    const logs: readonly object[] = messages.flatMap(({ log }) => log ?? [])
    expect(logs.filter((log) => 'level' in log && log.level === 'WARN')).toEqual([
      { level: 'WARN', message: expect.stringMatching(/^Cleaning up after the check: .*schema "?shared"?/) },
    ])
    const left = (await database.query(everything)).filter(
      ({ object }) => !before.some((one) => one.object === object),
    )
    expect(left.map(({ object }) => object)).toEqual(['schema shared', 'table of_others'])
    await database.query('DROP SCHEMA shared CASCADE')
  })

  it('needs no right to create schemas where they exist', async () => {
    expect(await answer(limited({}))).toMatchObject({ connectionStatus: { status: 'SUCCEEDED' } })
  })

  it.each([
    { what: 'the default schema', changes: { schema: 'pg_catalog' } },
    { what: 'the raw schema', changes: { raw_data_schema: 'missing_raw' } },
  ])('fails where the role may not write to $what, and says so', async ({ changes }) => {
    const before = await database.query(everything)
    const status = await answer(limited(changes))
    expect(status).toMatchObject({ connectionStatus: { status: 'FAILED' } })
    expect(JSON.stringify(status)).toMatch(/permission denied|may not/i)
    expect(await database.query(everything)).toEqual(before)
  })
})
