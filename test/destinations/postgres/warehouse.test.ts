import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import { openConnection } from '../../../destinations/postgres/connection.ts'
import { PostgresWarehouse } from '../../../destinations/postgres/warehouse.ts'
import { createLogger, silentLogger } from '../../../src/logger.ts'
import { quoteLiteral, sql } from '../../../src/sql/sql.ts'
import { caught } from '../../support/caught.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

describe.each(postgresVersions)('the warehouse on PostgreSQL %s', (version) => {
  let database: TestDatabase
  let warehouse: PostgresWarehouse

  beforeAll(async () => {
    database = await createTestDatabase(version)
    warehouse = await connect(database)
  })

  afterAll(async () => {
    await warehouse[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  beforeEach(async () => {
    await database.query(`DROP SCHEMA IF EXISTS raw CASCADE`)
    await database.query(`CREATE SCHEMA raw CREATE TABLE users (
      _airbyte_raw_id varchar PRIMARY KEY, _airbyte_data jsonb, _airbyte_extracted_at timestamptz,
      _airbyte_loaded_at timestamptz, _airbyte_meta jsonb, _airbyte_generation_id bigint)`)
  })

  describe('execute', () => {
    it('runs statements in order', async () => {
      await warehouse.execute([
        [sql`CREATE TABLE raw.t (a int)`],
        [sql`INSERT INTO raw.t VALUES (1)`, sql`UPDATE raw.t SET a = a + 1`],
      ])
      expect(await database.query('SELECT a FROM raw.t')).toEqual([{ a: '2' }])
    })

    it('undoes a transaction that fails, keeps those before it and skips those after it', async () => {
      const error = await caught(() =>
        warehouse.execute([
          [sql`CREATE TABLE raw.before (a int)`],
          [sql`CREATE TABLE raw.failed (a int)`, sql`SELECT no_such_column`],
          [sql`CREATE TABLE raw.after (a int)`],
        ]),
      )
      expect(error).toMatchObject({ code: 'STATEMENT_FAILED', failureType: 'system_error' })
      expect(error.message).toContain('column "no_such_column" does not exist')
      expect(error.detail).toContain('SQLSTATE 42703')
      expect(error.detail).toContain('SELECT no_such_column')
      const [before, failed, after] = await warehouse.describeTables(
        ['before', 'failed', 'after'].map((name) => ({ namespace: 'raw', name })),
      )
      expect([before?.size, failed, after]).toEqual([1, undefined, undefined])
    })

    it('undoes a transaction whose COMMIT fails', async () => {
      await database.query('CREATE TABLE raw.p (id int PRIMARY KEY)')
      await database.query('CREATE TABLE raw.c (id int REFERENCES raw.p DEFERRABLE INITIALLY DEFERRED)')
      const insert = sql`INSERT INTO raw.c VALUES (1)`
      const error = await caught(() => warehouse.execute([[insert, insert]]))
      expect(error.code).toBe('DATA_REFUSED')
      expect(await warehouse.query(sql`SELECT * FROM raw.c`)).toEqual([])
    })

    it('names what depends on a table that is dropped', async () => {
      await database.query('CREATE VIEW raw.names AS SELECT _airbyte_raw_id FROM raw.users')
      const error = await caught(() => warehouse.execute([[sql`DROP TABLE raw.users`]]))
      expect(error).toMatchObject({ code: 'DEPENDENT_OBJECTS', failureType: 'config_error' })
      expect(error.message).toContain('view raw.names depends on table raw.users')
      expect(error.message).toContain('`drop_cascade`')
    })

    it('names the object where a right is missing', async () => {
      await database.query(`CREATE ROLE ${database.name}_reader LOGIN PASSWORD 'weak'`)
      const config = { ...database.config, username: `${database.name}_reader`, password: 'weak' }
      {
        await using reader = await connect({ config })
        const error = await caught(() => reader.execute([[sql`CREATE TABLE raw.t (a int)`]]))
        expect(error).toMatchObject({ code: 'PERMISSION_DENIED', failureType: 'config_error' })
        expect(error.message).toContain('permission denied for schema raw')
      }
      await database.query(`DROP ROLE ${database.name}_reader`)
    })

    it('does not repeat values of records that the server refuses', async () => {
      const error = await caught(() => warehouse.execute([[sql`SELECT ${quoteLiteral('x-secret')}::int`]]))
      expect(error.code).toBe('DATA_REFUSED')
      expect(error.message).toContain('invalid input syntax for type integer')
      expect(error.message).not.toContain('x-secret')
      expect(error.cause).toBeUndefined()
    })
  })

  describe('query', () => {
    it('gives booleans and small integers as such, and everything else as text without loss', async () => {
      const [row] = await warehouse.query(sql`SELECT true AS yes, NULL::boolean AS nothing, 7::int4 AS small,
        9007199254740993::int8 AS large, 0.12345678901234567890123 AS exact,
        '2024-01-02 03:04:05.123456+00'::timestamptz AS at, '{"a": 1.0}'::jsonb AS json`)
      expect(row).toEqual({
        yes: true,
        nothing: null,
        small: 7,
        large: '9007199254740993',
        exact: '0.12345678901234567890123',
        at: '2024-01-02 03:04:05.123456+00',
        json: '{"a": 1.0}',
      })
    })
  })

  describe('describeTables', () => {
    it('names the types as PostgreSQL does internally', async () => {
      await database.query(`CREATE TABLE raw.types (a varchar, b numeric(38, 9), c bigint, d boolean,
        e timestamptz, f timestamp, g timetz, h time, i date, j jsonb, "K k" varchar(36))`)
      const [types] = await warehouse.describeTables([{ namespace: 'raw', name: 'types' }])
      expect([...(types ?? [])]).toEqual([
        ['a', 'varchar'],
        ['b', 'numeric'],
        ['c', 'int8'],
        ['d', 'bool'],
        ['e', 'timestamptz'],
        ['f', 'timestamp'],
        ['g', 'timetz'],
        ['h', 'time'],
        ['i', 'date'],
        ['j', 'jsonb'],
        ['K k', 'varchar'],
      ])
    })

    it('compares names exactly: no pattern, no case, no cutting', async () => {
      const long = 'x'.repeat(63)
      await database.query(`CREATE TABLE raw.a_b (one int)`)
      await database.query(`CREATE TABLE raw."A_b" (two int)`)
      await database.query(`CREATE TABLE raw.${long} (three int)`)
      const names = ['axb', 'a_b', 'A_b', 'A_B', 'a%', long, `${long}x`, `it's "quoted"`, 'a_b']
      const tables = await warehouse.describeTables(names.map((name) => ({ namespace: 'raw', name })))
      expect(tables.map((table) => table && [...table.keys()])).toEqual([
        undefined,
        ['one'],
        ['two'],
        undefined,
        undefined,
        ['three'],
        undefined,
        undefined,
        ['one'],
      ])
      const elsewhere = await warehouse.describeTables([{ namespace: 'ra_', name: 'a_b' }])
      expect(elsewhere).toEqual([undefined])
    })

    it('tells a table without columns from none, and does not count dropped columns or views', async () => {
      await database.query('CREATE TABLE raw.bare (gone int)')
      await database.query('ALTER TABLE raw.bare DROP COLUMN gone')
      await database.query('CREATE VIEW raw.seen AS SELECT 1 AS a')
      const tables = ['bare', 'seen'].map((name) => ({ namespace: 'raw', name }))
      expect(await warehouse.describeTables(tables)).toEqual([new Map(), undefined])
      expect(await warehouse.describeTables([])).toEqual([])
    })
  })

  describe('listNamespaces', () => {
    it('lists those that exist, compared exactly', async () => {
      await database.query('CREATE SCHEMA IF NOT EXISTS "Raw"')
      const asked = ['raw', 'Raw', 'RAW', 'public', 'ra_', 'none']
      expect(await warehouse.listNamespaces(asked)).toEqual(new Set(['raw', 'Raw', 'public']))
      expect(await warehouse.listNamespaces([])).toEqual(new Set())
    })
  })

  describe('a lost connection', () => {
    const kill = (state: string) => `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = '${state}'`

    it('while a statement runs may be tried again, and the next statement connects anew', async () => {
      const running = caught(() => warehouse.query(sql`SELECT pg_sleep(30)`))
      await untilRunning(database, 'pg_sleep(30)')
      await database.query(kill('active'))
      expect(await running).toMatchObject({ code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' })
      expect(await warehouse.query(sql`SELECT 1::int4 AS a`)).toEqual([{ a: 1 }])
    })

    it('while idle is not noticed', async () => {
      await warehouse.query(sql`SELECT 1`)
      await database.query(kill('idle'))
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await warehouse.query(sql`SELECT 1::int4 AS a`)).toEqual([{ a: 1 }])
    })
  })

  describe('the end', () => {
    it('waits for work that runs, may come twice, and leaves no session', async () => {
      const other = await connect(database, 'short-lived')
      const working = other.query(sql`SELECT pg_sleep(0.3)::text, 1::int4 AS a`)
      await other[Symbol.asyncDispose]()
      await other[Symbol.asyncDispose]()
      expect(await working).toMatchObject([{ a: 1 }])
      const left = "SELECT pid FROM pg_stat_activity WHERE application_name = 'short-lived'"
      await expect.poll(() => database.query(left)).toEqual([])
      expect(await caught(() => other.query(sql`SELECT 1`))).toMatchObject({ code: 'INTERNAL' })
    })

    it('does not wait for work when the process is asked to stop', async () => {
      const stop = new AbortController()
      const other = await PostgresWarehouse.connect(postgresConfigSchema.parse(database.config), {
        logger: silentLogger,
        signal: stop.signal,
      })
      const working = caught(() => other.query(sql`SELECT pg_sleep(31)`))
      await untilRunning(database, 'pg_sleep(31)')
      stop.abort()
      expect(await working).toMatchObject({ code: 'INTERRUPTED', failureType: 'transient_error' })
      expect(await caught(() => other.query(sql`SELECT 1`))).toMatchObject({ code: 'INTERRUPTED' })
      await other[Symbol.asyncDispose]()
    })

    it.skipIf(Number(version) < 14)(
      'of a process that was killed ends its statements on the server, too',
      async () => {
        const { client } = await openConnection(postgresConfigSchema.parse(database.config))
        const orphan = client.query('SELECT pg_sleep(60)').catch(() => 'gone')
        await untilRunning(database, 'pg_sleep(60)')
        client.connection.stream.destroy()
        expect(await orphan).toBe('gone')
        const running = `SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'`
        await expect.poll(() => database.query(running), { timeout: 10_000 }).toEqual([])
      },
    )
  })

  it('makes do with the connections that the server has room for', async () => {
    await database.query(`CREATE ROLE ${database.name}_one LOGIN PASSWORD 'weak' CONNECTION LIMIT 1`)
    const config = { ...database.config, username: `${database.name}_one`, password: 'weak' }
    const lines: string[] = []
    {
      const logger = createLogger({ emit: (level, message) => lines.push(`${level} ${message}`) })
      const context = { logger, signal: new AbortController().signal }
      await using modest = await PostgresWarehouse.connect(postgresConfigSchema.parse(config), context)
      const work = Array.from({ length: 10 }, (_, index) => modest.query(sql`SELECT ${index}::int4 AS a`))
      expect((await Promise.all(work)).map(([row]) => row?.a)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
    expect(lines).toContain('WARN The server has no room for another connection; going on with 1.')
    await database.query(`DROP ROLE ${database.name}_one`)
  })
})

async function connect(
  { config }: Pick<TestDatabase, 'config'>,
  applicationName = 'landfall',
): Promise<PostgresWarehouse> {
  const context = { logger: silentLogger, signal: new AbortController().signal }
  const fields = { ...config, jdbc_url_params: `ApplicationName=${applicationName}` }
  return PostgresWarehouse.connect(postgresConfigSchema.parse(fields), context)
}

async function untilRunning(database: TestDatabase, text: string): Promise<void> {
  const statement = `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
    AND state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%${text}%'`
  await expect.poll(() => database.query(statement)).toHaveLength(1)
}
