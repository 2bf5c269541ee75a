import { describe, expect, it } from 'vitest'
import { redshiftConfigSchema } from '../../../destinations/redshift/config.ts'
import { describeFailure, describeRefusal } from '../../../destinations/redshift/s3-errors.ts'

const stored = {
  host: 'name.id.us-east-1.redshift.amazonaws.com',
  database: 'dev',
  username: 'airbyte',
  password: 'x-secret',
  uploading_method: {
    method: 'S3 Staging',
    s3_bucket_name: 'files',
    s3_bucket_region: 'us-east-1',
    access_key_id: 'id',
    secret_access_key: 'x-secret',
  },
}
const { staging } = redshiftConfigSchema.parse(stored)

describe('what S3 refuses', () => {
  it.each([
    [400, 'RequestTimeout', 'SERVER_UNAVAILABLE', 'tried again'],
    [409, 'OperationAborted', 'SERVER_UNAVAILABLE', 'tried again'],
    [503, 'SlowDown', 'SERVER_UNAVAILABLE', 'tried again'],
    [301, 'PermanentRedirect', 'CONFIG_INVALID', '`s3_bucket_region`'],
    [400, 'AuthorizationHeaderMalformed', 'CONFIG_INVALID', '`s3_bucket_region`'],
    [403, 'AccessDenied', 'PERMISSION_DENIED', '`s3:ListBucket`'],
    [403, 'ExpiredToken', 'LOGIN_FAILED', '`access_key_id`'],
    [404, 'NoSuchBucket', 'DATABASE_MISSING', '`s3_bucket_name`'],
    [400, 'Unheard', 'STATEMENT_FAILED', 'Unheard'],
  ])('%i %s is %s and says %s', (status, code, expected, words) => {
    const error = describeRefusal({ status, code, region: undefined }, staging, 'writing a file')
    expect(error.code).toBe(expected)
    expect(error.message).toContain(words)
  })
})

it.each([
  [undefined, 's3_bucket_region'],
  ['http://127.0.0.1:9', 's3_endpoint'],
])('with the endpoint %s, an address that nobody answers is a matter of `%s`', (endpoint, field) => {
  const refused = new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' }),
  })
  const error = describeFailure(refused, 'http://127.0.0.1:9/', { ...staging, endpoint }, 'writing a file')
  expect(error.message).toContain(`\`${field}\``)
})
