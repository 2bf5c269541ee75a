import { type ConnectorRun, recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const users = { name: 'users', namespace: 'app' }
const integer = { type: 'integer' }
const string = { type: 'string' }

let database: TestDatabase
let reader: string
beforeAll(async () => {
  database = await createTestDatabase()
  reader = `reader_${database.name}`
  await database.query(`CREATE ROLE ${reader}`)
})
afterAll(async () => {
  await database?.query(`DROP OWNED BY ${reader}`)
  await database?.query(`DROP ROLE ${reader}`)
  await database?.[Symbol.asyncDispose]()
})

async function sync(
  properties: object,
  records: readonly object[],
  settings: object = {},
  config: object = {},
): Promise<ConnectorRun> {
  return runWriteCommand(destination, {
    config: { ...database.config, ...config },
    catalog: {
      streams: [
        {
          stream: { ...users, json_schema: { type: 'object', properties } },
          sync_mode: 'full_refresh',
          destination_sync_mode: 'append',
          generation_id: 1,
          minimum_generation_id: 1,
          sync_id: 1,
          ...settings,
        },
      ],
    },
    input: [...records.map((record) => recordLine(users, record)), statusLine(users)],
  })
}

const next = { generation_id: 2, minimum_generation_id: 2 }

describe('what is attached to a final table', () => {
  beforeEach(async () => {
    await database.query('DROP SCHEMA IF EXISTS app, airbyte_internal CASCADE')
    expect((await sync({ id: integer, name: string }, [{ id: 1, name: 'Ann' }])).exitCode).toBe(0)
    await database.query(`
      CREATE VIEW app.names AS SELECT name FROM app.users;
      CREATE MATERIALIZED VIEW app.counts AS SELECT count(*) AS n FROM app.users;
      CREATE INDEX my_index ON app.users (name);
      COMMENT ON TABLE app.users IS 'mine';
      COMMENT ON COLUMN app.users.name IS 'also mine';
      GRANT USAGE ON SCHEMA app TO ${reader};
      GRANT SELECT ON app.users TO ${reader};
    `)
  })

  async function expectAttached(names: readonly string[]): Promise<void> {
    const rows = await database.query('SELECT name FROM app.names ORDER BY name')
    expect(rows.map(({ name }) => name)).toEqual(names)
    await database.query('REFRESH MATERIALIZED VIEW app.counts')
    expect(await database.query('SELECT n FROM app.counts')).toEqual([{ n: String(names.length) }])
    const [facts] = await database.query(`
      SELECT obj_description('app.users'::regclass) AS comment,
        col_description('app.users'::regclass, (SELECT attnum FROM pg_attribute WHERE attrelid = 'app.users'::regclass AND attname = 'name')) AS column_comment,
        has_table_privilege('${reader}', 'app.users', 'SELECT') AS may_read,
        to_regclass('app.my_index') IS NOT NULL AS has_index`)
    expect(facts).toEqual({ comment: 'mine', column_comment: 'also mine', may_read: 't', has_index: 't' })
  }

  it('survives an overwrite', async () => {
    expect((await sync({ id: integer, name: string }, [{ id: 2, name: 'Ben' }], next)).exitCode).toBe(0)
    await expectAttached(['Ben'])
  })

  it('survives an overwrite without records', async () => {
    expect((await sync({ id: integer, name: string }, [], next)).exitCode).toBe(0)
    await expectAttached([])
  })

  it('survives a new column, a dropped one and a changed type, in a normal sync', async () => {
    const properties = { id: string, name: string, mail: string }
    const run = await sync(properties, [{ id: 2, name: 'Ben', mail: 'b' }], { minimum_generation_id: 0 })
    expect(run.exitCode).toBe(0)
    await expectAttached(['Ann', 'Ben'])
  })

  it('stops the loss of a column that a view reads, with an error that names the view', async () => {
    const run = await sync({ id: integer }, [{ id: 2 }], next)
    expect(run.exitCode).toBe(1)
    expect(run.stdout).toContain('"failure_type":"config_error"')
    expect(run.errorMessage).toContain('app.names')
    expect(run.errorMessage).toContain('drop_cascade')
    await expectAttached(['Ann'])
  })

  it('gives way to it where `drop_cascade` says so', async () => {
    const run = await sync({ id: integer }, [{ id: 2 }], next, { drop_cascade: true })
    expect(run.exitCode).toBe(0)
    expect(await database.query("SELECT to_regclass('app.names') AS view, id FROM app.users")).toEqual([
      { view: null, id: '2' },
    ])
  })
})
