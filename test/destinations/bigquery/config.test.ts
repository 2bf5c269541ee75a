import { describe, expect, it } from 'vitest'
import { bigQueryConfigSchema } from '../../../destinations/bigquery/config.ts'
import spec from '../../../destinations/bigquery/spec.json' with { type: 'json' }
import { createServiceAccount } from '../../support/bigquery-double/service-account.ts'

const { credentialsJson } = createServiceAccount()
const minimal = { project_id: 'shop-123', dataset_location: 'EU', dataset_id: 'landing' }

/** As the Java connector's configurations are stored. */
const javaStaging = {
  ...minimal,
  dataset_id: 'shop-123:landing',
  credentials_json: credentialsJson,
  loading_method: {
    method: 'GCS Staging',
    credential: { credential_type: 'HMAC_KEY', hmac_key_access_id: 'id', hmac_key_secret: 'secret' },
    gcs_bucket_name: 'bucket',
    gcs_bucket_path: 'a/b/',
    'keep_files_in_gcs-bucket': 'Keep all tmp files in GCS',
  },
  cdc_deletion_mode: 'Soft delete',
  disable_type_dedupe: true,
  raw_data_dataset: 'raw',
}

const federation = {
  type: 'external_account',
  audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: 'https://sts.googleapis.com/v1/token',
  credential_source: { file: '/var/run/secrets/token' },
}

const impersonation = {
  type: 'impersonated_service_account',
  service_account_impersonation_url:
    'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.iam:generateAccessToken',
  delegates: ['projects/-/serviceAccounts/c@b.iam'],
  source_credentials: JSON.parse(credentialsJson),
}

const authorizedUser = { type: 'authorized_user', client_id: 'a', client_secret: 'b', refresh_token: 'c' }

