import { describe, expect, it } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import { caught } from '../../support/caught.ts'

const smallest = { host: 'db', port: 5432, database: 'shop', schema: 'public', username: 'landfall' }
const certificates = { ca_certificate: 'CA', client_certificate: 'CERT', client_key: 'KEY' }

describe('a configuration as the platform stores it', () => {
  it('is complete with the required fields; a missing `ssl` is on', () => {
    expect(postgresConfigSchema.parse(smallest)).toEqual({
      host: 'db',
      port: 5432,
      database: 'shop',
      schema: 'public',
      username: 'landfall',
      password: undefined,
      tls: { mode: 'require' },
      parameters: {},
      rawDataSchema: 'airbyte_internal',
      disableTypeDedupe: false,
      dropCascade: false,
      unconstrainedNumber: false,
      cdcDeletionMode: 'Hard delete',
    })
  })

  it('may have fields that this connector does not know', () => {
    expect(postgresConfigSchema.parse({ ...smallest, colour: 'blue' }).host).toBe('db')
  })

  it.each([
    { field: { raw_data_schema: 'raw' }, means: { rawDataSchema: 'raw' } },
    { field: { raw_data_schema: '' }, means: { rawDataSchema: 'airbyte_internal' } },
    { field: { raw_data_schema: null }, means: { rawDataSchema: 'airbyte_internal' } },
    { field: { schema: '' }, means: { schema: 'public' } },
    { field: { host: ' db.example.com ' }, means: { host: 'db.example.com' } },
    { field: { password: ' secret ' }, means: { password: ' secret ' } },
    { field: { disable_type_dedupe: true }, means: { disableTypeDedupe: true } },
    { field: { drop_cascade: true }, means: { dropCascade: true } },
    { field: { unconstrained_number: true }, means: { unconstrainedNumber: true } },
    { field: { cdc_deletion_mode: 'Soft delete' }, means: { cdcDeletionMode: 'Soft delete' } },
    { field: { tunnel_method: { tunnel_method: 'NO_TUNNEL' } }, means: {} },
  ])('$field', ({ field, means }) => {
    expect(postgresConfigSchema.parse({ ...smallest, ...field })).toMatchObject(means)
  })

  it.each([
    { field: { host: undefined }, says: '`host` is missing' },
    { field: { host: '  ' }, says: '`host` must not be empty' },
    { field: { port: 'x-secret' }, says: '`port` must be a whole number' },
    { field: { port: 65_536 }, says: '`port` must be from 1 to 65535' },
    { field: { database: 5 }, says: '`database` must be a text' },
    { field: { ssl: 'x-secret' }, says: '`ssl` must be true or false' },
    { field: { ssl_mode: { mode: 'x-secret' } }, says: '`ssl_mode.mode` must be one of disable, allow' },
    { field: { ssl_mode: {} }, says: '`ssl_mode.mode` is missing' },
    {
      field: { cdc_deletion_mode: 'x-secret' },
      says: '`cdc_deletion_mode` must be `Hard delete` or `Soft delete`',
    },
    { field: { tunnel_method: 'x-secret' }, says: '`tunnel_method` must be an object' },
    { field: { host: undefined, username: 5 }, says: '`host` is missing; `username` must be a text' },
  ])('refuses $field', async ({ field, says }) => {
    const error = await caught(() => postgresConfigSchema.parse({ ...smallest, ...field }))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(error.message).toContain(says)
    expect(error.message).not.toContain('x-secret')
  })

  const jumpServer = { tunnel_host: 'jump', tunnel_user: 'bob' }

  it.each([
    {
      field: { tunnel_method: 'SSH_KEY_AUTH', ...jumpServer, ssh_key: 'KEY' },
      tunnel: { host: 'jump', port: 22, user: 'bob', login: { kind: 'key', privateKey: 'KEY' } },
    },
    {
      field: {
        tunnel_method: 'SSH_KEY_AUTH',
        ...jumpServer,
        ssh_key: 'KEY',
        ssh_key_password: 'P',
        tunnel_host_fingerprint: 'SHA256:x',
      },
      tunnel: {
        login: { kind: 'key', privateKey: 'KEY', passphrase: 'P' },
        hostFingerprint: 'SHA256:x',
      },
    },
    {
      field: {
        tunnel_method: 'SSH_PASSWORD_AUTH',
        ...jumpServer,
        tunnel_port: 2222,
        tunnel_user_password: 'P',
      },
      tunnel: { port: 2222, login: { kind: 'password', password: 'P' } },
    },
  ])('takes the tunnel $field', ({ field, tunnel }) => {
    expect(postgresConfigSchema.parse({ ...smallest, tunnel_method: field }).tunnel).toMatchObject(tunnel)
  })

  it.each([
    {
      field: {},
      says: '`tunnel_method.tunnel_method` must be one of NO_TUNNEL, SSH_KEY_AUTH, SSH_PASSWORD_AUTH',
    },
    { field: { tunnel_method: 'x-secret' }, says: '`tunnel_method.tunnel_method` must be one of NO_TUNNEL' },
    {
      field: { tunnel_method: 'SSH_KEY_AUTH', ...jumpServer },
      says: '`tunnel_method.ssh_key` is missing',
    },
    {
      field: { tunnel_method: 'SSH_PASSWORD_AUTH', tunnel_port: 'x-secret', tunnel_user_password: 'P' },
      says: '`tunnel_method.tunnel_host` is missing; `tunnel_method.tunnel_port` must be a whole number',
    },
  ])('refuses the tunnel $field', async ({ field, says }) => {
    const error = await caught(() => postgresConfigSchema.parse({ ...smallest, tunnel_method: field }))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(error.message).toContain(says)
    expect(error.message).not.toContain('x-secret')
  })
})

