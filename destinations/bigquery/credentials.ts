import { DestinationError } from 'landfall/sdk'
import { type Credentials, checkCredentials, invalidCredentials } from './credential-rules.ts'

/** @param value the field of the form: JSON as text or as an object, or nothing */
export function readCredentials(value: unknown, impersonated: string | undefined): Credentials | undefined {
  const json = typeof value === 'string' ? parseText(value) : value
  const credentials = json === undefined || json === null ? undefined : checkCredentials(json)
  if (impersonated === undefined) return credentials
  if (credentials === undefined) {
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      '`impersonated_account` needs `credentials_json`. Credentials of the environment impersonate by themselves: `gcloud auth application-default login --impersonate-service-account`.',
    )
  }
  return checkCredentials({
    type: 'impersonated_service_account',
    service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${encodeURIComponent(impersonated)}:generateAccessToken`,
    source_credentials: credentials,
  })
}

/**
 * What tokens must be good for, besides BigQuery. To act as another account is a right of IAM, which a token
 * for BigQuery alone does not have; only a federation that names the account itself sees to it.
 */
export function extraScopes(credentials: Credentials | undefined): readonly string[] {
  return credentials?.type === 'impersonated_service_account'
    ? ['https://www.googleapis.com/auth/cloud-platform']
    : []
}

function parseText(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text, which is a secret.
    throw invalidCredentials('it is not JSON')
  }
}
