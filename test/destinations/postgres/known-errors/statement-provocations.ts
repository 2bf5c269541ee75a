import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { ServerError } from '../../../../destinations/postgres/known-error.ts'
import { startPgBouncer } from '../../../support/pgbouncer.ts'
import { behindPgBouncer, type Provocations, provoked, raised, running } from './provocation.ts'
import { failureOf, type Stage } from './stage.ts'

const table = 'CREATE TABLE t (a int)'
const view = 'CREATE VIEW v AS SELECT 1 AS a'

const setUp: Provocations = {
  'statement pooling (PgBouncer)': behindPgBouncer((stage) =>
    throughPgBouncer(stage, { mode: 'statement' }, (connect) =>
      connect().then((client) => client.query('BEGIN')),
    ),
  ),
  'query_canceled (statement_timeout)': running("SET statement_timeout = '10ms'", 'SELECT pg_sleep(5)'),
  transaction_timeout: running('BEGIN', "SET LOCAL transaction_timeout = '20ms'", 'SELECT pg_sleep(5)'),
  configuration_limit_exceeded: running(
    "SET LOCAL work_mem = '64kB'",
    "SET LOCAL temp_file_limit = '64kB'",
    "SELECT max(a) FROM (SELECT repeat('x', 99) || g AS a FROM generate_series(1, 20000) g ORDER BY 1) s",
  ),
  too_many_columns: running(
    `DO $$ BEGIN EXECUTE 'CREATE TABLE t (' || (SELECT string_agg('c' || g || ' int', ',') FROM generate_series(1, 1601) g) || ')'; END $$`,
  ),
  undefined_file: running("SELECT pg_read_file('no-such-file')"),
  data_corrupted: provoked((stage) => damage(stage, { block: 0, source: '/dev/urandom', file: 'damaged' })),
  index_corrupted: provoked((stage) => damage(stage, { block: 1, source: '/dev/zero', file: 'damaged_a' })),
  invalid_table_definition: running(table, 'CREATE TABLE u () INHERITS (t)', 'ALTER TABLE u DROP COLUMN a'),
  wrong_object_type: running(view, 'TRUNCATE v'),
  'table of a publication without a replica identity': running(
    table,
    'CREATE PUBLICATION p FOR TABLE t',
    'DELETE FROM t',
  ),
  object_not_in_prerequisite_state: running(view, 'INSERT INTO v VALUES (1)'),
  dependent_objects_still_exist: running(table, 'CREATE VIEW v AS SELECT a FROM t', 'DROP TABLE t'),
}

const become = 'SET LOCAL ROLE {weak}'

const rights: Provocations = {
  'insufficient_privilege (not the owner)': running(table, become, 'ALTER TABLE t ADD b int'),
  'insufficient_privilege (row-level security)': running(
    table,
    'ALTER TABLE t ENABLE ROW LEVEL SECURITY',
    'GRANT ALL ON t TO {weak}',
    become,
    'INSERT INTO t VALUES (1)',
  ),
  'insufficient_privilege (schema)': running('CREATE SCHEMA s', become, 'CREATE TABLE s.t (a int)'),
  'insufficient_privilege (temporary tables)': running(
    'REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC',
    become,
    'CREATE TEMPORARY TABLE t (a int)',
  ),
  'insufficient_privilege (database)': running(become, 'CREATE SCHEMA s'),
  'insufficient_privilege (table)': running(table, become, 'SELECT * FROM t'),
  insufficient_privilege: running(become, 'CREATE ROLE {weak}_other'),
  read_only_sql_transaction: running('BEGIN READ ONLY', table),
}

