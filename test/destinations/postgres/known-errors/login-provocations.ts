import { setTimeout as sleep } from 'node:timers/promises'
import { postgresConfigSchema } from '../../../../destinations/postgres/config.ts'
import { openConnection } from '../../../../destinations/postgres/connection.ts'
import { caught } from '../../../support/caught.ts'
import { findFreePort } from '../../../support/free-port.ts'
import { startPgBouncer, whyNoPgBouncer } from '../../../support/pgbouncer.ts'
import { answeringWith, errorResponse, listenAs, serverMessage } from './fake-server.ts'
import type { Stage } from './stage.ts'

type Fields = { readonly [name: string]: unknown }

/** Tries to connect, and returns the DestinationError that a user would see. */
export type LoginProvocation = {
  readonly provoke: (stage: Stage) => Promise<Error>
  readonly skip?: string | undefined
  /** What it would take for a real server to do it, where one of the test sends the error. */
  readonly needs?: string
}

export type LoginProvocations = { readonly [name: string]: LoginProvocation }

/** Connects to the stage's database with some fields changed. */
export async function connectWith({ database }: Stage, fields: Fields): Promise<Error> {
  return caught(() => openConnection(postgresConfigSchema.parse({ ...database.config, ...fields })))
}

function changing(fields: (stage: Stage) => Fields | Promise<Fields>): LoginProvocation {
  return { provoke: async (stage) => connectWith(stage, await fields(stage)) }
}

/** As the weak role, with `options` that the server reads. */
function withOptions(options: string): LoginProvocation {
  return changing(({ weakRole }) => ({
    ...weak(weakRole),
    jdbc_url_params: `options=${encodeURIComponent(options)}`,
  }))
}

const weak = (username: string): Fields => ({ username, password: 'weak' })

/**
 * A server of the test sends the error.
 * @param needs what it would take for a real one to do it
 */
function answered(state: string, message: string, needs: string): LoginProvocation {
  const provocation = changing(async () => ({
    port: await listenAs(answeringWith(errorResponse(state, message))),
  }))
  return { ...provocation, needs }
}

function behindPgBouncer(
  options: Partial<Parameters<typeof startPgBouncer>[1]>,
  fields: Fields,
  address?: (stage: Stage) => Promise<Stage['database']['address']>,
): LoginProvocation {
  return {
    skip: whyNoPgBouncer,
    provoke: async (stage) => {
      const server = await (address?.(stage) ?? stage.database.address)
      const pooler = await startPgBouncer(server, { mode: 'transaction', ...options })
      try {
        return await connectWith(stage, { port: pooler.port, ...fields })
      } finally {
        await pooler.stop()
      }
    },
  }
}

function onHarmed(fields: Fields, prepare = ''): LoginProvocation {
  return {
    provoke: async (stage) => {
      const { host, port, user, password } = stage.harmed
      if (prepare !== '') {
        const client = await stage.connect({ host, port, user, password, database: 'postgres' })
        await client.query(prepare)
        await client.end()
      }
      return connectWith(stage, { host, port, database: 'postgres', ...fields })
    },
  }
}

