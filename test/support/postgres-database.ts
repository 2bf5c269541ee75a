import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { postgresContainer } from './containers/containers.ts'
import {
  containerVersions,
  type PostgresAddress,
  type PostgresVersion,
  usualVersion,
} from './postgres-server.ts'

/** A database of its own for a test file, and a connection that looks over the connector's shoulder. */
export type TestDatabase = AsyncDisposable & {
  readonly address: PostgresAddress
  readonly name: string
  /** A connector configuration for this database, as the platform would write it. */
  readonly config: { readonly [key: string]: unknown }
  /** Rows of any statement; every value as the server's text, so that nothing is rounded. */
  query(text: string): Promise<readonly { readonly [column: string]: string | null }[]>
}

export async function postgresServer(version: PostgresVersion = usualVersion): Promise<PostgresAddress> {
  const containerVersion = containerVersions.find((candidate) => candidate === version)
  if (containerVersion !== undefined) return postgresContainer(containerVersion)
  const response = await fetch(`${inject('postgresDesk')}/${version}`)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return JSON.parse(text) as PostgresAddress
}

/** @param settings what follows the name in CREATE DATABASE */
export async function createTestDatabase(
  version: PostgresVersion = usualVersion,
  settings = '',
): Promise<TestDatabase> {
  return createDatabaseOn(await postgresServer(version), settings)
}

export async function createDatabaseOn(address: PostgresAddress, settings = ''): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await runAlone(address, `CREATE DATABASE ${name} ${settings}`)
  const client = await connect(address, name)
  return {
    address,
    name,
    config: {
      host: address.host,
      port: address.port,
      database: name,
      schema: 'public',
      username: address.user,
      password: address.password,
      ssl: false,
    },
    query: async (text) => (await client.query<{ [column: string]: string | null }>(text)).rows,
    [Symbol.asyncDispose]: async () => {
      await client.end()
      // Sessions of a test that failed half-way would keep the database.
      await runAlone(
        address,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
      )
      await runAlone(address, `DROP DATABASE IF EXISTS ${name}`)
    },
  }
}

async function connect(address: PostgresAddress, database: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...address,
    database,
    types: { getTypeParser: () => (text: string) => text },
  })
  client.on('error', () => {
    // The server ends the session when a test stops it; the next query reports it.
  })
  await client.connect()
  return client
}

async function runAlone(address: PostgresAddress, statement: string): Promise<void> {
  const client = await connect(address, 'postgres')
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
