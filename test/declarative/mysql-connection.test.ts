import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Destination } from 'landfall/sdk'
import { recordLine, runCheckCommand, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeclarativeDestination } from '../../src/declarative/create-destination.ts'
import { readManifest } from '../../src/declarative/read-manifest.ts'
import { createCertificate, exportKey } from '../support/certificates.ts'
import { findFreePort } from '../support/free-port.ts'
import { type MariadbServer, startMariadb, whyNoMariadb } from '../support/mariadb-server.ts'
import { type SshServer, startSshServer, whyNoSshServer } from '../support/ssh-server.ts'

const path = join(fileURLToPath(new URL('../../', import.meta.url)), 'examples/declarative/mariadb.yaml')

const whyNot = whyNoMariadb ?? whyNoSshServer
const reason = whyNot === undefined ? '' : ` (skipped: ${whyNot})`

const authority = createCertificate({ name: 'Test Authority' })
const stranger = createCertificate({ name: 'Another Authority' })
const own = createCertificate({ name: 'server', issuer: authority, hostName: 'localhost' })
const client = createCertificate({ name: 'client', issuer: authority })

const users = { name: 'users', namespace: 'shop' }
const catalog = {
  streams: [
    {
      stream: { ...users, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
      sync_mode: 'incremental',
      destination_sync_mode: 'append',
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}

describe.skipIf(whyNot !== undefined)(`the way to a relative of MySQL${reason}`, () => {
  let directory: string
  let server: MariadbServer
  let ssh: SshServer
  let destination: Destination
  let config: { readonly [name: string]: unknown }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'landfall-mariadb-tls-'))
    const files = { ca: authority.certificate, cert: own.certificate, key: exportKey(own) }
    const flags = Object.entries(files).map(async ([name, text]) => {
      await writeFile(join(directory, `${name}.pem`), text)
      return `--ssl-${name}=${join(directory, `${name}.pem`)}`
    })
    server = await startMariadb(await Promise.all(flags))
    ssh = await startSshServer()
    await query('CREATE DATABASE warehouse')
    await query("CREATE USER certified IDENTIFIED BY 'pa55' REQUIRE X509")
    await query('GRANT ALL ON *.* TO certified')
    const { host, port } = server
    config = { host, port, username: 'root', database: 'warehouse' }
    destination = await withClientCertificates()
  }, 120_000)
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
    await ssh?.stop()
    if (directory) await rm(directory, { recursive: true, force: true })
  })

  async function query(statement: string): Promise<readonly RowDataPacket[]> {
    const connection = await createConnection({ host: server.host, port: server.port, user: 'root' })
    const [rows] = await connection.query<RowDataPacket[]>(statement)
    await connection.end()
    return rows
  }

  async function showCertificate(certificate: typeof own): Promise<void> {
    await writeFile(join(directory, 'cert.pem'), certificate.certificate)
    await writeFile(join(directory, 'key.pem'), exportKey(certificate))
    await query('FLUSH SSL')
  }

  const tunnelWith = (changes: object = {}) => ({
    tunnel_method: {
      tunnel_method: 'SSH_KEY_AUTH',
      tunnel_host: ssh.host,
      tunnel_port: ssh.port,
      tunnel_user: ssh.user,
      ssh_key: ssh.keys.ed25519,
      ...changes,
    },
  })

  const answer = async (changes: object) => {
    const { messages, stdout } = await runCheckCommand(destination, { ...config, ...changes })
    expect(stdout).not.toMatch(/pa55|PRIVATE KEY/)
    return JSON.stringify(messages.at(-1)?.connectionStatus)
  }

  const ofAuthority = { ca_certificate: authority.certificate }
  const ofClient = { client_certificate: client.certificate, client_key: exportKey(client) }
  const locked = { client_key: exportKey(client, 'open sesame'), client_key_password: 'open sesame' }
  const certified = { username: 'certified', password: 'pa55' }

  it.each([
    { ssl_mode: 'disable' },
    { ssl_mode: 'prefer' },
    { ssl_mode: 'require' },
    { ssl_mode: 'verify-ca', ...ofAuthority },
    { ssl_mode: 'verify-full', ...ofAuthority, host: 'localhost' },
    { ssl_mode: 'require', ...certified, ...ofClient },
    { ssl_mode: 'verify-full', ...ofAuthority, host: 'localhost', ...certified, ...ofClient, ...locked },
  ])('check succeeds with $ssl_mode as $username', async (changes) => {
    expect(await answer(changes)).toBe('{"status":"SUCCEEDED"}')
  })

  it.each([
    {
      case: 'an authority that did not issue the certificate',
      changes: () => ({ ssl_mode: 'verify-ca', ca_certificate: stranger.certificate }),
      stage: 'TLS',
      says: 'is not one that is trusted here. Put its certificate into `ca_certificate`',
    },
    {
      case: 'a missing client certificate',
      changes: () => ({ ssl_mode: 'require', ...certified }),
      stage: 'database login',
      says: 'the user name or the password was refused',
    },
    {
      case: 'a wrong password through a tunnel',
      changes: () => ({ ...tunnelWith(), password: 'wrong-pa55' }),
      stage: 'database login',
      says: 'the user name or the password was refused',
    },
    {
      case: 'a host that nobody knows',
      changes: () => ({ host: 'a..b' }),
      stage: 'name resolution',
      says: 'No address is known for the host `a..b`.',
    },
    {
      case: 'a jump server that is not there',
      changes: async () => tunnelWith({ tunnel_port: await findFreePort() }),
      stage: 'TCP',
      says: 'Check `tunnel_host` and `tunnel_port`',
    },
    {
      case: 'a jump server that does not know the user',
      changes: () => tunnelWith({ tunnel_user: 'nobody' }),
      stage: 'SSH login',
      says: 'refused the user `nobody`',
    },
    {
      case: 'a server out of reach of the jump server',
      changes: async () => ({ ...tunnelWith(), port: await findFreePort() }),
      stage: 'port forward',
      says: 'as the SSH server sees them',
    },
  ])('check names the stage: $case', async ({ changes, stage, says }) => {
    const status = await answer(await changes())
    expect(status).toContain('"FAILED"')
    expect(status).toContain(`Connecting failed at the stage ${stage}. `)
    expect(status).toContain(says)
  })

  it('check names the stage: a certificate for another host', async () => {
    const other = createCertificate({ name: 'server', issuer: authority, hostName: 'db.example.com' })
    await showCertificate(other)
    const status = await answer({ ssl_mode: 'verify-full', ...ofAuthority, host: 'localhost' })
    const isTaken = await answer({ ssl_mode: 'verify-ca', ...ofAuthority, host: 'localhost' })
    await showCertificate(own)
    expect(status).toContain('Connecting failed at the stage TLS. ')
    expect(status).toContain("the server's certificate is for another host")
    expect(isTaken).toBe('{"status":"SUCCEEDED"}')
  })

  it('verify-full wants a name, since the driver does not compare addresses', async () => {
    expect(await answer({ ssl_mode: 'verify-full', ...ofAuthority })).toContain(
      'the host `127.0.0.1` is an address',
    )
  })

  it('check succeeds through a tunnel, with TLS inside that knows the name of the server', async () => {
    const inside = { ssl_mode: 'verify-full', ...ofAuthority, host: 'localhost' }
    expect(await answer({ ...tunnelWith(), ...inside })).toBe('{"status":"SUCCEEDED"}')
    await expect.poll(() => ssh.openConnectionCount()).toBe(0)
  })

  it('says what is wrong with the fields of the tunnel', async () => {
    expect(await answer(tunnelWith({ tunnel_host: '' }))).toContain(
      '`tunnel_method.tunnel_host` must not be empty',
    )
  })

  it('a tunnel that is cut during a sync loses and doubles nothing', async () => {
    const { promise: isFirstHalfStored, resolve } = Promise.withResolvers<void>()
    async function* input() {
      for (let id = 0; id < 200; id += 1) yield recordLine(users, { id })
      yield stateLine(users, 1, 200)
      await isFirstHalfStored
      ssh.cut()
      for (let id = 200; id < 400; id += 1) yield recordLine(users, { id })
      yield stateLine(users, 2, 200)
      yield statusLine(users)
    }
    const run = await runWriteCommand(destination, {
      config: { ...config, ...tunnelWith() },
      catalog,
      input: input(),
      env: { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.2' },
      onOutput: (text) => {
        if (text.includes('"STATE"')) resolve()
      },
    })
    expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
    expect(run.stateLines).toHaveLength(2)
    const [row] = await query('SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS ids FROM shop.users')
    expect(row).toMatchObject({ n: 400, ids: 400 })
    expect(run.stdout.match(/Opened an SSH tunnel/g)).toHaveLength(2)
    await expect.poll(() => ssh.openConnectionCount()).toBe(0)
  })

  it('shows the field of the tunnel in the specification', () => {
    expect(destination.spec().connectionSpecification).toMatchObject({
      properties: { tunnel_method: { oneOf: expect.any(Array) }, host: {} },
    })
  })
})

/** The example, with the fields of a client certificate. */
async function withClientCertificates(): Promise<Destination> {
  const manifest = await readManifest(path)
  const { spec, write } = manifest
  if (write.type !== 'SqlWriter' || write.driver !== 'mysql2')
    throw new Error('the example is of another kind')
  const names = ['client_certificate', 'client_key', 'client_key_password']
  const texts = Object.fromEntries(names.map((name) => [name, `{{ config.${name} }}`]))
  const { connection_specification: fields } = spec
  const properties = {
    ...Object(fields.properties),
    ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  }
  return createDeclarativeDestination({
    ...manifest,
    spec: { ...spec, connection_specification: { ...fields, properties } },
    write: { ...write, connection: { ...write.connection, ...texts } },
  })
}
