import { DestinationError } from 'landfall/sdk'

/** What Google's library takes: the JSON of a key, of a federation, or of an impersonation. */
export type Credentials = { readonly type: string; readonly [field: string]: unknown }

type Json = { readonly [field: string]: unknown }

/**
 * Google's library sends tokens wherever such a JSON says, and other JSONs than Google's can be pasted. So what
 * says where to is checked, and what is not known is left out ([decision 0018](../../docs/decisions/0018-credential-addresses.md)).
 * https://cloud.google.com/docs/authentication/external/externally-sourced-credentials
 */
export function checkCredentials(json: unknown): Credentials {
  const type = isJson(json) ? json.type : undefined
  const check = checks.get(String(type))
  if (!isJson(json) || check === undefined) {
    throw invalidCredentials(`its \`type\` is none of ${[...checks.keys()].join(', ')}`)
  }
  return { ...check(json), type: String(type) }
}

export function invalidCredentials(what: string): DestinationError {
  return new DestinationError(
    'CONFIG_INVALID',
    `\`credentials_json\` cannot be used: ${what}. Paste the whole file that Google Cloud gave you.`,
  )
}

const checks: ReadonlyMap<string, (json: Json) => Json> = new Map([
  ['service_account', checkKey],
  ['external_account', checkFederation],
  ['impersonated_service_account', checkImpersonation],
  ['authorized_user', (json: Json) => json],
])

function checkKey(json: Json): Json {
  if (hasTexts(json, 'client_email', 'private_key')) return json
  throw invalidCredentials('it lacks `client_email` or `private_key`')
}

/** The fields of the file, without those that nothing here reads. */
const federationFields = [
  'audience',
  'subject_token_type',
  'token_url',
  'service_account_impersonation_url',
  'service_account_impersonation',
  'credential_source',
  'client_id',
  'client_secret',
  'workforce_pool_user_project',
  'quota_project_id',
] as const

function checkFederation(json: Json): Json {
  if (!hasTexts(json, 'audience', 'subject_token_type')) {
    throw invalidCredentials('it lacks `audience` or `subject_token_type`')
  }
  assertUniverse(json)
  assertAddress(json, 'token_url', tokenAddress)
  assertAddress(json, 'service_account_impersonation_url', impersonationAddress)
  checkSource(json.credential_source)
  return pick(json, federationFields)
}

function checkImpersonation(json: Json): Json {
  if (!hasTexts(json, 'service_account_impersonation_url')) {
    throw invalidCredentials('it lacks `service_account_impersonation_url`')
  }
  assertUniverse(json)
  assertAddress(json, 'service_account_impersonation_url', impersonationAddress)
  const source = checkCredentials(json.source_credentials)
  assertUniverse(source)
  return {
    ...pick(json, ['service_account_impersonation_url', 'delegates', 'quota_project_id']),
    source_credentials: source,
  }
}

/** Where the token of the other cloud comes from. It goes to Google alone, so any file and any address may say it. */
function checkSource(source: unknown): void {
  if (!isJson(source)) throw invalidCredentials('it lacks `credential_source`')
  if ('executable' in source) {
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      '`credentials_json` names a program in `credential_source.executable`. A connector runs no programs: use a federation whose token comes from a file or from an address.',
    )
  }
  if (source.url !== undefined) assertAddress(source, 'url', /^https?:\/\//)
  if (source.environment_id === undefined) return
  for (const field of ['url', 'region_url', 'imdsv2_session_token_url']) {
    assertAddress(source, field, awsMetadataAddress)
  }
}

/** The service itself, one of a region, or one behind Private Service Connect. */
const tokenAddress =
  /^https:\/\/(?:sts(?:\.mtls|\.[\w-]+(?:\.rep)?)?|[\w-]+[.-]sts|sts-[\w-]+\.p)\.googleapis\.com\/v1\/token$/
const impersonationAddress =
  /^https:\/\/(?:iamcredentials(?:\.mtls|\.[\w-]+(?:\.rep)?)?|[\w-]+[.-]iamcredentials|iamcredentials-[\w-]+\.p)\.googleapis\.com\/v1\/projects\/-\/serviceAccounts\/[\w.@%-]+:generateAccessToken$/
const awsMetadataAddress = /^http:\/\/(?:169\.254\.169\.254|\[fd00:ec2::254\])\//

function assertAddress(json: Json, field: string, allowed: RegExp): void {
  const address = json[field]
  if (address === undefined || (typeof address === 'string' && allowed.test(address))) return
  throw invalidCredentials(
    `\`${field}\` is no address that Google documents, and tokens must not go elsewhere`,
  )
}

/** The library makes names of servers out of it. */
function assertUniverse({ universe_domain: universe }: Json): void {
  if (universe === undefined || universe === 'googleapis.com') return
  throw invalidCredentials('its `universe_domain` is not `googleapis.com`')
}

function hasTexts(json: Json, ...names: readonly string[]): boolean {
  return names.every((name) => typeof json[name] === 'string' && json[name] !== '')
}

function pick(json: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => name in json).map((name) => [name, json[name]]))
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}
