import { runCheckCommand } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redshiftConfigSchema } from '../../../destinations/redshift/config.ts'
import { openConnection } from '../../../destinations/redshift/connection.ts'
import destination from '../../../destinations/redshift/index.ts'
import { caught } from '../../support/caught.ts'
import { createCertificate, exportKey } from '../../support/certificates.ts'
import { findFreePort } from '../../support/free-port.ts'
import { createDatabaseOn } from '../../support/postgres-database.ts'
import { startPostgres } from '../../support/postgres-server.ts'
import { RedshiftDouble } from '../../support/redshift-double/server.ts'
import { type SshServer, startSshServer, whyNoSshServer } from '../../support/ssh-server.ts'

const authority = createCertificate({ name: 'Test Authority' })
const stranger = createCertificate({ name: 'Another Authority' })
const certificate = createCertificate({ name: 'server', issuer: authority, hostName: 'localhost' })

let double: RedshiftDouble

beforeAll(async () => {
  double = await RedshiftDouble.start({ certificate })
})

afterAll(async () => {
  await double[Symbol.asyncDispose]()
})

const configWith = (fields: object = {}) => ({ ...double.config, ...fields })

const answer = async (config: unknown) => {
  const { messages } = await runCheckCommand(destination, config)
  return messages.find(({ type }) => type === 'CONNECTION_STATUS')?.connectionStatus
}

