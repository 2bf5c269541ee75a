import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findFreePort } from './free-port.ts'

const program = '/usr/sbin/mariadbd'
const installer = '/usr/bin/mariadb-install-db'

/** Why the tests of MariaDB cannot run here; `undefined` where they can. */
export const whyNoMariadb: string | undefined =
  existsSync(program) && existsSync(installer)
    ? undefined
    : `${program} is missing: install the package mariadb-server`

export type MariadbServer = AsyncDisposable & { readonly host: string; readonly port: number }

const patienceMilliseconds = 60_000

/** Starts a real MariaDB with an empty data directory. The user `root` has no password. */
export async function startMariadb(settings: readonly string[] = []): Promise<MariadbServer> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-mariadb-'))
  // The server does not run as root unless it is told to.
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  const data = `--datadir=${join(directory, 'data')}`
  await promisify(execFile)(installer, [
    '--no-defaults',
    data,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    ...user,
  ])
  const port = await findFreePort()
  const child = spawn(
    program,
    [
      '--no-defaults',
      data,
      `--socket=${join(directory, 'socket')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-log-bin',
      '--skip-name-resolve',
      // What a crash of the machine would cost is of no interest here.
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=64M',
      ...user,
      ...settings,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const gone = once(child, 'exit')
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (log.length < 50_000) log += text
  })
  const deadline = Date.now() + patienceMilliseconds
  while (!log.includes('ready for connections')) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`MariaDB did not start:\n${log}`)
    await sleep(50)
  }
  return {
    host: '127.0.0.1',
    port,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await gone
      await rm(directory, { recursive: true, force: true })
    },
  }
}