const passing: Provocations = {
  'query_wait_timeout (PgBouncer)': behindPgBouncer((stage) =>
    throughPgBouncer(
      stage,
      {
        mode: 'transaction',
        settings: { default_pool_size: 1, min_pool_size: 0, reserve_pool_size: 0, query_wait_timeout: 1 },
      },
      async (connect) => {
        await (await connect()).query('BEGIN')
        await (await connect()).query('SELECT 1')
      },
    ),
  ),
  'protocol_violation (words of PgBouncer)': behindPgBouncer((stage) =>
    throughPgBouncer(
      stage,
      { mode: 'transaction', settings: { idle_transaction_timeout: 1 } },
      async (connect) => {
        const client = await connect()
        await client.query('BEGIN')
        throw await nextError(client)
      },
    ),
  ),
  'connection lost': provoked(async (stage) => {
    const client = await stage.connect({ port: stage.proxy.port })
    const failure = failureOf(() => client.query('SELECT pg_sleep(5)'))
    await sleep(50)
    stage.proxy.cutAll()
    return failure
  }),
  serialization_failure: provoked(async (stage) => {
    const { first, second, name } = await twoSessions(stage, 'REPEATABLE READ')
    await first.query(`UPDATE ${name} SET a = 2`)
    const failure = failureOf(() => second.query(`SELECT 1; UPDATE ${name} SET a = 3`))
    await sleep(100)
    await first.query('COMMIT')
    return failure
  }),
  deadlock_detected: provoked(async (stage) => {
    const { first, second, name } = await twoSessions(stage, 'READ COMMITTED')
    await first.query(`LOCK TABLE ${name}`)
    await second.query(`LOCK TABLE ${name}_other`)
    const failures = [
      settled(first.query(`LOCK TABLE ${name}_other`)),
      settled(second.query(`LOCK TABLE ${name}`)),
    ]
    return failureOf(async () => {
      throw await Promise.race(failures)
    })
  }),
  lock_not_available: provoked(async (stage) => {
    const { first, second, name } = await twoSessions(stage, 'READ COMMITTED')
    await first.query(`LOCK TABLE ${name}`)
    return failureOf(() => second.query(`SET LOCAL lock_timeout = '20ms'; LOCK TABLE ${name}`))
  }),
  object_in_use: running('BEGIN', table, 'DECLARE c CURSOR FOR SELECT * FROM t', 'DROP TABLE t'),
  idle_in_transaction_session_timeout: provoked((stage) =>
    endedWhileIdle(stage, "SET idle_in_transaction_session_timeout = '20ms'; BEGIN"),
  ),
  idle_session_timeout: provoked((stage) => endedWhileIdle(stage, "SET idle_session_timeout = '20ms'")),
  'query_canceled (by somebody)': running('SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)'),
  admin_shutdown: running('SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)'),
  crash_shutdown: raised('57P02', 'arrives as a warning in front of a lost connection'),
  disk_full: raised('53100', 'needs a disk that is small; test/faults/disk-full.test.ts has one'),
  'out_of_memory (locks)': provoked(async (stage) => {
    const client = await connectToHarmed(stage)
    const takeAll = 'SELECT count(pg_advisory_lock(g)) FROM generate_series(1, 1000000) g'
    const failure = await failureOf(() => client.query(takeAll))
    await client.end()
    return failure
  }),
  out_of_memory: raised('53200', 'needs a machine without memory'),
  'insufficient_resources (class 53)': raised('53000', 'no server is known to say this'),
  'lost race (same name)': provoked(async (stage) => {
    const { first, second, name } = await twoSessions(stage, 'READ COMMITTED')
    await first.query(`CREATE SCHEMA ${name}`)
    const failure = failureOf(() => second.query(`CREATE SCHEMA IF NOT EXISTS ${name}`))
    await sleep(100)
    await first.query('COMMIT')
    return failure
  }),
  'lost race (name of an index)': running(
    table,
    'CREATE INDEX t_a_idx ON t (a)',
    'CREATE INDEX t_a_idx ON t (a)',
  ),
  'lost race (same object)': provoked(async (stage) => {
    const { first, second, name } = await twoSessions(stage, 'READ COMMITTED')
    const replace = `CREATE OR REPLACE FUNCTION ${name}() RETURNS int LANGUAGE sql AS 'SELECT 1'`
    await stage.database.query(replace)
    await first.query(replace)
    const failure = failureOf(() => second.query(replace))
    await sleep(100)
    await first.query('COMMIT')
    return failure
  }),
  'transaction_rollback (class 40)': raised('40003', 'no server is known to say this'),
  'connection_exception (class 08)': raised('08006', 'servers write it into their own log only'),
  'operator_intervention (class 57)': raised('57000', 'no server is known to say this'),
  io_error: raised('58030', 'needs a broken disk'),
  'system_error (class 58)': raised('58000', 'needs a broken operating system'),
}

