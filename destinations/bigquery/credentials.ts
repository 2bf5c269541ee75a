import { DestinationError } from 'landfall/sdk'

/** What Google's library takes: the JSON of a key, of a federation, or of an impersonation. */
export type Credentials = { readonly type: string; readonly [field: string]: unknown }

/** Kinds of JSON that Google gives out. What else it may hold (executables, other addresses) is not for a form. */
const knownTypes = ['service_account', 'external_account', 'impersonated_service_account', 'authorized_user']

/** @param value the field of the form: JSON as text or as an object, or nothing */
export function readCredentials(value: unknown, impersonated: string | undefined): Credentials | undefined {
  const credentials = readJson(value)
  if (impersonated === undefined) return credentials
  if (credentials === undefined) {
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      '`impersonated_account` needs `credentials_json`. Credentials of the environment impersonate by themselves: `gcloud auth application-default login --impersonate-service-account`.',
    )
  }
  return {
    type: 'impersonated_service_account',
    service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${encodeURIComponent(impersonated)}:generateAccessToken`,
    source_credentials: credentials,
  }
}

function readJson(value: unknown): Credentials | undefined {
  const json = typeof value === 'string' ? parseText(value) : value
  if (json === undefined || json === null) return undefined
  if (typeof json !== 'object' || !('type' in json) || !knownTypes.includes(String(json.type))) {
    throw invalidCredentials(`its \`type\` is none of ${knownTypes.join(', ')}`)
  }
  const { type } = json
  if (type === 'service_account' && !hasTexts(json, 'client_email', 'private_key')) {
    throw invalidCredentials('it lacks `client_email` or `private_key`')
  }
  return { ...json, type: String(type) }
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

function hasTexts(json: object, ...names: readonly string[]): boolean {
  const values = new Map(Object.entries(json))
  return names.every((name) => typeof values.get(name) === 'string' && values.get(name) !== '')
}

function invalidCredentials(what: string): DestinationError {
  return new DestinationError(
    'CONFIG_INVALID',
    `\`credentials_json\` cannot be used: ${what}. Paste the whole file that Google Cloud gave you.`,
  )
}
