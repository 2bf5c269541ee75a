import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { createCertificate, exportKey } from '../support/certificates.ts'
import { type PostgresAddress, startPostgres } from '../support/postgres-server.ts'

export type TextRow = { readonly [column: string]: string | null }

/** A PostgreSQL of its own that a test may break. */
export type FaultServer = AsyncDisposable & {
  readonly address: PostgresAddress
  /** Runs a statement as superuser on a connection of its own, and waits while the server restarts. Values are text. */
  query(statement: string, database?: string): Promise<readonly TextRow[]>
  /** Stops the server as a crash would, without a word to its clients, and starts it again. */
  restart(): Promise<void>
}

const run = promisify(execFile)

/** How long a query waits for a server that is not there. */
const patienceMilliseconds = 20_000

/** Commits are durable here, unlike on the quick servers of other tests: a crash must not lose what was confirmed. */
const settings = { synchronous_commit: 'on', full_page_writes: 'on', ssl: 'on', max_connections: '40' }

export async function startFaultServer(): Promise<FaultServer> {
  const authority = createCertificate({ name: 'Landfall fault tests' })
  const certificate = createCertificate({ name: '127.0.0.1', hostName: '127.0.0.1', issuer: authority })
  const server = await startPostgres({
    // It is restarted by the programs beside it, which a server in a container does not have here.
    version: '18',
    settings,
    files: { 'server.crt': certificate.certificate, 'server.key': exportKey(certificate) },
  })
  const { stop, ...address } = server
  const query = (statement: string, database = 'postgres') => queryPatiently(address, statement, database)
  const [place] = await query(
    `SELECT current_setting('data_directory') AS data, (SELECT setting FROM pg_config WHERE name = 'BINDIR') AS programs`,
  )
  const data = place?.data ?? ''
  const control = async (...words: readonly string[]) => {
    const { uid, gid } = await stat(data)
    const account = process.getuid?.() === 0 ? { uid, gid } : {}
    const log = join(dirname(data), 'restart.log')
    await run(
      join(place?.programs ?? '', 'pg_ctl'),
      [...words, '-m', 'immediate', '-w', '-D', data, '-l', log],
      {
        ...account,
        cwd: dirname(data),
      },
    )
  }
  let isRestarted = false
  return {
    address,
    query,
    restart: async () => {
      isRestarted = true
      await control('restart')
    },
    [Symbol.asyncDispose]: async () => {
      // What was restarted is no longer a child of whoever would end it.
      if (isRestarted) await control('stop')
      await stop()
    },
  }
}

async function queryPatiently(
  address: PostgresAddress,
  statement: string,
  database: string,
): Promise<readonly TextRow[]> {
  const end = performance.now() + patienceMilliseconds
  for (;;) {
    try {
      return await queryOnce(address, statement, database)
    } catch (error) {
      if (!isAway(error) || performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

async function queryOnce(
  address: PostgresAddress,
  statement: string,
  database: string,
): Promise<readonly TextRow[]> {
  const client = new pg.Client({
    ...address,
    database,
    // Limits that a test gives to the connector's database are not meant for the test.
    options: '-c statement_timeout=0',
    types: { getTypeParser: () => (text: string) => text },
  })
  client.on('error', () => {
    // The query that was under way reports it.
  })
  try {
    await client.connect()
    return (await client.query<TextRow>(statement)).rows
  } finally {
    // Not with a farewell: a server that has just died would never answer it.
    client.connection.stream.destroy()
  }
}

/** Whether the server is stopping, stopped, starting or recovering. */
function isAway(error: unknown): boolean {
  const { code = '', message } =
    error instanceof Error && 'code' in error ? (error as CodedError) : noCode(error)
  return /^(57P0|ECONN)/.test(code) || message.startsWith('Connection terminated')
}

type CodedError = Error & { readonly code: string }

function noCode(error: unknown): { readonly code?: string; readonly message: string } {
  return { message: error instanceof Error ? error.message : String(error) }
}