const data: Provocations = {
  not_null_violation: running('CREATE TABLE t (a int NOT NULL)', 'INSERT INTO t VALUES (NULL)'),
  foreign_key_violation: running(
    'CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t)',
    'INSERT INTO t VALUES (1, 2)',
  ),
  unique_violation: running('CREATE TABLE t (a int UNIQUE)', 'INSERT INTO t VALUES (1), (1)'),
  check_violation: running('CREATE TABLE t (a int CHECK (a > 1))', 'INSERT INTO t VALUES (1)'),
  exclusion_violation: running(
    'CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&))',
    "INSERT INTO t VALUES ('[1,3]'), ('[2,4]')",
  ),
  'integrity_constraint_violation (class 23)': raised('23000', 'no server is known to say this'),
  raise_exception: running(
    table,
    `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'never %', NEW.a; END $$`,
    'CREATE TRIGGER f BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
    'INSERT INTO t VALUES (1)',
  ),
  string_data_right_truncation: running('CREATE TABLE t (a varchar(2))', "INSERT INTO t VALUES ('long')"),
  numeric_value_out_of_range: running("SELECT '9e99'::numeric::bigint"),
  null_value_not_allowed: running('SELECT array_fill(1, NULL)'),
  invalid_datetime_format: running("SELECT 'x'::date"),
  datetime_field_overflow: running("SELECT '2023-02-30'::date"),
  division_by_zero: running('SELECT 1 / 0'),
  character_not_in_repertoire: running("SELECT convert_from('\\xff', 'UTF8')"),
  invalid_parameter_value: running('SELECT generate_series(1, 2, 0)'),
  invalid_text_representation: running("SELECT '{'::jsonb"),
  invalid_binary_representation: provoked(async (stage) => {
    const client = await stage.connect()
    return failureOf(() => client.query('SELECT $1::int4', [Buffer.alloc(5)]))
  }),
  bad_copy_file_format: running(table, `COPY t FROM PROGRAM 'printf "1\\t2\\n"'`),
  untranslatable_character: running(`SELECT '"\\u0000"'::jsonb`),
  'data_exception (class 22)': running("SELECT substring('abc' FROM 1 FOR -1)"),
  statement_too_complex: running("SELECT repeat('[', 100000)::jsonb"),
  program_limit_exceeded: running(
    'CREATE TABLE t (a text PRIMARY KEY)',
    "INSERT INTO t SELECT string_agg(md5(g::text), '') FROM generate_series(1, 1000) g",
  ),
  'value beyond the memory of one allocation': raised(
    'XX000',
    'needs gigabytes of memory',
    'invalid memory alloc request size 1073741824',
  ),
}

const statements: Provocations = {
  undefined_table: running('SELECT * FROM no_such'),
  undefined_column: running('SELECT no_such'),
  invalid_schema_name: running('CREATE TABLE no_such.t (a int)'),
  duplicate_table: running(table, table),
  duplicate_column: running(table, 'ALTER TABLE t ADD a int'),
  duplicate_schema: running('CREATE SCHEMA s', 'CREATE SCHEMA s'),
  duplicate_object: running('CREATE ROLE {weak}'),
  datatype_mismatch: running(table, "INSERT INTO t SELECT 'x'::text"),
  undefined_function: running('SELECT no_such()'),
  undefined_object: running("SELECT 'x'::no_such"),
  feature_not_supported: running('SELECT count(*) FROM pg_class FOR UPDATE'),
  in_failed_sql_transaction: provoked(async (stage) => {
    const client = await stage.connect()
    await failureOf(() => client.query('BEGIN; SELECT no_such'))
    return failureOf(() => client.query('SELECT 1'))
  }),
  syntax_error: running('SELEC'),
  protocol_violation: provoked(async (stage) => {
    const client = await stage.connect()
    return failureOf(() => client.query('SELECT $1::int4, $2::int4', [1]))
  }),
  internal_error: raised('XX000', 'would be a fault of the server that its developers correct'),
}