const encryption: LoginProvocations = {
  'server without TLS': changing(() => ({ ssl: true, ssl_mode: { mode: 'require' } })),
  'answer that is not of PostgreSQL': changing(async () => ({
    ssl: true,
    ssl_mode: { mode: 'require' },
    port: await listenAs(answeringWith(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  })),
}

const credentials: LoginProvocations = {
  invalid_password: changing(() => ({ password: 'x-secret' })),
  'no password given': changing(() => ({ password: undefined })),
  'authentication method of another kind': changing(async () => ({
    port: await listenAs(answeringWith(serverMessage('R', 7))),
  })),
  'server without the right secret': changing(async () => ({
    port: await listenAs(
      answeringWith(
        serverMessage('R', 10, 'SCRAM-SHA-256\0\0'),
        serverMessage('R', 11, 'r=another,s=c2FsdA==,i=4096'),
      ),
    ),
  })),
  'invalid_authorization_specification (no rule)': onHarmed(weak('unwanted')),
  'invalid_authorization_specification (client certificate)': onHarmed(
    { ...weak('certified'), ssl: true, ssl_mode: { mode: 'require' } },
    "CREATE ROLE certified LOGIN PASSWORD 'weak'",
  ),
  'invalid_authorization_specification (not permitted to log in)': onHarmed(
    weak('barred'),
    "CREATE ROLE barred PASSWORD 'weak'",
  ),
  invalid_authorization_specification: onHarmed(weak('trusted')),
}

const database: LoginProvocations = {
  invalid_catalog_name: changing(() => ({ database: 'no_such' })),
  'unknown database (PgBouncer)': answered(
    '08P01',
    'no such database: no_such',
    'needs a pooler with a list of its databases',
  ),
  'database that takes no connections': onHarmed(
    { username: 'postgres', database: 'closed' },
    'CREATE DATABASE closed ALLOW_CONNECTIONS false',
  ),
  'unsupported startup parameter (PgBouncer)': behindPgBouncer(
    {},
    { jdbc_url_params: 'options=-c%20work_mem=5MB' },
  ),
  'setting that the role may not change': withOptions('-c log_statement=all'),
  'setting that is unknown (undefined_object)': withOptions('-c no_such=1'),
  'setting with a wrong value (invalid_parameter_value)': withOptions('-c statement_timeout=abc'),
  'setting of the whole server (cant_change_runtime_param)': withOptions('-c max_connections=5'),
  'options that cannot be read (syntax_error)': withOptions('-z'),
  config_file_error: answered('F0000', 'configuration file is damaged', 'needs a server with a broken file'),
  'insufficient_privilege (CONNECT)': {
    provoke: async (stage) => {
      const name = `${stage.database.name}_closed`
      await stage.database.query(`CREATE DATABASE ${name}`)
      await stage.database.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`)
      return connectWith(stage, { ...weak(stage.weakRole), database: name })
    },
  },
}

const availability: LoginProvocations = {
  'too_many_connections (role)': {
    provoke: async (stage) => {
      await stage.database.query(`ALTER ROLE ${stage.weakRole} CONNECTION LIMIT 0`)
      const error = await connectWith(stage, weak(stage.weakRole))
      await stage.database.query(`ALTER ROLE ${stage.weakRole} CONNECTION LIMIT -1`)
      return error
    },
  },
  'too_many_connections (database)': {
    provoke: async (stage) => {
      const { name, query } = stage.database
      await query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`)
      const error = await connectWith(stage, weak(stage.weakRole))
      await query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`)
      return error
    },
  },
  too_many_connections: {
    provoke: async (stage) => {
      const { host, port, user, password } = stage.harmed
      const guests = { host, port, database: 'postgres', user: 'certified', password: 'weak', ssl: false }
      const admin = await stage.connect({ ...guests, user, password })
      await admin.query("ALTER ROLE certified RENAME TO guest; ALTER ROLE guest PASSWORD 'weak'")
      // Until the server refuses one more.
      for (;;) {
        const error = await stage.connect({ ...guests, user: 'guest' }).catch((reason: unknown) => reason)
        if (error instanceof Error) break
      }
      const refused = await connectWith(stage, { host, port, database: 'postgres', ...weak('guest') })
      // It says how many it found, and old versions cannot wait for their end.
      for (let found = 1; found > 0; ) {
        const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'guest'"
        found = (await admin.query(end)).rowCount ?? 0
      }
      return refused
    },
  },
  'no server connection (PgBouncer)': behindPgBouncer(
    { settings: { query_wait_timeout: 2, server_login_retry: 1 } },
    {},
    async ({ database }) => ({ ...database.address, port: await findFreePort() }),
  ),
  'connection ended during the login': changing(async () => ({
    port: await listenAs((socket) => socket.once('data', () => socket.destroy())),
  })),
  // The last one: the server does not come back.
  cannot_connect_now: {
    provoke: async (stage) => {
      const { host, port, user, password } = stage.harmed
      await stage.connect({ host, port, user, password, database: 'postgres' })
      // A polite stop, which waits for this session.
      await stage.harmed.shutDown()
      await sleep(200)
      return connectWith(stage, { host, port, database: 'postgres' })
    },
  },
}

export const loginProvocations: LoginProvocations = {
  ...encryption,
  ...credentials,
  ...database,
  ...availability,
}
