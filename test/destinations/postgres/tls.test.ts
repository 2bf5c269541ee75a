import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import { openConnection } from '../../../destinations/postgres/connection.ts'
import { caught } from '../../support/caught.ts'
import { type Certificate, createCertificate, exportKey } from '../../support/certificates.ts'
import { createDatabaseOn, type TestDatabase } from '../../support/postgres-database.ts'
import { type RunningPostgres, startPostgres } from '../../support/postgres-server.ts'

const authority = createCertificate({ name: 'Test Authority' })
const stranger = createCertificate({ name: 'Another Authority' })
const server = createCertificate({ name: 'server', issuer: authority, hostName: 'localhost' })
const expired = createCertificate({
  name: 'expired',
  issuer: authority,
  hostName: 'localhost',
  isExpired: true,
})
const ofAnotherHost = createCertificate({ name: 'wrong', issuer: authority, hostName: 'db.example.com' })
const selfSigned = createCertificate({ name: 'localhost', hostName: 'localhost' })
const expiredClient = createCertificate({
  name: 'only_with_certificate',
  issuer: authority,
  isExpired: true,
})
const strangeClient = createCertificate({ name: 'only_with_certificate', issuer: stranger })
const client = createCertificate({ name: 'only_with_certificate', issuer: authority })

/** Who may come in how: the last matching line decides, by the user's name. */
const accessRules = [
  'local all all trust',
  'host all postgres all scram-sha-256',
  'hostssl all only_encrypted all scram-sha-256',
  'hostnossl all only_plain all scram-sha-256',
  'hostssl all only_with_certificate all cert',
  '',
].join('\n')

function serverFiles(name: string, certificate: Certificate) {
  return { [`${name}.crt`]: certificate.certificate, [`${name}.key`]: exportKey(certificate) }
}