export const statementProvocations: Provocations = { ...setUp, ...rights, ...passing, ...data, ...statements }

type PoolerOptions = Parameters<typeof startPgBouncer>[1]

/** Runs what fails behind a PgBouncer of its own. */
async function throughPgBouncer(
  stage: Stage,
  options: PoolerOptions,
  work: (connect: () => Promise<pg.Client>) => Promise<unknown>,
): Promise<ServerError> {
  const pooler = await startPgBouncer(stage.database.address, options)
  try {
    return await failureOf(() => work(() => stage.connect({ port: pooler.port })))
  } finally {
    await pooler.stop()
  }
}

/** Two open transactions, a table with one row and an empty one. */
async function twoSessions(stage: Stage, level: string) {
  const name = `races_${Math.random().toString(36).slice(2)}`
  await stage.database.query(`CREATE TABLE ${name} AS SELECT 1 AS a`)
  await stage.database.query(`CREATE TABLE ${name}_other (a int)`)
  const [first, second] = [await stage.connect(), await stage.connect()]
  for (const client of [first, second]) {
    await client.query(`SET deadlock_timeout = '10ms'`)
    await client.query(`BEGIN ISOLATION LEVEL ${level}`)
    await client.query(`SELECT FROM ${name} LIMIT 0`)
  }
  // Reading takes a lock that LOCK TABLE would wait for.
  for (const client of level === 'READ COMMITTED' ? [first, second] : []) await client.query('COMMIT; BEGIN')
  return { first, second, name }
}

/** Only ends by a failure: what it is raced with never succeeds either. */
function settled(query: Promise<unknown>): Promise<unknown> {
  return query.then(
    () => new Promise(() => {}),
    (error: unknown) => error,
  )
}

async function endedWhileIdle(stage: Stage, statement: string): Promise<ServerError> {
  const client = await stage.connect()
  const error = nextError(client)
  await client.query(statement)
  return error
}

/** The server's last words on a session that was idle. */
async function nextError(client: pg.Client): Promise<ServerError> {
  const [error] = (await once(client as NodeJS.EventEmitter, 'error')) as [ServerError]
  return error
}

function connectToHarmed({ connect, harmed }: Stage): Promise<pg.Client> {
  const { host, port, user, password } = harmed
  return connect({ host, port, user, password, database: 'postgres' })
}

/** Writes over a block of a table's or an index's file, which the server has not read since it was written. */
async function damage(
  stage: Stage,
  { block, source, file }: { readonly block: number; readonly source: string; readonly file: string },
): Promise<ServerError> {
  const client = await connectToHarmed(stage)
  await client.query(
    'DROP TABLE IF EXISTS damaged; CREATE TABLE damaged AS SELECT g AS a FROM generate_series(1, 1000) g',
  )
  await client.query('VACUUM FULL damaged')
  // Building it reads the table.
  if (file !== 'damaged') await client.query('CREATE INDEX damaged_a ON damaged (a)')
  await client.query('CHECKPOINT')
  const { rows } = await client.query<{ path: string }>('SELECT pg_relation_filepath($1) AS path', [file])
  const command = `dd if=${source} of=${rows[0]?.path} bs=8192 seek=${block} count=1 conv=notrunc status=none`
  await client.query(`COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; ${command}'`)
  await client.query('SET enable_seqscan = off; SET enable_bitmapscan = off')
  const condition = file === 'damaged' ? '' : 'WHERE a = 1'
  return failureOf(() => client.query(`SELECT a FROM damaged ${condition}`))
}
