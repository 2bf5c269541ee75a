import { createPrivateKey } from 'node:crypto'
import {
  type CdcDeletionMode,
  type ConfigSchema,
  DestinationError,
  filledTextField,
  flagField,
  problem,
  readFields,
  textField,
} from 'landfall/sdk'
import * as z from 'zod'
import { type ConnectionParameters, parseConnectionParameters } from './jdbc-url-params.ts'

export type SnowflakeLogin =
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'key_pair'; readonly privateKey: string; readonly passphrase: string | undefined }

export type SnowflakeConfig = {
  /** With `https://` and without a path. */
  readonly url: string
  /** The account's identifier: the host without Snowflake's domain. */
  readonly account: string
  readonly role: string
  readonly warehouse: string
  readonly database: string
  /** Namespace of streams that bring none. */
  readonly schema: string
  readonly username: string
  readonly login: SnowflakeLogin
  readonly parameters: ConnectionParameters
  readonly rawDataSchema: string
  readonly disableTypeDedupe: boolean
  readonly cdcDeletionMode: CdcDeletionMode
  readonly retentionPeriodDays: number
}

/** Reads a configuration as the platform stores it; throws a `DestinationError` that names each wrong field. */
export const snowflakeConfigSchema: ConfigSchema<SnowflakeConfig> = { parse: parseSnowflakeConfig }

function parseSnowflakeConfig(value: unknown): SnowflakeConfig {
  const input = readFields(fields, value)
  return {
    ...readHost(input.host),
    role: input.role,
    warehouse: input.warehouse,
    database: input.database,
    schema: input.schema,
    username: input.username,
    login: readLogin(input.credentials ?? undefined, input.password ?? undefined),
    parameters: parseConnectionParameters(input.jdbc_url_params ?? ''),
    rawDataSchema: input.raw_data_schema || 'airbyte_internal',
    disableTypeDedupe: input.disable_type_dedupe ?? false,
    cdcDeletionMode: input.cdc_deletion_mode === 'Soft delete' ? 'soft' : 'hard',
    retentionPeriodDays: input.retention_period_days ?? 1,
  }
}

const credentials = z.looseObject(
  {
    auth_type: textField.nullish(),
    password: textField.nullish(),
    private_key: textField.nullish(),
    private_key_password: textField.nullish(),
  },
  problem('must be an object'),
)

const days = z.number(problem('must be a whole number')).int(problem('must be a whole number'))

const fields = z.looseObject(
  {
    host: filledTextField,
    role: filledTextField,
    warehouse: filledTextField,
    database: filledTextField,
    schema: filledTextField,
    username: filledTextField,
    credentials: credentials.nullish(),
    // Where configurations had it before there were several ways to log in.
    password: textField.nullish(),
    jdbc_url_params: textField.nullish(),
    raw_data_schema: textField.trim().nullish(),
    disable_type_dedupe: flagField,
    cdc_deletion_mode: z
      .enum(['Hard delete', 'Soft delete'], problem('must be `Hard delete` or `Soft delete`'))
      .nullish(),
    retention_period_days: days
      .min(0, problem('must be from 0 to 90'))
      .max(90, problem('must be from 0 to 90'))
      .nullish(),
  },
  problem('must be an object'),
)

const domain = /\.(snowflakecomputing\.(com|cn)|localstack\.cloud)(:\d+)?$/

function readHost(text: string): { readonly url: string; readonly account: string } {
  const [, protocol = 'https', host = ''] = /^(?:(https?):\/\/)?([^/?#@]+)\/?$/.exec(text.trim()) ?? []
  if (host === '') {
    throw new DestinationError(
      'CONFIG_INVALID',
      'The field `host` must be a host name, such as `account.snowflakecomputing.com`.',
    )
  }
  const isLocal =
    /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host) || /\.localstack\.cloud(:\d+)?$/.test(host)
  if (protocol === 'http' && !isLocal) {
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      'The field `host` asks for a connection without encryption. Write the host name alone.',
    )
  }
  return { url: `${protocol}://${host}`, account: host.replace(domain, '').replace(/:\d+$/, '') }
}

function readLogin(
  method: z.infer<typeof credentials> | undefined,
  plainPassword: string | undefined,
): SnowflakeLogin {
  const { auth_type: kind, private_key: privateKey, private_key_password: passphrase } = method ?? {}
  if (kind === 'OAuth2.0') {
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      'Login by OAuth is not supported. Choose a key pair in `credentials`, which needs no browser.',
    )
  }
  if (privateKey) return readKeyPair(privateKey, passphrase || undefined)
  const password = method?.password || plainPassword
  if (password) return { kind: 'password', password }
  throw new DestinationError(
    'CONFIG_INVALID',
    'The field `credentials` needs a `private_key` or a `password`.',
  )
}

function readKeyPair(text: string, passphrase: string | undefined): SnowflakeLogin {
  const privateKey = withLineBreaks(text)
  try {
    const { asymmetricKeyType } = createPrivateKey({
      key: privateKey,
      ...(passphrase === undefined ? {} : { passphrase }),
    })
    if (asymmetricKeyType === 'rsa') return { kind: 'key_pair', privateKey, passphrase }
  } catch {
    // OpenSSL's own words say less than what to do.
  }
  throw new DestinationError(
    'CONFIG_INVALID',
    'The field `private_key` in `credentials` is not an RSA key that can be read. Paste the whole PEM text with its ' +
      'first and last line, and check `private_key_password`.',
  )
}

/** Forms of one line turn the line breaks of a key into spaces, or into `\n` as two characters. */
function withLineBreaks(text: string): string {
  const key = text.replaceAll('\\n', '\n').trim()
  const [, label = '', body = ''] =
    /^-----BEGIN ([A-Z ]+)-----([\s\S]*?)-----END [A-Z ]+-----$/.exec(key) ?? []
  if (label === '' || body.includes(':')) return key
  const lines = body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
