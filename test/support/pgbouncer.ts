import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from './free-port.ts'
import type { PostgresAddress } from './postgres-server.ts'

const program = '/usr/sbin/pgbouncer'

/** Why the tests of poolers cannot run here; `undefined` where they can. */
export const whyNoPgBouncer: string | undefined = existsSync(program)
  ? undefined
  : `${program} is missing: install the package pgbouncer`

export type PgBouncer = { readonly host: string; readonly port: number; stop(): Promise<void> }

export type PgBouncerOptions = {
  readonly mode: 'session' | 'transaction' | 'statement'
  readonly settings?: { readonly [name: string]: string | number }
  /** Passwords of further users. */
  readonly users?: { readonly [name: string]: string }
}

/** Starts a real PgBouncer in front of a server. It hands out server sessions in turn, so that none stays by luck. */
export async function startPgBouncer(server: PostgresAddress, options: PgBouncerOptions): Promise<PgBouncer> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-pgbouncer-'))
  await chmod(directory, 0o755)
  const port = await findFreePort()
  const users = Object.entries({ [server.user]: server.password, ...options.users })
  await writeFile(
    join(directory, 'users.txt'),
    users.map(([name, password]) => `"${name}" "${password}"\n`).join(''),
  )
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: join(directory, 'users.txt'),
    pool_mode: options.mode,
    server_round_robin: 1,
    min_pool_size: 3,
    default_pool_size: 10,
    max_client_conn: 100,
    // Only root can become somebody else, and PgBouncer does not want to be root.
    ...(process.getuid?.() === 0 ? { user: 'nobody' } : {}),
    ...options.settings,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  const databases = `* = host=${server.host} port=${server.port}`
  const path = join(directory, 'pgbouncer.ini')
  await writeFile(path, ['[databases]', databases, '[pgbouncer]', ...lines, ''].join('\n'))
  const child = spawn(program, [path], { stdio: ['ignore', 'ignore', 'pipe'] })
  const gone = once(child, 'exit')
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`PgBouncer did not start:\n${log}`)))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (log.length < 20_000) log += text
      if (log.includes('process up')) resolve()
    })
  })
  return {
    host: '127.0.0.1',
    port,
    stop: async () => {
      child.kill('SIGTERM')
      await gone
      await rm(directory, { recursive: true, force: true })
    },
  }
}
