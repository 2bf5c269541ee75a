import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sshErrors } from '../../src/connection/ssh-errors.ts'
import { SshTunnel } from '../../src/connection/ssh-tunnel.ts'
import type { SshLogin, SshTunnelConfig } from '../../src/connection/ssh-tunnel-config.ts'
import type { DestinationError } from '../../src/errors.ts'
import { errorCodes } from '../../src/errors.ts'
import { silentLogger } from '../../src/logger.ts'
import { caught } from '../support/caught.ts'
import { findFreePort } from '../support/free-port.ts'
import { type SshServer, startSshServer, whyNoSshServer } from '../support/ssh-server.ts'

const reason = whyNoSshServer === undefined ? '' : ` (skipped: ${whyNoSshServer})`

type Provocation = (stage: { readonly ssh: SshServer; readonly config: SshTunnelConfig }) => Promise<Error>

const forwardingTo = (port: number, config: SshTunnelConfig, timeoutMilliseconds = 10_000) =>
  failure(new SshTunnel({ config, logger: silentLogger, timeoutMilliseconds }), port)

async function failure(tunnel: SshTunnel, port: number): Promise<Error> {
  await using opened = tunnel
  return await caught(() => opened.connect('127.0.0.1', port))
}

const loggingInWith =
  (login: (ssh: SshServer) => SshLogin): Provocation =>
  ({ ssh, config }) =>
    forwardingTo(1, { ...config, login: login(ssh) })

/** Something that listens where the SSH server should. */
const answering =
  (answer: (socket: Socket) => void): Provocation =>
  async ({ config }) => {
    const server = createServer((socket) => answer(socket.on('error', () => {}))).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const error = await forwardingTo(1, { ...config, port }, 300)
    server.close()
    return error
  }

/** A real server with settings of its own. */
const withSettings =
  (...settings: readonly string[]): Provocation =>
  async () => {
    const { host, port, user, keys, stop } = await startSshServer({ settings })
    const login = { kind: 'key', privateKey: keys.ed25519 ?? '', passphrase: undefined } as const
    const error = await forwardingTo(1, { host, port, user, login, hostFingerprint: undefined })
    await stop()
    return error
  }

const provocations: { readonly [name: string]: Provocation } = {
  'key not decrypted': loggingInWith(({ keys }) => ({
    kind: 'key',
    privateKey: keys['ed25519 with passphrase'] ?? '',
    passphrase: 'x-secret',
  })),
  'key not readable': loggingInWith(() => ({ kind: 'key', privateKey: 'x-secret', passphrase: undefined })),
  'login refused (key)': loggingInWith(() => ({
    kind: 'key',
    privateKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    passphrase: undefined,
  })),
  'login refused (password)': loggingInWith(() => ({ kind: 'password', password: 'x-secret' })),
  'no common algorithm': withSettings('KexAlgorithms sntrup761x25519-sha512@openssh.com'),
  'no SSH server': answering((socket) => socket.write('SSH-1.5-old\r\n')),
  'connection ended before the handshake': answering((socket) =>
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  ),
  'no login in time': answering((socket) => socket.resume()),
  'another host key': ({ config }) => forwardingTo(1, { ...config, hostFingerprint: 'SHA256:other' }),
  'no session': answering((socket) => {
    socket.write('SSH-2.0-test\r\n')
    // After the greeting, in the middle of the talk about algorithms.
    socket.once('data', () => socket.end())
  }),
  'forwarding forbidden': withSettings('AllowTcpForwarding no'),
  'database out of reach': async ({ config }) => forwardingTo(await findFreePort(), config),
  'tunnel broken': async ({ ssh, config }) => {
    await using tunnel = new SshTunnel({ config, logger: silentLogger })
    const stream = await tunnel.connect(ssh.host, ssh.port)
    const failed = once(stream, 'error')
    ssh.cut()
    const [error] = await failed
    return error
  },
}

it('every failure of a tunnel has one provocation', () => {
  expect(Object.keys(provocations).toSorted()).toEqual(sshErrors.map(({ name }) => name).toSorted())
})

describe.skipIf(whyNoSshServer !== undefined)(`what an SSH server answers${reason}`, () => {
  let ssh: SshServer

  beforeAll(async () => {
    ssh = await startSshServer()
  })
  afterAll(() => ssh?.stop())

  it.each(Object.entries(provocations))('%s', async (name, provoke) => {
    const { host, port, user, keys } = ssh
    const login = { kind: 'key', privateKey: keys.ed25519 ?? '', passphrase: undefined } as const
    const config = { host, port, user, login, hostFingerprint: undefined }
    const error = (await provoke({ ssh, config })) as DestinationError
    const row = sshErrors.find((candidate) => candidate.name === name)
    if (row === undefined) throw new Error(`There is no row \`${name}\`.`)
    const { code, failureType = errorCodes[row.code] } = row
    expect(error).toMatchObject({ code, failureType })
    expect(error.message).toMatch(patternOf(`${row.sentence} ${row.remedy}`))
    expect(error.message).toContain(`stage ${row.stage}`)
    expect(`${error.message} ${error.detail}`).not.toMatch(/\{\w+\}|x-secret/)
  })
})

/** A text with placeholders as what a message must hold. */
function patternOf(text: string): RegExp {
  const parts = text.split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`${parts.join('.+')}$`)
}
