import {
  type CdcDeletionMode,
  type ConfigSchema,
  DestinationError,
  filledTextField,
  flagField,
  portField,
  problem,
  readFields,
  type SshTunnelConfig,
  sshTunnelField,
  type TlsConfig,
  textField,
} from 'landfall/sdk'
import * as z from 'zod'
import { assertFileNamePattern } from './file-names.ts'
import { type ConnectionParameters, parseConnectionParameters } from './jdbc-url-params.ts'

/** Where files wait for COPY, and the key that may write and read them. */
export type S3Staging = {
  readonly bucket: string
  /** Without a slash at either end; empty for the top. */
  readonly path: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Absent: a number per file. */
  readonly fileNamePattern: string | undefined
  readonly keepsFiles: boolean
  /** With protocol and without a path; the bucket is not part of it. Absent: the region's own. */
  readonly endpoint: string | undefined
}

export type RedshiftConfig = {
  readonly host: string
  readonly port: number
  readonly database: string
  /** Namespace of streams that bring none. */
  readonly schema: string
  readonly username: string
  readonly password: string
  /** Never without encryption. */
  readonly tls: TlsConfig
  /** Absent: a direct connection. */
  readonly tunnel: SshTunnelConfig | undefined
  readonly parameters: ConnectionParameters
  readonly staging: S3Staging
  readonly rawDataSchema: string
  readonly disableTypeDedupe: boolean
  readonly dropCascade: boolean
  readonly cdcDeletionMode: CdcDeletionMode
}

/** Reads a configuration as the platform stores it; throws a `DestinationError` that names each wrong field. */
export const redshiftConfigSchema: ConfigSchema<RedshiftConfig> = { parse: parseRedshiftConfig }

function parseRedshiftConfig(value: unknown): RedshiftConfig {
  const input = readFields(fields, value)
  const parameters = parseConnectionParameters(input.jdbc_url_params ?? '')
  return {
    host: input.host,
    port: input.port,
    database: input.database,
    schema: input.schema || 'public',
    username: input.username,
    password: input.password,
    tls: chooseTls(input.ssl_mode ?? undefined, parameters),
    tunnel: input.tunnel_method ?? undefined,
    parameters,
    staging: readStaging(input.uploading_method),
    rawDataSchema: input.raw_data_schema || 'airbyte_internal',
    disableTypeDedupe: input.disable_type_dedupe ?? false,
    dropCascade: input.drop_cascade ?? false,
    cdcDeletionMode: input.cdc_deletion_mode === 'Soft delete' ? 'soft' : 'hard',
  }
}

const modes = ['require', 'verify-ca', 'verify-full'] as const

const sslMode = z.looseObject(
  {
    mode: z.enum(modes, problem(`must be one of ${modes.join(', ')}`)),
    ca_certificate: textField.nullish(),
  },
  problem('must be an object'),
)

const s3Staging = z.looseObject(
  {
    method: z.literal('S3 Staging'),
    // Both become part of a host's name: nothing else may lead the data, with its signature, to another one.
    s3_bucket_name: filledTextField.regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
      'must be the name alone, without `s3://` and without a folder, which goes into `s3_bucket_path`',
    ),
    s3_bucket_path: textField.trim().nullish(),
    s3_bucket_region: filledTextField.regex(/^[a-z]+(-[a-z]+)+-\d+$/, 'must be a region such as `us-east-1`'),
    access_key_id: filledTextField,
    secret_access_key: filledTextField,
    file_name_pattern: textField.trim().nullish(),
    purge_staging_data: flagField,
    s3_endpoint: textField.trim().nullish(),
  },
  problem('must be an object: choose S3 Staging'),
)

/** Of another method, only the method is complained of, and none of the fields that it lacks. */
const uploadingMethod = z.discriminatedUnion('method', [s3Staging], {
  error: ({ input, code }) =>
    input === undefined
      ? 'is missing'
      : code === 'invalid_union'
        ? 'must be `S3 Staging`'
        : 'must be an object: choose S3 Staging',
})

const fields = z.looseObject(
  {
    host: filledTextField,
    port: portField.default(5439),
    database: filledTextField,
    schema: textField.trim().default('public'),
    username: filledTextField,
    password: filledTextField,
    ssl_mode: sslMode.nullish(),
    jdbc_url_params: textField.nullish(),
    uploading_method: uploadingMethod,
    raw_data_schema: textField.trim().nullish(),
    disable_type_dedupe: flagField,
    drop_cascade: flagField,
    cdc_deletion_mode: z
      .enum(['Hard delete', 'Soft delete'], problem('must be `Hard delete` or `Soft delete`'))
      .nullish(),
    tunnel_method: sshTunnelField.nullish(),
  },
  problem('must be an object'),
)

/** As in the Java connector, a connection is always encrypted, and without a wish nobody checks the certificate. */
function chooseTls(field: z.infer<typeof sslMode> | undefined, { sslmode }: ConnectionParameters): TlsConfig {
  if (field === undefined) return { mode: sslmode ?? 'require' }
  if (sslmode !== undefined && sslmode !== field.mode) {
    throw new DestinationError(
      'CONFIG_INVALID',
      `\`jdbc_url_params\` asks for \`sslmode=${sslmode}\`, but \`ssl_mode\` is \`${field.mode}\`. Remove \`sslmode\` from the parameters.`,
    )
  }
  return { mode: field.mode, caCertificate: field.ca_certificate || undefined }
}

function readStaging(input: z.infer<typeof s3Staging>): S3Staging {
  const fileNamePattern = input.file_name_pattern || undefined
  if (fileNamePattern !== undefined) assertFileNamePattern(fileNamePattern)
  return {
    bucket: input.s3_bucket_name,
    path: (input.s3_bucket_path ?? '').replace(/^\/+|\/+$/g, ''),
    region: input.s3_bucket_region,
    accessKeyId: input.access_key_id,
    secretAccessKey: input.secret_access_key,
    fileNamePattern,
    keepsFiles: input.purge_staging_data === false,
    endpoint: readEndpoint(input.s3_endpoint || undefined),
  }
}

function readEndpoint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  const isLocal = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url !== null && url.pathname === '/' && (url.protocol === 'https:' || isLocal)) return url.origin
  throw new DestinationError(
    'CONFIG_INVALID',
    '`s3_endpoint` of `uploading_method` must be an address such as `https://s3.us-east-1.amazonaws.com`, without a path.',
  )
}
