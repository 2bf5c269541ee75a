import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import duckdb from '../../destinations/duckdb/index.ts'
import postgres from '../../destinations/postgres/index.ts'
import type { SqlDestination } from '../../src/typing/sql-destination.ts'
import { createTestDatabase } from '../support/postgres-database.ts'

export type Cell = string | null

/** A database with a table that no sync may touch, and a way to see everything in it. */
export type HostileDatabase = AsyncDisposable & {
  readonly name: 'postgres' | 'duckdb'
  readonly destination: {
    readonly plan: SqlDestination['plan']
    readonly configSchema: SqlDestination['configSchema']
    readonly sqlGenerator: SqlDestination['sqlGenerator']
  }
  readonly config: unknown
  /** What a text may hold there. */
  readonly keep: (text: string) => string
  query(statement: string): Promise<readonly { readonly [column: string]: Cell }[]>
  /** `schema.table` of every table, and whatever else a statement from the data could have changed. */
  listAll(): Promise<readonly string[]>
}

const createCanary = [
  'CREATE SCHEMA canary',
  'CREATE TABLE canary.users (id integer, name varchar)',
  "INSERT INTO canary.users VALUES (1, 'untouched')",
]

const canary = "SELECT 'canary ' || id || name AS name FROM canary.users"

const tables = `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
  WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`

export async function openHostilePostgres(): Promise<HostileDatabase> {
  const database = await createTestDatabase()
  for (const statement of createCanary) await database.query(statement)
  // Tests that run meanwhile on the same server make roles of their own, named after their databases.
  const roles =
    "SELECT 'role ' || rolname || rolsuper AS name FROM pg_roles WHERE rolname !~ 'test_[0-9a-f]{8}'"
  const functions = `SELECT 'function ' || proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE nspname NOT IN ('pg_catalog', 'information_schema')`
  return {
    name: 'postgres',
    destination: postgres,
    config: database.config,
    keep: (text) => text.replaceAll('\u0000', ''),
    query: (statement) => database.query(statement),
    listAll: async () =>
      namesOf(await database.query([tables, canary, roles, functions].join(' UNION ALL '))),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

export async function openHostileDuckDb(): Promise<HostileDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-hostile-'))
  const path = join(directory, 'database.duckdb')
  const query = (statement: string) => queryDuckDb(path, statement)
  for (const statement of createCanary) await query(statement)
  return {
    name: 'duckdb',
    destination: duckdb,
    config: { destination_path: path, memory_limit: '1GB' },
    keep: (text) => text,
    query,
    listAll: async () => namesOf(await query([tables, canary].join(' UNION ALL '))),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** Opens the file for one statement, since a sync needs it for itself. */
async function queryDuckDb(
  path: string,
  statement: string,
): Promise<readonly { readonly [column: string]: Cell }[]> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  try {
    const reader = await connection.runAndReadAll(statement)
    return reader
      .getRowObjects()
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
        ),
      )
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

function namesOf(rows: readonly { readonly [column: string]: Cell }[]): readonly string[] {
  return rows.map(({ name }) => String(name)).toSorted()
}
