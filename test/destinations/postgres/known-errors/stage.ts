import pg from 'pg'
import type { ServerError } from '../../../../destinations/postgres/known-error.ts'
import { startTcpProxy, type TcpProxy } from '../../../faults/tcp-proxy.ts'
import { createCertificate, exportKey } from '../../../support/certificates.ts'
import { createTestDatabase, type TestDatabase } from '../../../support/postgres-database.ts'
import {
  type PostgresVersion,
  type RunningPostgres,
  startPostgres,
} from '../../../support/postgres-server.ts'

/** Where errors are provoked: a database that others do not see, and a server that may be harmed. */
export type Stage = AsyncDisposable & {
  readonly database: TestDatabase
  /** `server_version_num` of both servers. */
  readonly serverVersion: number
  /** A role without rights; its password is `weak`. */
  readonly weakRole: string
  /** A server of this test's own: with TLS, few connections and rules of its own. */
  readonly harmed: RunningPostgres
  readonly proxy: TcpProxy
  /** A session as superuser that ends with the stage. */
  connect(options?: pg.ClientConfig): Promise<pg.Client>
}

const hostRules = [
  'hostssl all certified all scram-sha-256 clientcert=verify-ca',
  'host all trusted all trust',
  'host all unwanted all reject',
  'host all all all scram-sha-256',
  '',
].join('\n')

export async function openStage(version: PostgresVersion): Promise<Stage> {
  const database = await createTestDatabase(version)
  const weakRole = `${database.name}_weak`
  await database.query(`CREATE ROLE ${weakRole} LOGIN PASSWORD 'weak'`)
  const authority = createCertificate({ name: 'Landfall tests of errors' })
  const certificate = createCertificate({ name: '127.0.0.1', hostName: '127.0.0.1', issuer: authority })
  const harmed = await startPostgres({
    version,
    settings: { ssl: 'on', ssl_ca_file: 'root.crt', max_connections: '12', autovacuum: 'off' },
    files: {
      'pg_hba.conf': hostRules,
      'root.crt': authority.certificate,
      'server.crt': certificate.certificate,
      'server.key': exportKey(certificate),
    },
  })
  const proxy = await startTcpProxy(database.address)
  const clients = new Set<pg.Client>()
  const [row] = await database.query('SHOW server_version_num')
  return {
    database,
    serverVersion: Number(row?.server_version_num),
    weakRole,
    harmed,
    proxy,
    connect: async (options) => {
      const client = new pg.Client({ ...database.address, database: database.name, ...options })
      client.on('error', () => {
        // Many of these tests end sessions; who cares listens on its own.
      })
      await client.connect()
      clients.add(client)
      return client
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.connection.stream.destroy()
      await proxy[Symbol.asyncDispose]()
      await harmed.stop()
      const { name } = database
      await database.query(`DROP OWNED BY ${weakRole}`)
      await database.query(`DROP ROLE ${weakRole}`)
      await database.query(`DROP DATABASE IF EXISTS ${name}_closed`)
      await database[Symbol.asyncDispose]()
    },
  }
}

/** What an action fails with, as the driver throws it. */
export async function failureOf(action: () => Promise<unknown>): Promise<ServerError> {
  try {
    await action()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('Nothing failed.')
}
