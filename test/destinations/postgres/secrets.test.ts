import { runCheckCommand } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

/** The part that no encoding changes. */
const hidden = 'hiddenword'
const secret = `p%"ä/@ ${hidden}+?&`
const encoded = encodeURIComponent(secret)

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

describe('a secret of the configuration is shown nowhere', () => {
  it.each([
    { where: 'the password', fields: { password: secret } },
    { where: 'a password in jdbc_url_params', fields: { jdbc_url_params: `password=${encoded}` } },
    { where: 'a user and a password there', fields: { jdbc_url_params: `user=x&sslpassword=${encoded}` } },
    { where: 'a value that cannot be decoded', fields: { jdbc_url_params: `password=${hidden}%ZZ` } },
    { where: 'a part without a name', fields: { jdbc_url_params: `=${hidden}` } },
    { where: 'a number that is none', fields: { jdbc_url_params: `connectTimeout=${hidden}` } },
    { where: 'a mode that is none', fields: { jdbc_url_params: `sslmode=${hidden}` } },
    {
      where: 'the value of a setting',
      fields: { jdbc_url_params: `options=${encodeURIComponent(`-c statement_timeout=${hidden}`)}` },
    },
    { where: 'options that cannot be read', fields: { jdbc_url_params: `options=-z${hidden}` } },
    {
      where: 'the key of a jump server',
      fields: {
        tunnel_method: {
          tunnel_method: 'SSH_KEY_AUTH',
          tunnel_host: '127.0.0.1',
          tunnel_port: 1,
          tunnel_user: 'x',
          ssh_key: `-----BEGIN OPENSSH PRIVATE KEY-----\n${hidden.repeat(4)}\n-----END OPENSSH PRIVATE KEY-----`,
        },
      },
    },
    {
      where: 'a certificate key',
      fields: {
        ssl: true,
        ssl_mode: { mode: 'require', client_certificate: hidden.repeat(3), client_key: hidden.repeat(3) },
      },
    },
  ])('$where', async ({ fields }) => {
    const { stdout } = await runCheckCommand(destination, { ...database.config, ...fields })
    expect(stdout).toContain('"FAILED"')
    expect(stdout).not.toContain(hidden)
  })
})
