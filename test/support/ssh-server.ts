import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findFreePort } from './free-port.ts'

const run = promisify(execFile)

const program = '/usr/sbin/sshd'

/** Why the tests of SSH tunnels cannot run here; `undefined` where they can. */
export const whyNoSshServer: string | undefined = existsSync(program)
  ? undefined
  : `${program} is missing: install the package openssh-server`

/** Only root may look into the file of passwords, and may make a user for the test. */
export const whyNoSshPassword: string | undefined =
  whyNoSshServer ??
  (process.getuid?.() === 0 ? undefined : 'only root can start an SSH server that checks passwords')

export type SshServer = {
  readonly host: string
  readonly port: number
  readonly user: string
  /** Of a user that was made for the test; empty where the server does not check passwords. */
  readonly password: string
  /** Private keys that the server lets in. */
  readonly keys: { readonly [name: string]: string }
  readonly keyPassphrase: string
  readonly fingerprint: string
  /** How many SSH connections there have been, and are. */
  connectionCount(): number
  openConnectionCount(): number
  /** Breaks every SSH connection, as a network does. */
  cut(): void
  /** While true, nothing is passed on, in neither direction. */
  setSilent(isSilent: boolean): void
  /** While true, new connections are refused at once. */
  setOutOfReach(isOutOfReach: boolean): void
  /** Sends new connections to another port of this machine, or back to the server. */
  redirect(port: number | undefined): void
  stop(): Promise<void>
}

export type SshServerOptions = {
  /** Lines for `sshd_config`. */
  readonly settings?: readonly string[]
}

/** Starts a real `sshd`, with a relay in front that can break connections. */
export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-ssh-'))
  await chmod(directory, 0o755)
  const account = await createAccount()
  const keys = await createKeys(directory)
  const port = await findFreePort()
  const child = await startDaemon(directory, port, [
    `AllowUsers ${account.user}`,
    ...(options.settings ?? []),
  ])
  const relay = await startRelay(port)
  const hostKey = await run('ssh-keygen', ['-lf', join(directory, 'host.pub')])
  return {
    host: '127.0.0.1',
    ...account,
    keys,
    keyPassphrase,
    fingerprint: /SHA256:\S+/.exec(hostKey.stdout)?.[0] ?? '',
    ...relay.control,
    stop: async () => {
      relay.close()
      const gone = once(child, 'exit')
      child.kill()
      await gone
      await account.remove()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const keyPassphrase = 'pass phrase é'

/** One file of public keys, and the private ones in the formats that people have. */
async function createKeys(directory: string): Promise<{ readonly [name: string]: string }> {
  const kinds: readonly (readonly [string, readonly string[]])[] = [
    ['ed25519', ['-t', 'ed25519', '-N', '']],
    ['ed25519 with passphrase', ['-t', 'ed25519', '-N', keyPassphrase]],
    ['rsa', ['-t', 'rsa', '-b', '2048', '-N', '']],
    ['rsa in PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '']],
    ['rsa in PEM with passphrase', ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', keyPassphrase]],
    ['rsa in PKCS 8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', '']],
    ['rsa in PKCS 8 with passphrase', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', keyPassphrase]],
    ['ecdsa', ['-t', 'ecdsa', '-b', '256', '-N', '']],
    ['ecdsa in PEM', ['-t', 'ecdsa', '-b', '256', '-m', 'PEM', '-N', '']],
  ]
  const entries = await Promise.all(
    kinds.map(async ([name, argv]) => {
      const path = join(directory, name.replaceAll(' ', '-'))
      await run('ssh-keygen', ['-q', ...argv, '-f', path])
      return [name, await readFile(path, 'utf8'), await readFile(`${path}.pub`, 'utf8')] as const
    }),
  )
  await writeFile(join(directory, 'authorized_keys'), entries.map(([, , line]) => line).join(''))
  return Object.fromEntries(entries.map(([name, key]) => [name, key]))
}

/** For root, a user of its own, because others may be locked; for everybody else, the own one. */
async function createAccount() {
  if (process.getuid?.() !== 0) {
    return { user: userInfo().username, password: '', remove: async () => {} }
  }
  const user = `landfall-${randomBytes(4).toString('hex')}`
  const password = `secret-${randomBytes(8).toString('hex')}`
  const hash = await run('openssl', ['passwd', '-6', password])
  const options = ['--no-create-home', '--shell', '/bin/false', '--password', hash.stdout.trim()]
  await runAlone('useradd', [...options, user])
  return { user, password, remove: () => runAlone('userdel', [user]) }
}

/**
 * Another test file may be changing the list of users at the same moment, which locks it; and the process of a
 * session outlives its connection for a moment.
 */
async function runAlone(command: string, argv: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run(command, [...argv])
      return
    } catch (error) {
      if (attempt === 50 || !/cannot lock|currently used by process/.test(String(error))) throw error
      await sleep(100)
    }
  }
}

async function startDaemon(directory: string, port: number, settings: readonly string[]) {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, 'host')])
  const isRoot = process.getuid?.() === 0
  // Where root starts it, the daemon wants an empty directory to lock itself into.
  if (isRoot) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const configuration = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(directory, 'host')}`,
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    `PasswordAuthentication ${isRoot ? 'yes' : 'no'}`,
    ...settings,
    '',
  ]
  const path = join(directory, 'sshd_config')
  await writeFile(path, configuration.join('\n'))
  const child = spawn(program, ['-D', '-e', '-f', path], { stdio: ['ignore', 'ignore', 'pipe'] })
  await waitUntilListening(child)
  return child
}

async function waitUntilListening(child: ChildProcess): Promise<void> {
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`sshd did not start:\n${log}`)))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (log.length < 20_000) log += text
      if (log.includes('Server listening')) resolve()
    })
  })
}

async function startRelay(own: number) {
  let target = own
  const pairs = new Set<readonly [Socket, Socket]>()
  let count = 0
  let isOutOfReach = false
  const server = createServer((near) => {
    near.on('error', () => {})
    if (isOutOfReach) {
      near.resetAndDestroy()
      return
    }
    count += 1
    const far = createConnection(target, '127.0.0.1')
    for (const socket of [near, far]) socket.setNoDelay(true)
    const pair = [near, far] as const
    pairs.add(pair)
    far.on('error', () => {})
    near.pipe(far).pipe(near)
    near.once('close', () => {
      far.destroy()
      pairs.delete(pair)
    })
    far.once('close', () => near.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cut = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }
  const control = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connectionCount: () => count,
    openConnectionCount: () => pairs.size,
    cut,
    setSilent: (isSilent: boolean) => {
      for (const socket of [...pairs].flat()) {
        if (isSilent) socket.pause()
        else socket.resume()
      }
    },
    redirect: (other: number | undefined) => {
      target = other ?? own
    },
    setOutOfReach: (value: boolean) => {
      isOutOfReach = value
    },
  }
  const close = () => {
    cut()
    server.close()
  }
  return { control, close }
}