describe('encryption', () => {
  it.each([
    { fields: {}, mode: 'require' },
    { fields: { ssl: true }, mode: 'require' },
    { fields: { ssl: null }, mode: 'require' },
    { fields: { ssl: false }, mode: 'allow' },
    { fields: { ssl: false, ssl_mode: { mode: 'verify-full' } }, mode: 'allow' },
    { fields: { ssl: false, jdbc_url_params: 'sslmode=require' }, mode: 'require' },
    { fields: { ssl: false, jdbc_url_params: 'sslmode=disable' }, mode: 'disable' },
    { fields: { ssl_mode: { mode: 'disable' } }, mode: 'disable' },
    { fields: { ssl: true, ssl_mode: { mode: 'prefer' } }, mode: 'prefer' },
    {
      fields: { ssl: true, ssl_mode: { mode: 'prefer' }, jdbc_url_params: 'sslmode=prefer' },
      mode: 'prefer',
    },
    { fields: { ssl_mode: { mode: 'verify-ca', ca_certificate: 'CA' } }, mode: 'verify-ca' },
    { fields: { ssl_mode: { mode: 'verify-full', ...certificates } }, mode: 'verify-full' },
  ])('$fields means $mode', ({ fields, mode }) => {
    expect(postgresConfigSchema.parse({ ...smallest, ...fields }).tls.mode).toBe(mode)
  })

  it('keeps the certificates of `verify-full`', () => {
    const ssl_mode = { mode: 'verify-full', ...certificates, client_key_password: 'PASSWORD' }
    expect(postgresConfigSchema.parse({ ...smallest, ssl_mode }).tls).toEqual({
      mode: 'verify-full',
      caCertificate: 'CA',
      clientCertificate: 'CERT',
      clientKey: 'KEY',
      clientKeyPassword: 'PASSWORD',
    })
  })

  it.each([
    { fields: { ssl_mode: { mode: 'verify-ca' } }, says: 'needs `ca_certificate`' },
    {
      fields: { ssl_mode: { mode: 'verify-full', ca_certificate: 'CA' } },
      says: 'needs `client_certificate`, `client_key`',
    },
    { fields: { jdbc_url_params: 'sslmode=disable' }, says: 'mean `require`' },
    { fields: { ssl_mode: { mode: 'prefer' }, jdbc_url_params: 'sslmode=require' }, says: 'mean `prefer`' },
    { fields: { ssl: false, jdbc_url_params: 'sslmode=verify-full' }, says: 'Set `ssl` to true' },
  ])('refuses $fields', async ({ fields, says }) => {
    const error = await caught(() => postgresConfigSchema.parse({ ...smallest, ...fields }))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(error.message).toContain(says)
  })
})

describe('jdbc_url_params', () => {
  it.each([
    { text: '', parameters: {} },
    { text: 'connectTimeout=5', parameters: { connectTimeout: 5000 } },
    { text: 'loginTimeout=0', parameters: { connectTimeout: 0 } },
    { text: 'socketTimeout=0', parameters: {} },
    {
      text: 'ApplicationName=my%20app&tcpKeepAlive=false',
      parameters: { applicationName: 'my app', keepAlive: false },
    },
    { text: 'options=-c%20work_mem=64MB', parameters: { options: '-c work_mem=64MB' } },
    { text: '?currentSchema=a,b&', parameters: { currentSchema: 'a,b' } },
    { text: 'currentSchema=a&currentSchema=b', parameters: { currentSchema: 'b' } },
  ])('$text', ({ text, parameters }) => {
    expect(postgresConfigSchema.parse({ ...smallest, jdbc_url_params: text }).parameters).toEqual(parameters)
  })

  it.each([
    {
      text: 'prepareThreshold=0&socketTimeout=30',
      code: 'CONFIG_UNSUPPORTED',
      says: '`prepareThreshold`, `socketTimeout`',
    },
    { text: 'password=x-secret', code: 'CONFIG_UNSUPPORTED', says: '`password`' },
    { text: 'constructor=x-secret', code: 'CONFIG_UNSUPPORTED', says: '`constructor`' },
    { text: 'x-secret', code: 'CONFIG_INVALID', says: 'without `=`' },
    { text: 'options=%x-secret', code: 'CONFIG_INVALID', says: 'hexadecimal' },
    { text: 'connectTimeout=x-secret', code: 'CONFIG_INVALID', says: 'whole number of seconds' },
    { text: 'sslmode=x-secret', code: 'CONFIG_INVALID', says: 'one of disable' },
    { text: 'tcpKeepAlive=x-secret', code: 'CONFIG_INVALID', says: 'true or false' },
  ])('refuses $text', async ({ text, code, says }) => {
    const error = await caught(() => postgresConfigSchema.parse({ ...smallest, jdbc_url_params: text }))
    expect(error).toMatchObject({ code })
    expect(error.message).toContain('jdbc_url_params')
    expect(error.message).toContain(says)
    expect(error.message).not.toContain('x-secret')
  })
})
