import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { connect, createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { expect, it } from 'vitest'
import { type TlsConfig, tlsAttempts } from '../../src/connection/tls.ts'
import { describeTlsError, isTlsError, tlsErrors } from '../../src/connection/tls-errors.ts'
import { notProvokedTlsErrors } from '../destinations/postgres/known-errors/not-provoked.ts'
import { type CertificateOptions, createCertificate, exportKey } from '../support/certificates.ts'

const authority = createCertificate({ name: 'Test Authority' })
const stranger = createCertificate({ name: 'Another Authority' })
const client = createCertificate({ name: 'client', issuer: authority })

const ofServer = (changes: Partial<CertificateOptions> = {}): TlsOptions => {
  const own = createCertificate({ name: 'localhost', hostName: 'localhost', issuer: authority, ...changes })
  return { cert: own.certificate, key: exportKey(own) }
}

const selfSigned = createCertificate({ name: 'localhost', hostName: 'localhost' })
const ofStranger = ofServer({ issuer: stranger })

type Provocation = { readonly server: TlsOptions | 'plain'; readonly config?: Partial<TlsConfig> }

const provocations: { readonly [name: string]: Provocation } = {
  'certificate expired': { server: ofServer({ isExpired: true }) },
  'certificate not yet valid': { server: ofServer({ isEarly: true }) },
  'self-signed certificate': { server: { cert: selfSigned.certificate, key: exportKey(selfSigned) } },
  'unknown authority in the chain': {
    server: { ...ofStranger, cert: `${ofStranger.cert}${stranger.certificate}` },
  },
  'certificate of another authority': { server: ofStranger },
  'certificate for another host': { server: ofServer({ hostName: 'db.example.com' }) },
  'client key not decrypted': {
    server: ofServer(),
    config: { clientKey: undecryptableKey('x-secret'), clientKeyPassword: 'x-secret' },
  },
  'client key of another certificate': { server: ofServer(), config: { clientKey: exportKey(stranger) } },
  'damaged PEM': { server: ofServer(), config: { clientCertificate: 'x-secret' } },
  'outdated TLS': {
    server: { ...ofServer(), minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  },
  'no TLS at all': { server: 'plain' },
}

/** Of 256 texts, a wrong password turns one into something that looks decrypted, and is a damaged key then. */
function undecryptableKey(wrongPassword: string): string {
  for (;;) {
    const key = exportKey(client, 'right')
    try {
      createPrivateKey({ key, passphrase: wrongPassword })
    } catch (error) {
      if (String(error).includes('bad decrypt')) return key
    }
  }
}

it('every failure of TLS is provoked, or has a reason why not', () => {
  const covered = [...Object.keys(provocations), ...Object.keys(notProvokedTlsErrors)]
  expect(covered.toSorted()).toEqual(tlsErrors.map(({ name }) => name).toSorted())
})

it.each(Object.entries(provocations))('%s', async (name, { server, config = {} }) => {
  const error = await failureWith(server, config)
  expect(isTlsError(error), String(error)).toBe(true)
  const described = describeTlsError(error, 'db:5432', 'fields')
  expectRow(name, described)
  expect(`${described.message} ${described.detail}`).not.toContain('x-secret')
})

it.each(Object.entries(notProvokedTlsErrors))('%s, as recorded', (name, { code }) => {
  const error = Object.assign(new Error('words of OpenSSL'), { code })
  expect(isTlsError(error)).toBe(true)
  expectRow(name, describeTlsError(error, 'db:5432', 'fields'))
})

/** Other codes of the same failures, from other versions of OpenSSL and other servers. */
it.each([
  { code: 'CERT_UNTRUSTED', name: 'certificate of another authority' },
  { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', name: 'certificate of another authority' },
  { code: 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', name: 'client certificate refused' },
  { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', name: 'client certificate refused' },
  { code: 'ERR_SSL_UNSUPPORTED_PROTOCOL', name: 'outdated TLS' },
  { code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', name: 'outdated TLS' },
  { code: 'EPROTO', name: 'no TLS at all' },
])('$code is: $name', ({ code, name }) => {
  expectRow(name, describeTlsError(Object.assign(new Error('words'), { code }), 'db:5432', 'fields'))
})

it('what is not known keeps the words of OpenSSL, and nothing of the lines below', () => {
  const cause = Object.assign(new Error('words of OpenSSL\nmore'), { code: 'ERR_SSL_SOMETHING_NEW' })
  const error = describeTlsError(cause, 'db:5432', 'fields')
  expect(error.message).toContain('could be made: words of OpenSSL. Check `ssl_mode` and its certificates.')
})

it('names no field where certificates are not in the configuration', async () => {
  for (const { codes } of tlsErrors.filter(({ remedyOfWeb }) => remedyOfWeb !== undefined)) {
    const code = codes.source.match(/[A-Z_]{8,}/)?.[0] ?? ''
    const { message } = describeTlsError(
      Object.assign(new Error('x'), { code }),
      'api.example.com:443',
      'web',
    )
    expect(message).not.toContain('ssl_mode')
  }
})

it.each(['ECONNRESET', 'ECONNREFUSED', '28P01'])('%s is not about TLS', (code) => {
  expect(isTlsError(Object.assign(new Error('x'), { code }))).toBe(false)
})

function expectRow(name: string, error: ReturnType<typeof describeTlsError>) {
  const row = tlsErrors.find((candidate) => candidate.name === name)
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', failureType: 'config_error' })
  const sentence = row?.sentence.replace('{place}', '`db:5432`')
  expect(error.message).toBe(`Connecting failed at the stage TLS. ${sentence} ${row?.remedy}`)
}

/** Connects with what the connector would give to Node, and returns what that throws. */
async function failureWith(options: TlsOptions | 'plain', config: Partial<TlsConfig>): Promise<unknown> {
  await using listening = await listen(options)
  const identity = { clientCertificate: client.certificate, clientKey: exportKey(client) }
  const full = { mode: 'verify-full', caCertificate: authority.certificate, ...identity, ...config } as const
  const [attempt] = tlsAttempts(full)
  try {
    const socket = connect({ ...attempt, host: '127.0.0.1', port: listening.port, servername: 'localhost' })
    await once(socket, 'secureConnect')
    socket.destroy()
  } catch (error) {
    return error
  }
  throw new Error('The connection came about.')
}

async function listen(options: TlsOptions | 'plain') {
  const server: Server =
    options === 'plain'
      ? createServer((socket) => socket.on('error', () => {}).write('HTTP/1.1 400 Bad Request\r\n\r\n'))
      : createTlsServer(options, (socket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('There is no port.')
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      server.close()
    },
  }
}
