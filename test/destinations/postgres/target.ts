import type { TableName } from 'landfall/sdk'
import type { ConformanceTarget } from 'landfall/testing'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import type { PostgresVersion } from '../../support/postgres-server.ts'

export type PostgresTarget = ConformanceTarget & { readonly database: TestDatabase }

/** A database of its own on a real server of this version. */
export async function openPostgresTarget(version: PostgresVersion): Promise<PostgresTarget> {
  return openTargetIn(await createTestDatabase(version))
}

/** A database that exists already; it goes when the target does. */
export function openTargetIn(database: TestDatabase): PostgresTarget {
  return {
    destination,
    database,
    config: database.config,
    readRows: (table) => readRows(database, table),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

async function readRows(database: TestDatabase, { namespace, name }: TableName) {
  const [found] = await database.query(
    `SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = '${namespace}' AND table_name = '${name}'`,
  )
  return found?.n === '0' ? undefined : database.query(`SELECT * FROM "${namespace}"."${name}"`)
}
