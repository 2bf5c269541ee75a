import { sshTunnelSpecification } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { redshiftConfigSchema } from '../../../destinations/redshift/config.ts'
import { fileName } from '../../../destinations/redshift/file-names.ts'
import spec from '../../../destinations/redshift/spec.json' with { type: 'json' }
import { DestinationError } from '../../../src/errors.ts'

const staging = {
  method: 'S3 Staging',
  s3_bucket_name: 'files',
  s3_bucket_region: 'us-east-1',
  access_key_id: 'id',
  secret_access_key: 'x-secret',
}
const stored = {
  host: 'name.id.us-east-1.redshift.amazonaws.com',
  port: 5439,
  database: 'dev',
  schema: 'public',
  username: 'airbyte',
  password: 'x-secret',
  uploading_method: staging,
}

describe('a configuration of the Java connector', () => {
  it('is read as it is', () => {
    expect(redshiftConfigSchema.parse(stored)).toEqual({
      host: 'name.id.us-east-1.redshift.amazonaws.com',
      port: 5439,
      database: 'dev',
      schema: 'public',
      username: 'airbyte',
      password: 'x-secret',
      tls: { mode: 'require' },
      tunnel: undefined,
      parameters: {},
      staging: {
        bucket: 'files',
        path: '',
        region: 'us-east-1',
        accessKeyId: 'id',
        secretAccessKey: 'x-secret',
        fileNamePattern: undefined,
        keepsFiles: false,
        endpoint: undefined,
      },
      rawDataSchema: 'airbyte_internal',
      disableTypeDedupe: false,
      dropCascade: false,
      cdcDeletionMode: 'hard',
    })
  })

  it('may say where files go, and that they stay', () => {
    const uploading_method = { ...staging, s3_bucket_path: '/a/b/', purge_staging_data: false }
    expect(redshiftConfigSchema.parse({ ...stored, uploading_method }).staging).toMatchObject({
      path: 'a/b',
      keepsFiles: true,
    })
  })

  it('may have parameters of the JDBC driver, in any case', () => {
    const jdbc_url_params = 'ConnectTimeout=5&applicationname=nightly%20sync&SSLMode=Verify-Full&ssl=true'
    expect(redshiftConfigSchema.parse({ ...stored, jdbc_url_params })).toMatchObject({
      parameters: { connectTimeout: 5000, applicationName: 'nightly sync' },
      tls: { mode: 'verify-full' },
    })
  })
})

describe('a configuration is refused', () => {
  it.each([
    { fields: { uploading_method: undefined }, says: '`uploading_method` is missing' },
    // Nothing of what the other method lacks is complained of.
    {
      fields: { uploading_method: { method: 'Standard' } },
      says: /`uploading_method\.method` must be `S3 Staging`[^`]*$/,
    },
    { fields: { uploading_method: { ...staging, s3_bucket_region: '' } }, says: 's3_bucket_region' },
    ...['us east', 'x@other.test/', 'us-east-1.other.test/'].map((s3_bucket_region) => ({
      fields: { uploading_method: { ...staging, s3_bucket_region } },
      says: 'must be a region such as `us-east-1`',
    })),
    ...['s3://files', 'files/folder', 'x@other.test', 'other.test/x?'].map((s3_bucket_name) => ({
      fields: { uploading_method: { ...staging, s3_bucket_name } },
      says: 'must be the name alone',
    })),
    {
      fields: { uploading_method: { ...staging, file_name_pattern: '{hour}' } },
      says: '`file_name_pattern` of `uploading_method` has `{hour}`',
    },
    {
      fields: { uploading_method: { ...staging, file_name_pattern: '{date:yyyy_DDD}' } },
      says: 'has `{date:yyyy_DDD}`',
    },
    { fields: { uploading_method: { ...staging, file_name_pattern: 'a/b' } }, says: 'has `/`' },
    {
      fields: { uploading_method: { ...staging, s3_endpoint: 'http://example.com' } },
      says: '`s3_endpoint` of `uploading_method`',
    },
    { fields: { password: '' }, says: '`password` must not be empty' },
    { fields: { ssl_mode: { mode: 'disable' } }, says: 'require, verify-ca, verify-full' },
    { fields: { jdbc_url_params: 'ssl=false' }, says: '`ssl`, which this connector cannot honour' },
    { fields: { jdbc_url_params: 'sslmode=prefer' }, says: '`sslmode`, which this connector cannot honour' },
    {
      fields: { jdbc_url_params: 'sslmode=require', ssl_mode: { mode: 'verify-full' } },
      says: 'Remove `sslmode` from the parameters',
    },
    { fields: { jdbc_url_params: 'ApplicationName=%zz' }, says: '`%` that is not followed' },
  ])('with words that name the field: $says', ({ fields, says }) => {
    const parse = () => redshiftConfigSchema.parse({ ...stored, ...fields })
    expect(parse).toThrow(says)
    expect(parse).toThrow(DestinationError)
    expect(parse).not.toThrow('x-secret')
  })
})

describe('the name of a staging file', () => {
  const facts = { now: new Date('2024-02-29T12:34:56.789Z'), syncId: 77n, partNumber: 3 }

  it.each([
    [undefined, '3.csv.gz'],
    ['{date}', '2024_02_29_3.csv.gz'],
    ['{date:yyyy_MM}-{part_number}', '2024_02-3.csv.gz'],
    ['{timestamp}', '1709210096789_3.csv.gz'],
    ['sync{sync_id}', 'sync77_3.csv.gz'],
  ])('of the pattern %s is %s', (pattern, name) => {
    expect(fileName(pattern, facts)).toBe(name)
  })
})

describe('the specification', () => {
  const { properties, required } = spec.connectionSpecification

  it('has the fields of the Java connector, and its own', () => {
    expect(Object.keys(properties)).toEqual([
      ...['host', 'port', 'username', 'password', 'database', 'schema', 'jdbc_url_params'],
      ...['uploading_method', 'raw_data_schema', 'disable_type_dedupe', 'drop_cascade'],
      ...['cdc_deletion_mode', 'ssl_mode', 'tunnel_method'],
    ])
    expect(required).toContain('uploading_method')
  })

  it('has the tunnels that every database destination has', () => {
    expect(properties.tunnel_method).toEqual(sshTunnelSpecification({ group: 'connection', order: 15 }))
  })
})