describe('a server with TLS', () => {
  let postgres: RunningPostgres
  let database: TestDatabase

  beforeAll(async () => {
    postgres = await startPostgres({
      settings: { ssl: 'on', ssl_ca_file: 'ca.crt' },
      files: {
        'server.crt': server.certificate,
        'server.key': exportKey(server),
        ...serverFiles('expired', expired),
        ...serverFiles('wrong', ofAnotherHost),
        ...serverFiles('self', selfSigned),
        'ca.crt': authority.certificate,
        'pg_hba.conf': accessRules,
      },
    })
    database = await createDatabaseOn(postgres)
    for (const role of ['only_encrypted', 'only_plain', 'only_with_certificate']) {
      await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'weak'`)
    }
  })

  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    await postgres.stop()
  })

  const verifyFull = {
    mode: 'verify-full',
    ca_certificate: authority.certificate,
    client_certificate: client.certificate,
    client_key: exportKey(client),
  }
  const encryptedOnly = { username: 'only_encrypted', password: 'weak' }
  const plainOnly = { username: 'only_plain', password: 'weak' }

  it.each([
    { fields: { ssl: false }, isEncrypted: false },
    { fields: { ssl: false, ...encryptedOnly }, isEncrypted: true },
    { fields: { ssl: true }, isEncrypted: true },
    { fields: { ssl_mode: { mode: 'disable' } }, isEncrypted: false },
    { fields: { ssl_mode: { mode: 'allow' } }, isEncrypted: false },
    { fields: { ssl_mode: { mode: 'allow' }, ...encryptedOnly }, isEncrypted: true },
    { fields: { ssl_mode: { mode: 'prefer' } }, isEncrypted: true },
    { fields: { ssl_mode: { mode: 'prefer' }, ...plainOnly }, isEncrypted: false },
    { fields: { ssl_mode: { mode: 'require' } }, isEncrypted: true },
    // The certificate is for `localhost`: only `verify-full` minds that the host is given as an address.
    {
      fields: { ssl_mode: { mode: 'verify-ca', ca_certificate: authority.certificate } },
      isEncrypted: true,
    },
    { fields: { ssl_mode: verifyFull, host: 'localhost' }, isEncrypted: true },
    {
      fields: {
        ssl_mode: verifyFull,
        host: 'localhost',
        username: 'only_with_certificate',
        password: undefined,
      },
      isEncrypted: true,
    },
    {
      fields: {
        ssl_mode: {
          ...verifyFull,
          client_key: exportKey(client, 'key-secret'),
          client_key_password: 'key-secret',
        },
        host: 'localhost',
        username: 'only_with_certificate',
      },
      isEncrypted: true,
    },
  ])(
    '$fields.ssl $fields.ssl_mode.mode as $fields.username: encrypted is $isEncrypted',
    async ({ fields, isEncrypted }) => {
      const { ssl: _ssl, ...base } = database.config
      const connection = await openConnection(postgresConfigSchema.parse({ ...base, ...fields }))
      const { rows } = await connection.client.query(
        'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      )
      await connection.client.end()
      expect(rows).toEqual([{ ssl: isEncrypted }])
      expect(connection.isEncrypted).toBe(isEncrypted)
    },
  )

  it.each([
    {
      case: 'an authority that did not issue the certificate',
      fields: { ssl_mode: { mode: 'verify-ca', ca_certificate: stranger.certificate } },
      says: 'No encrypted connection',
    },
    {
      case: 'a host that the certificate does not name',
      fields: { ssl_mode: verifyFull },
      says: 'No encrypted connection',
    },
    {
      case: 'a wrong password of the client key',
      fields: {
        host: 'localhost',
        ssl_mode: {
          ...verifyFull,
          client_key: exportKey(client, 'key-secret'),
          client_key_password: 'x-secret',
        },
      },
      says: 'No encrypted connection',
    },
    {
      case: 'a certificate that is no PEM text',
      fields: { ssl_mode: { mode: 'verify-ca', ca_certificate: 'x-secret' } },
      says: 'No encrypted connection',
    },
  ])('fails with $case', async ({ fields, says }) => {
    const config = postgresConfigSchema.parse({ ...database.config, ssl: true, ...fields })
    const error = await caught(() => openConnection(config))
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' })
    expect(error.message).toContain(says)
    expect(error.message).toContain('`ssl_mode`')
    expect(`${error.message} ${error.detail}`).not.toContain('secret')
  })

  it.each([
    { fields: { ssl_mode: { mode: 'disable' }, ...encryptedOnly } },
    { fields: { ssl_mode: { mode: 'require' }, ...plainOnly } },
    { fields: { ssl_mode: { mode: 'allow' }, username: 'unknown_to_all' } },
  ])('says that the server has no rule for $fields', async ({ fields }) => {
    const config = postgresConfigSchema.parse({ ...database.config, ssl: true, ...fields })
    const error = await caught(() => openConnection(config))
    expect(error).toMatchObject({ code: 'LOGIN_FAILED' })
    expect(error.message).toContain('no pg_hba.conf entry')
  })

  it.each(['allow', 'prefer'])('a wrong password stays a wrong password with `%s`', async (mode) => {
    const fields = { ssl: true, ssl_mode: { mode }, password: 'wrong' }
    const error = await caught(() =>
      openConnection(postgresConfigSchema.parse({ ...database.config, ...fields })),
    )
    expect(error).toMatchObject({ code: 'LOGIN_FAILED' })
    expect(error.message).toContain('refused the password')
  })

  it.each([
    {
      case: 'an expired certificate of ours',
      identity: expiredClient,
      says: 'the server did not accept our certificate',
    },
    {
      case: 'a certificate of ours that another authority issued',
      identity: strangeClient,
      says: 'the server did not accept our certificate',
    },
    {
      case: 'a key that belongs to another certificate',
      identity: { ...client, key: strangeClient.key },
      says: '`client_key` does not belong to `client_certificate`',
    },
    {
      case: 'no certificate where the server wants one',
      identity: undefined,
      says: 'connection requires a valid client certificate',
    },
  ])('says what is wrong with $case', async ({ identity, says }) => {
    const certificates =
      identity === undefined
        ? {}
        : { client_certificate: identity.certificate, client_key: exportKey(identity) }
    const ssl_mode = identity === undefined ? { mode: 'require' } : { ...verifyFull, ...certificates }
    const fields = { ssl: true, ssl_mode, host: 'localhost', username: 'only_with_certificate' }
    const config = postgresConfigSchema.parse({ ...database.config, ...fields })
    const error = await caught(() => openConnection(config))
    expect(error.failureType).toBe('config_error')
    expect(error.message).toContain(says)
  })

  describe.each([
    {
      shows: 'self',
      about: 'a self-signed certificate',
      trusts: authority,
      refusal: { 'verify-ca': 'is self-signed', 'verify-full': 'is self-signed' },
    },
    {
      shows: 'self',
      about: 'a self-signed certificate that is trusted as such',
      trusts: selfSigned,
      refusal: {},
    },
    {
      shows: 'expired',
      about: 'an expired certificate',
      trusts: authority,
      refusal: { 'verify-ca': 'has expired', 'verify-full': 'has expired' },
    },
    {
      shows: 'wrong',
      about: 'a certificate of another host',
      trusts: authority,
      refusal: { 'verify-full': 'is for another host. Set `host` to the name that it holds' },
    },
  ])('that shows $about', ({ shows, trusts, refusal }) => {
    const showCertificate = async (name: string) => {
      await database.query(`ALTER SYSTEM SET ssl_cert_file = '${name}.crt'`)
      await database.query(`ALTER SYSTEM SET ssl_key_file = '${name}.key'`)
      await database.query('SELECT pg_reload_conf()')
      const [row] = await database.query("SELECT current_setting('ssl_cert_file') AS file")
      return row?.file
    }

    beforeAll(async () => {
      await vi.waitFor(async () => expect(await showCertificate(shows)).toBe(`${shows}.crt`))
    })

    afterAll(() => showCertificate('server'))

    it.each(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const)(
      'in mode %s',
      async (mode) => {
        const ssl_mode = { ...verifyFull, mode, ca_certificate: trusts.certificate }
        const config = postgresConfigSchema.parse({
          ...database.config,
          ssl: true,
          ssl_mode,
          host: 'localhost',
        })
        const says = new Map(Object.entries(refusal)).get(mode)
        if (says === undefined) {
          const connection = await openConnection(config)
          await connection.client.end()
          expect(connection.isEncrypted).toBe(mode !== 'disable' && mode !== 'allow')
          return
        }
        const error = await caught(() => openConnection(config))
        expect(error).toMatchObject({ code: 'CONNECTION_FAILED', failureType: 'config_error' })
        expect(error.message).toContain(`stage TLS. No encrypted connection to \`localhost:`)
        expect(error.message).toContain(says)
      },
    )
  })
})
