import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import { openConnection } from '../../../destinations/postgres/connection.ts'
import { caught } from '../../support/caught.ts'
import { createCertificate, exportKey } from '../../support/certificates.ts'
import { createDatabaseOn, type TestDatabase } from '../../support/postgres-database.ts'
import { type RunningPostgres, startPostgres } from '../../support/postgres-server.ts'

const authority = createCertificate({ name: 'Test Authority' })
const stranger = createCertificate({ name: 'Another Authority' })
const server = createCertificate({ name: 'server', issuer: authority, hostName: 'localhost' })
const client = createCertificate({ name: 'only_with_certificate', issuer: authority })

/** Who may come in how: the last matching line decides, by the user's name. */
const accessRules = [
  'local all all trust',
  'host all postgres 127.0.0.1/32 scram-sha-256',
  'hostssl all only_encrypted 127.0.0.1/32 scram-sha-256',
  'hostnossl all only_plain 127.0.0.1/32 scram-sha-256',
  'hostssl all only_with_certificate 127.0.0.1/32 cert',
  '',
].join('\n')

describe('a server with TLS', () => {
  let postgres: RunningPostgres
  let database: TestDatabase

  beforeAll(async () => {
    postgres = await startPostgres({
      settings: { ssl: 'on', ssl_ca_file: 'ca.crt' },
      files: {
        'server.crt': server.certificate,
        'server.key': exportKey(server),
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
    expect(error.message).toContain('Check `ssl_mode` and its certificates')
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
})
