import { DestinationError, describeWebError } from 'landfall/sdk'
import type { S3Staging } from './config.ts'

/** What S3 answered: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export type S3Refusal = {
  readonly status: number
  /** For example `NoSuchBucket`; empty where the answer has none. */
  readonly code: string
  /** The bucket's own region, where S3 told it. */
  readonly region: string | undefined
}

/** @param activity in gerund form, for example "writing a file" */
export function describeRefusal(refusal: S3Refusal, staging: S3Staging, activity: string): DestinationError {
  const { status, code, region } = refusal
  const place = `the bucket \`${staging.bucket}\``
  const said = `S3 refused ${activity} in ${place}: ${code || `status ${status}`}.`
  const detail = `S3 answered ${status} ${code}`.trim()
  const of = (
    name: 'CONFIG_INVALID' | 'DATABASE_MISSING' | 'LOGIN_FAILED' | 'PERMISSION_DENIED',
    text: string,
  ) => new DestinationError(name, text, { detail })
  if (region !== undefined && region !== staging.region) {
    return of(
      'CONFIG_INVALID',
      `The bucket \`${staging.bucket}\` lies in the region \`${region}\`, but \`s3_bucket_region\` is \`${staging.region}\`. Correct it in \`uploading_method\`.`,
    )
  }
  if (elsewhereCodes.includes(code))
    return of('CONFIG_INVALID', `${said} The bucket lies in another region: correct \`s3_bucket_region\`.`)
  if (code === 'NoSuchBucket')
    return of(
      'DATABASE_MISSING',
      `The bucket \`${staging.bucket}\` does not exist. Create it, or correct \`s3_bucket_name\`.`,
    )
  if (keyCodes.includes(code))
    return of(
      'LOGIN_FAILED',
      `${said} Check \`access_key_id\` and \`secret_access_key\` of \`uploading_method\`; a key may have been deleted, or its time be over.`,
    )
  if (code === 'RequestTimeTooSkewed')
    return of('CONFIG_INVALID', `${said} The clock of this machine is wrong: correct it.`)
  if (status === 403)
    return of(
      'PERMISSION_DENIED',
      `${said} Give the key \`s3:PutObject\`, \`s3:GetObject\`, \`s3:DeleteObject\` and \`s3:ListBucket\` on this bucket.`,
    )
  if (isPassing(refusal))
    return new DestinationError('SERVER_UNAVAILABLE', `${said} It is tried again.`, { detail })
  return new DestinationError('STATEMENT_FAILED', `${said} Please report this with the connector's log.`, {
    detail,
  })
}

/** A failure on the way to S3, which is about the address, the network or TLS. */
export function describeFailure(
  error: unknown,
  url: string,
  { endpoint }: S3Staging,
  activity: string,
): DestinationError {
  // An address that the region gives cannot be wrong, but the region can.
  const field = endpoint === undefined ? 's3_bucket_region' : 's3_endpoint'
  const known = describeWebError(error, { url, field })
  if (known !== undefined) return known
  return new DestinationError(
    'SERVER_UNAVAILABLE',
    `The connection to S3 broke while ${activity}. It is tried again.`,
    { cause: error },
  )
}

function isPassing({ status, code }: S3Refusal): boolean {
  return status >= 500 || status === 408 || status === 429 || passingCodes.includes(code)
}

/** An upload that took too long is answered with 400, and one that met another with 409. */
const passingCodes = ['RequestTimeout', 'OperationAborted', 'SlowDown', 'InternalError']

/** S3 does not always tell the region. */
const elsewhereCodes = [
  'PermanentRedirect',
  'TemporaryRedirect',
  'IllegalLocationConstraintException',
  'AuthorizationHeaderMalformed',
]

const keyCodes = [
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
]
