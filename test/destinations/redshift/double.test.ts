import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RedshiftDouble } from '../../support/redshift-double/server.ts'

/** The double has to refuse what Redshift refuses, or its tests would prove nothing. */
describe('the double of Redshift', () => {
  let double: RedshiftDouble
  let client: pg.Client

  beforeAll(async () => {
    double = await RedshiftDouble.start()
    const { host, port, database, username, password } = double.config
    client = new pg.Client({
      host: String(host),
      port: Number(port),
      database: String(database),
      user: String(username),
      password: String(password),
      ssl: { rejectUnauthorized: false },
    })
    await client.connect()
    await client.query('CREATE TABLE t (a bigint, "_airbyte_data" super)')
    await client.query(`INSERT INTO t VALUES (1, JSON_PARSE('{"a":"x","B":1.5,"long":[1,{"c":null}]}'))`)
  })

  afterAll(async () => {
    await client?.end()
    await double?.[Symbol.asyncDispose]()
  })

  it.each([
    'INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING',
    'SELECT 1 WHERE 1 IS DISTINCT FROM 2',
    'SELECT 1 WHERE 1 IS NOT DISTINCT FROM 2',
    'SELECT DISTINCT ON (a) a FROM t',
    'CREATE INDEX ON t (a)',
    'CREATE TEMPORARY TABLE x ON COMMIT DROP AS SELECT 1',
    'CREATE TABLE x (a jsonb)',
    'CREATE TABLE x (a text)',
    `SELECT "_airbyte_data" -> 'a' FROM t`,
    `SELECT "_airbyte_data" ->> 'a' FROM t`,
    'SELECT CURRENT_TIMESTAMP',
    'SELECT a FROM t, LATERAL (SELECT 1) x',
    'INSERT INTO t (a) VALUES (1) RETURNING a',
    'SELECT unnest(ARRAY[1])',
    `SELECT pg_input_is_valid('1', 'int')`,
    'SELECT pg_try_advisory_lock(1)',
    'ALTER TABLE t ADD COLUMN b bigint, ADD COLUMN c bigint',
    'ALTER TABLE t ADD COLUMN b bigint NOT NULL',
    'SELECT jsonb_typeof("_airbyte_data") FROM t',
    'SELECT "_airbyte_data" FROM t GROUP BY "_airbyte_data"',
    'COPY t FROM STDIN',
    `COPY "public"."t" FROM 's3://x/y' CSV`,
  ])('refuses %s', async (statement) => {
    await expect(client.query(statement)).rejects.toThrow(pg.DatabaseError)
  })

  it('refuses TRUNCATE in a transaction, which it would commit', async () => {
    await client.query('BEGIN')
    await expect(client.query('TRUNCATE t')).rejects.toThrow('TRUNCATE would commit')
    await client.query('ROLLBACK')
  })

  it('reads keys with capital letters only where identifiers are case sensitive', async () => {
    const read = async () => (await client.query('SELECT "_airbyte_data"."B" AS value FROM t')).rows
    expect(await read()).toEqual([{ value: null }])
    await client.query('SET enable_case_sensitive_identifier TO TRUE')
    expect(await read()).toEqual([{ value: '1.5' }])
  })

  it.each([
    [`CAST(JSON_PARSE('"x"') AS bigint)`, null],
    [`CAST(JSON_PARSE('1.5') AS bigint)`, null],
    [`CAST(JSON_PARSE('"2024-02-30"') AS date)`, null],
    [`CAST(JSON_PARSE('1e30') AS decimal(38, 9))`, null],
    [`CAST(JSON_PARSE('[1]') AS varchar(10))`, null],
    [`JSON_SERIALIZE(JSON_PARSE('{"a": [1, "b c"]}'))`, '{"a":[1,"b c"]}'],
    // Not NULL, as one would think.
    ['JSON_SERIALIZE(CAST(NULL AS super))', 'null'],
    [`JSON_TYPEOF(JSON_PARSE('null'))`, 'null'],
    [String.raw`'a\\b'`, 'a\\b'],
  ])('%s is %s', async (expression, value) => {
    expect((await client.query(`SELECT ${expression} AS value`)).rows).toEqual([{ value }])
  })
})