describe('the configuration', () => {
  it('takes the least that the Java connector takes', () => {
    expect(bigQueryConfigSchema.parse(minimal)).toEqual({
      projectId: 'shop-123',
      location: 'EU',
      defaultDataset: 'landing',
      rawDataset: 'airbyte_internal',
      disableTypeDedupe: false,
      cdcDeletionMode: 'hard',
      credentials: undefined,
      staging: undefined,
      writesStreams: false,
      apiEndpoint: undefined,
      writeEndpoint: undefined,
    })
  })

  it.each([
    ['https://bigquerystorage-shop.p.googleapis.com', 'bigquerystorage-shop.p.googleapis.com', 443],
    ['https://localhost:8443/', 'localhost', 8443],
  ])('takes the Storage Write API at %s', (write_endpoint, hostname, port) => {
    expect(
      bigQueryConfigSchema.parse({
        ...minimal,
        loading_method: { method: 'Storage Write API' },
        write_endpoint,
      }),
    ).toMatchObject({ writesStreams: true, staging: undefined, writeEndpoint: { hostname, port } })
  })

  it('takes all that the Java connector takes', () => {
    expect(bigQueryConfigSchema.parse(javaStaging)).toMatchObject({
      defaultDataset: 'landing',
      rawDataset: 'raw',
      disableTypeDedupe: true,
      cdcDeletionMode: 'soft',
      credentials: { type: 'service_account' },
      staging: {
        accessId: 'id',
        secret: 'secret',
        bucket: 'bucket',
        path: 'a/b',
        keepsFiles: true,
        endpoint: 'https://storage.googleapis.com',
      },
    })
  })

  it('takes empty fields for absent ones', () => {
    const empty = {
      ...minimal,
      credentials_json: '',
      raw_data_dataset: '',
      impersonated_account: ' ',
      dataset_location: null,
      api_endpoint: '',
    }
    expect(bigQueryConfigSchema.parse(empty)).toMatchObject({
      location: 'US',
      rawDataset: 'airbyte_internal',
      credentials: undefined,
      apiEndpoint: undefined,
    })
  })

  it.each([JSON.parse(credentialsJson), authorizedUser, federation, impersonation])(
    'takes credentials of the type $type, as text or object',
    (credentials) => {
      for (const credentials_json of [credentials, JSON.stringify(credentials)]) {
        expect(bigQueryConfigSchema.parse({ ...minimal, credentials_json }).credentials).toEqual(credentials)
      }
    },
  )

  it.each([
    'https://sts.googleapis.com/v1/token',
    'https://sts.mtls.googleapis.com/v1/token',
    'https://sts.europe-west3.rep.googleapis.com/v1/token',
    'https://sts-landfall.p.googleapis.com/v1/token',
  ])('takes a federation whose tokens come from %s', (token_url) => {
    const credentials_json = { ...federation, token_url }
    expect(bigQueryConfigSchema.parse({ ...minimal, credentials_json }).credentials).toEqual(credentials_json)
  })

  const elsewhere = 'https://SECRET-1.example'
  it.each([
    ['token_url', { ...federation, token_url: elsewhere }],
    ['token_url', { ...federation, token_url: 'http://sts.googleapis.com/v1/token' }],
    ['token_url', { ...federation, token_url: 'https://sts.googleapis.com.SECRET-1.example/v1/token' }],
    ['token_url', { ...federation, token_url: 'https://SECRET-1@storage.googleapis.com/sts/v1/token' }],
    ['token_url', { ...federation, token_url: 'https://sts.googleapis.com:8443/v1/token' }],
    [
      'service_account_impersonation_url',
      { ...federation, service_account_impersonation_url: `${elsewhere}/v1:generateAccessToken` },
    ],
    ['service_account_impersonation_url', { ...impersonation, service_account_impersonation_url: elsewhere }],
    ['url', { ...federation, credential_source: { url: 'file:///SECRET-1' } }],
    ['region_url', { ...federation, credential_source: { environment_id: 'aws1', region_url: elsewhere } }],
    ['universe_domain', { ...federation, universe_domain: 'SECRET-1.example' }],
    ['universe_domain', { ...impersonation, universe_domain: 'SECRET-1.example' }],
    [
      'universe_domain',
      {
        ...impersonation,
        source_credentials: { ...JSON.parse(credentialsJson), universe_domain: 'SECRET-1.example' },
      },
    ],
    ['audience', { ...federation, audience: '' }],
    ['credential_source', { ...federation, credential_source: undefined }],
    ['token_url', { ...impersonation, source_credentials: { ...federation, token_url: elsewhere } }],
  ])('lets no token go elsewhere: refuses another `%s`', (field, credentials_json) => {
    const parse = () => bigQueryConfigSchema.parse({ ...minimal, credentials_json })
    expect(parse).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`\`${field}\``) }),
    )
    expect(parse).not.toThrow(/SECRET-1/)
  })

  it('lets no token go elsewhere: leaves out what the library would read besides', () => {
    const extra = {
      endpoint: elsewhere,
      tokenUrl: elsewhere,
      cloud_resource_manager_url: elsewhere,
      serviceAccountImpersonationUrl: elsewhere,
      universeDomain: 'SECRET-1.example',
    }
    for (const json of [federation, impersonation]) {
      const { credentials } = bigQueryConfigSchema.parse({
        ...minimal,
        credentials_json: { ...json, ...extra },
      })
      expect(credentials).toEqual(json)
    }
  })

  it('runs no program that a configuration names', () => {
    const credential_source = { executable: { command: '/SECRET-1' } }
    expect(() =>
      bigQueryConfigSchema.parse({ ...minimal, credentials_json: { ...federation, credential_source } }),
    ).toThrow(expect.objectContaining({ code: 'CONFIG_UNSUPPORTED' }))
  })

  it('acts as another service account', () => {
    const config = bigQueryConfigSchema.parse({
      ...minimal,
      credentials_json: credentialsJson,
      impersonated_account: 'a@b.iam',
    })
    expect(config.credentials).toEqual({
      type: 'impersonated_service_account',
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a%40b.iam:generateAccessToken',
      source_credentials: JSON.parse(credentialsJson),
    })
  })

  it.each([
    ['no project', { ...minimal, project_id: undefined }, 'project_id'],
    ['a dataset of another project', { ...minimal, dataset_id: 'other:landing' }, 'dataset_id'],
    ['credentials that are no JSON', { ...minimal, credentials_json: 'SECRET-1' }, 'credentials_json'],
    ['credentials of no type', { ...minimal, credentials_json: '{"a":"SECRET-1"}' }, 'credentials_json'],
    [
      'a key without its private part',
      { ...minimal, credentials_json: '{"type":"service_account","client_email":"SECRET-1"}' },
      'credentials_json',
    ],
    [
      'a method that does not exist',
      { ...minimal, loading_method: { method: 'SECRET-1' } },
      'loading_method.method',
    ],
    [
      'staging without a bucket',
      { ...javaStaging, loading_method: { ...javaStaging.loading_method, gcs_bucket_name: '' } },
      'gcs_bucket_name',
    ],
    ['an endpoint without TLS', { ...minimal, write_endpoint: 'http://SECRET-1' }, 'write_endpoint'],
    ['an endpoint that is a path', { ...minimal, write_endpoint: 'https://a/SECRET-1' }, 'write_endpoint'],
  ])('refuses %s, names the field and shows no value', (_title, value, field) => {
    const parse = () => bigQueryConfigSchema.parse(value)
    expect(parse).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`${field}\``) }),
    )
    expect(parse).not.toThrow(/SECRET-1/)
  })

  it('has the fields of the Java connector in its specification, and those that it needs', () => {
    const { properties, required } = spec.connectionSpecification
    expect(required).toEqual(['project_id', 'dataset_location', 'dataset_id'])
    expect(Object.keys(properties)).toEqual([
      'project_id',
      'dataset_location',
      'dataset_id',
      'loading_method',
      'credentials_json',
      'impersonated_account',
      'cdc_deletion_mode',
      'disable_type_dedupe',
      'raw_data_dataset',
      'api_endpoint',
      'storage_endpoint',
      'write_endpoint',
    ])
  })
})
