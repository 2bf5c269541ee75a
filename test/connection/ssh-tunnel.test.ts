import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadSshDriver, SshTunnel } from '../../src/connection/ssh-tunnel.ts'
import type { SshLogin, SshTunnelConfig } from '../../src/connection/ssh-tunnel-config.ts'
import { createLogger, silentLogger } from '../../src/logger.ts'
import { caught } from '../support/caught.ts'
import { findFreePort } from '../support/free-port.ts'
import { type SshServer, startSshServer, whyNoSshPassword, whyNoSshServer } from '../support/ssh-server.ts'

const reason = whyNoSshServer === undefined ? '' : ` (skipped: ${whyNoSshServer})`

describe.skipIf(whyNoSshServer !== undefined)(`a tunnel through a real SSH server${reason}`, () => {
  let ssh: SshServer
  let echo: Server
  let echoPort: number

  beforeAll(async () => {
    ssh = await startSshServer()
    echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const address = echo.address()
    echoPort = typeof address === 'object' && address !== null ? address.port : 0
  })

  afterAll(async () => {
    echo?.close()
    await ssh?.stop()
  })

  const withKey = (name: string, passphrase?: string): SshLogin => ({
    kind: 'key',
    privateKey: ssh.keys[name] ?? '',
    passphrase,
  })

  const configWith = (changes: Partial<SshTunnelConfig>): SshTunnelConfig => ({
    host: ssh.host,
    port: ssh.port,
    user: ssh.user,
    hostFingerprint: undefined,
    login: withKey('ed25519'),
    ...changes,
  })

  const openWith = (changes: Partial<SshTunnelConfig>, timeoutMilliseconds = 10_000) =>
    new SshTunnel({ config: configWith(changes), logger: silentLogger, timeoutMilliseconds })

  it.each([
    { key: 'ed25519' },
    { key: 'ed25519 with passphrase', hasPassphrase: true },
    { key: 'rsa' },
    { key: 'rsa in PEM' },
    { key: 'rsa in PEM with passphrase', hasPassphrase: true },
    { key: 'rsa in PKCS 8' },
    { key: 'rsa in PKCS 8 with passphrase', hasPassphrase: true },
    { key: 'ecdsa' },
    { key: 'ecdsa in PEM' },
  ])('lets the key in: $key', async ({ key, hasPassphrase }) => {
    await using tunnel = openWith({ login: withKey(key, hasPassphrase ? ssh.keyPassphrase : undefined) })
    expect(await roundTrip(tunnel, echoPort, 'hello')).toBe('hello')
  })

  it.skipIf(whyNoSshPassword !== undefined)('lets the password in', async () => {
    await using tunnel = openWith({ login: { kind: 'password', password: ssh.password } })
    expect(await roundTrip(tunnel, echoPort, 'hello')).toBe('hello')
  })

  it('carries several megabytes unchanged, in several streams of one connection', async () => {
    const before = ssh.connectionCount()
    await using tunnel = openWith({})
    const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(3_000_000))
    const answers = await Promise.all(texts.map((text) => roundTrip(tunnel, echoPort, text)))
    expect(answers.map((answer, index) => answer === texts[index])).toEqual([true, true, true])
    expect(ssh.connectionCount() - before).toBe(1)
  })

  it('holds back no small packet until the one before is acknowledged', async () => {
    const undelayed: unknown[] = []
    const { setNoDelay } = Socket.prototype
    const spy = vi.spyOn(Socket.prototype, 'setNoDelay').mockImplementation(function (this: Socket, isOn) {
      if (isOn === true) undelayed.push(this.remotePort)
      return setNoDelay.call(this, isOn)
    })
    try {
      await using tunnel = openWith({})
      const stream = await tunnel.connect('127.0.0.1', echoPort)
      // The others are the test server's own.
      expect(undelayed).toContain(ssh.port)
      // Drivers ask their socket for it, and must be able to ask the tunnel's stream.
      expect(stream.setNoDelay()).toBe(stream)
      stream.destroy()
    } finally {
      spy.mockRestore()
    }
  })

  it('shows the fingerprint of the host key, as ssh-keygen writes it', async () => {
    const lines: string[] = []
    const logger = createLogger({ emit: (_level, line) => void lines.push(line) })
    {
      await using tunnel = new SshTunnel({ config: configWith({}), logger })
      await roundTrip(tunnel, echoPort, 'hello')
    }
    expect(lines).toEqual([
      `Opened an SSH tunnel through \`${ssh.host}:${ssh.port}\`. The fingerprint of its host key is ${ssh.fingerprint}.`,
    ])
  })

  it('takes the host key that is configured', async () => {
    await using tunnel = openWith({ hostFingerprint: ssh.fingerprint })
    expect(await roundTrip(tunnel, echoPort, 'hello')).toBe('hello')
  })

  it('refuses another host key, and shows both', async () => {
    await using tunnel = openWith({ hostFingerprint: 'SHA256:other' })
    const error = await caught(() => tunnel.connect('127.0.0.1', echoPort))
    expect(error).toMatchObject({ code: 'LOGIN_FAILED', failureType: 'config_error' })
    expect(error.message).toContain('stage SSH login')
    expect(error.message).toContain(ssh.fingerprint)
    expect(error.message).toContain('`SHA256:other` is expected')
  })

  it.each([
    {
      case: 'an unknown key',
      login: async () => ({ kind: 'key', privateKey: await strangersKey(), passphrase: undefined }) as const,
      code: 'LOGIN_FAILED',
      says: ['stage SSH login', 'refused the user', '`ssh_key`', '`authorized_keys`'],
    },
    {
      case: 'a wrong password',
      login: async () => ({ kind: 'password', password: 'x-secret' }) as const,
      code: 'LOGIN_FAILED',
      says: ['stage SSH login', 'refused the user', '`tunnel_user_password`'],
    },
    {
      case: 'a missing passphrase',
      login: async () => withKey('ed25519 with passphrase'),
      code: 'CONFIG_INVALID',
      says: ['`ssh_key` could not be decrypted. Check `ssh_key_password`'],
    },
    {
      case: 'a wrong passphrase',
      login: async () => withKey('rsa in PKCS 8 with passphrase', 'x-secret'),
      code: 'CONFIG_INVALID',
      says: ['`ssh_key` could not be decrypted. Check `ssh_key_password`'],
    },
    {
      case: 'a text that is no key',
      login: async () => ({ kind: 'key', privateKey: 'x-secret', passphrase: undefined }) as const,
      code: 'CONFIG_INVALID',
      says: ['`ssh_key` is not a private key that can be read'],
    },
  ])('says what is wrong with $case', async ({ login, code, says }) => {
    await using tunnel = openWith({ login: await login() })
    const error = await caught(() => tunnel.connect('127.0.0.1', echoPort))
    expect(error).toMatchObject({ code, failureType: 'config_error' })
    for (const text of says) expect(error.message).toContain(text)
    expect(`${error.message} ${error.detail}`).not.toContain('x-secret')
  })

  it('says that the jump server is not there', async () => {
    await using tunnel = openWith({ port: await findFreePort() })
    const error = await caught(() => tunnel.connect('127.0.0.1', echoPort))
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', failureType: 'config_error' })
    expect(error.message).toContain('stage TCP. Nothing accepts connections at')
    expect(error.message).toContain('`tunnel_host` and `tunnel_port`')
  })

  it('says that the name of the jump server is unknown', async () => {
    await using tunnel = openWith({ host: 'no-such-host.invalid' })
    const error = await caught(() => tunnel.connect('127.0.0.1', echoPort))
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' })
    expect(error.message).toContain('stage name resolution')
    expect(error.message).toContain('`tunnel_host`')
  })

  it('gives up a jump server that says nothing', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await using tunnel = openWith({ port }, 300)
    const error = await caught(() => tunnel.connect('127.0.0.1', echoPort))
    silent.close()
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', failureType: 'transient_error' })
    expect(error.message).toContain('stage SSH login')
  })

  it('says that the jump server cannot reach the database', async () => {
    const port = await findFreePort()
    await using tunnel = openWith({})
    const error = await caught(() => tunnel.connect('127.0.0.1', port))
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' })
    expect(error.message).toContain('stage port forward')
    expect(error.message).toContain(`cannot reach \`127.0.0.1:${port}\``)
  })

  it('says that the jump server forbids to forward', async () => {
    const strict = await startSshServer({ settings: ['AllowTcpForwarding no'] })
    const { host, port, user } = strict
    const login = { kind: 'key', privateKey: strict.keys.ed25519 ?? '', passphrase: undefined } as const
    {
      await using tunnel = openWith({ host, port, user, login })
      const error = await caught(() => tunnel.connect('127.0.0.1', echoPort))
      expect(error).toMatchObject({ code: 'CONNECTION_FAILED', failureType: 'config_error' })
      expect(error.message).toContain('does not allow forwarding')
    }
    await strict.stop()
  })

  it('fails the streams of a tunnel that breaks, and opens it again for the next one', async () => {
    await using tunnel = openWith({})
    const stream = await tunnel.connect('127.0.0.1', echoPort)
    const failed = once(stream, 'error')
    ssh.cut()
    const [error] = await failed
    expect(error).toMatchObject({ code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' })
    expect(String(error)).toContain('broke, at the stage port forward')
    expect(await roundTrip(tunnel, echoPort, 'again')).toBe('again')
  })

  it('notices a jump server that went silent, by its missing signs of life', async () => {
    await using tunnel = new SshTunnel({
      config: configWith({}),
      logger: silentLogger,
      keepAliveMilliseconds: 50,
    })
    const stream = await tunnel.connect('127.0.0.1', echoPort)
    const failed = once(stream, 'error')
    ssh.setSilent(true)
    const [error] = await failed
    ssh.setSilent(false)
    expect(error).toMatchObject({ code: 'SERVER_UNAVAILABLE' })
  })

  it('leaves no connection behind when it is closed', async () => {
    {
      await using tunnel = openWith({})
      await roundTrip(tunnel, echoPort, 'hello')
    }
    await expect.poll(() => ssh.openConnectionCount()).toBe(0)
  })

  /** A key that the server does not know. */
  async function strangersKey(): Promise<string> {
    const { privateKey } = generateKeyPairSync('ed25519')
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  }
})

it('a driver that is not installed is named', async () => {
  const error = await caught(() => loadSshDriver(() => Promise.reject(new Error('ERR_MODULE_NOT_FOUND'))))
  expect(error).toMatchObject({ code: 'DRIVER_MISSING', failureType: 'config_error' })
  expect(error.message).toContain('`ssh2`')
})

/** Sends a text to a server that sends it back. */
async function roundTrip(tunnel: SshTunnel, port: number, text: string): Promise<string> {
  const stream = await tunnel.connect('127.0.0.1', port)
  let answer = ''
  stream.setEncoding('utf8')
  stream.write(text)
  for await (const chunk of stream) {
    answer += String(chunk)
    if (answer.length >= text.length) break
  }
  return answer
}