describe('a connection to Redshift', () => {
  it('is encrypted without a wish, and the log says that nobody checks the certificate', async () => {
    const { messages } = await runCheckCommand(destination, configWith())
    expect(messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
    expect(JSON.stringify(messages)).toContain("encrypted (nobody checks the server's certificate)")
  })

  it.each([
    { mode: 'verify-ca', host: '127.0.0.1' },
    { mode: 'verify-full', host: 'localhost' },
  ])('can have the certificate checked: $mode', async ({ mode, host }) => {
    const ssl_mode = { mode, ca_certificate: authority.certificate }
    expect(await answer(configWith({ ssl_mode, host }))).toEqual({ status: 'SUCCEEDED' })
  })

  it('has the settings that values and keys depend on', async () => {
    const { client } = await openConnection(redshiftConfigSchema.parse(double.config))
    const { rows } = await client.query("SELECT current_setting('timezone') AS timezone")
    await client.end()
    expect(rows).toEqual([{ timezone: 'UTC' }])
    expect(double.statements).toEqual(
      expect.arrayContaining([
        'SET enable_case_sensitive_identifier TO TRUE',
        'SET navigate_super_null_on_error TO ON',
        'SET cast_super_null_on_error TO ON',
      ]),
    )
  })

  it.each([
    {
      case: 'the host is unknown',
      fields: async () => ({ host: 'no-such-host.invalid' }),
      code: 'CONNECTION_FAILED',
      says: ['stage name resolution', '`no-such-host.invalid`'],
    },
    {
      case: 'nothing listens there',
      fields: async () => ({ port: await findFreePort() }),
      code: 'CONNECTION_FAILED',
      says: ['stage TCP', '`host` and `port`'],
    },
    {
      case: 'the certificate is of an authority that nobody knows',
      fields: async () => ({ ssl_mode: { mode: 'verify-full' }, host: 'localhost' }),
      code: 'CONNECTION_FAILED',
      says: ['stage TLS', '`ca_certificate`'],
    },
    {
      case: 'the certificate is of another authority than the one that is trusted',
      fields: async () => ({ ssl_mode: { mode: 'verify-ca', ca_certificate: stranger.certificate } }),
      code: 'CONNECTION_FAILED',
      says: ['stage TLS', '`ca_certificate`'],
    },
    {
      case: 'the certificate is for another host',
      fields: async () => ({ ssl_mode: { mode: 'verify-full', ca_certificate: authority.certificate } }),
      code: 'CONNECTION_FAILED',
      says: ['stage TLS', 'is for another host'],
    },
    {
      case: 'the password is wrong',
      fields: async () => ({ password: 'x-secret' }),
      code: 'LOGIN_FAILED',
      says: ['stage database login', 'refused the password of the user `postgres`'],
    },
    {
      case: 'the database does not exist',
      fields: async () => ({ database: 'no_such' }),
      code: 'DATABASE_MISSING',
      says: ['stage database login', '`no_such` does not exist'],
    },
  ])('fails at the stage that is to blame: $case', async ({ fields, code, says }) => {
    const error = await caught(async () =>
      openConnection(redshiftConfigSchema.parse(configWith(await fields()))),
    )
    expect(error).toMatchObject({ code, failureType: 'config_error' })
    for (const text of says) expect(error.message).toContain(text)
    expect(`${error.message} ${error.detail}`).not.toContain('x-secret')
  })

  it('is not made without TLS', async () => {
    await using plain = await RedshiftDouble.start({ isWithoutTls: true })
    const error = await caught(() => openConnection(redshiftConfigSchema.parse(plain.config)))
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' })
    expect(error.message).toContain('stage TLS. The server at')
    expect(error.message).toContain('is not Amazon Redshift')
  })

  it('is not made to PostgreSQL', async () => {
    const postgres = await startPostgres({
      settings: { ssl: 'on' },
      files: { 'server.crt': certificate.certificate, 'server.key': exportKey(certificate) },
    })
    {
      await using database = await createDatabaseOn(postgres)
      const { host, port, username, password } = database.config
      const config = redshiftConfigSchema.parse(
        configWith({ host, port, username, password, database: database.name }),
      )
      const error = await caught(() => openConnection(config))
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
      expect(error.message).toContain('use the destination for PostgreSQL')
    }
    await postgres.stop()
  })

  it('waits no longer than it may', async () => {
    const { createServer } = await import('node:net')
    const silent = createServer((socket) => socket.on('error', () => {}).resume())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const config = redshiftConfigSchema.parse(configWith({ port, jdbc_url_params: 'connectTimeout=1' }))
    const error = await caught(() => openConnection(config))
    silent.close()
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' })
    expect(error.message).toContain('did not answer in time')
  })
})

const reason = whyNoSshServer === undefined ? '' : ` (skipped: ${whyNoSshServer})`

describe.skipIf(whyNoSshServer !== undefined)(`Redshift through an SSH tunnel${reason}`, () => {
  let ssh: SshServer

  beforeAll(async () => {
    ssh = await startSshServer()
  })

  afterAll(async () => {
    await ssh?.stop()
  })

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

  it('check succeeds over one SSH connection, which is gone afterwards', async () => {
    const before = ssh.connectionCount()
    expect(await answer(configWith(tunnelWith()))).toEqual({ status: 'SUCCEEDED' })
    expect(ssh.connectionCount() - before).toBe(1)
    await expect.poll(() => ssh.openConnectionCount()).toBe(0)
  })

  it('the certificate is checked by the name of the cluster, not of the jump server', async () => {
    const ssl_mode = { mode: 'verify-full', ca_certificate: authority.certificate }
    expect(await answer(configWith({ ...tunnelWith(), ssl_mode, host: 'localhost' }))).toEqual({
      status: 'SUCCEEDED',
    })
    expect(JSON.stringify(await answer(configWith({ ...tunnelWith(), ssl_mode })))).toContain('stage TLS')
  })

  it.each([
    {
      case: 'the jump server refuses the user',
      fields: async () => tunnelWith({ tunnel_user: 'nobody' }),
      says: ['stage SSH login', '`nobody`'],
    },
    {
      case: 'the jump server shows another key',
      fields: async () => tunnelWith({ tunnel_host_fingerprint: 'SHA256:x' }),
      says: ['stage SSH login', '`SHA256:x` is expected'],
    },
    {
      case: 'the cluster is unreachable behind the tunnel',
      fields: async () => ({ ...tunnelWith(), port: await findFreePort() }),
      says: ['stage port forward'],
    },
    {
      case: 'the password of the database is wrong',
      fields: async () => ({ ...tunnelWith(), password: 'x-secret' }),
      says: ['stage database login', 'refused the password'],
    },
  ])('check says at which stage it failed: $case', async ({ fields, says }) => {
    const status = JSON.stringify(await answer(configWith(await fields())))
    expect(status).toContain('"FAILED"')
    for (const text of says) expect(status).toContain(text)
  })
})
