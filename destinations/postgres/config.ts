import {
  type ConfigSchema,
  filledTextField,
  flagField,
  portField,
  problem,
  readFields,
  type SshTunnelConfig,
  sshTunnelField,
  type TlsConfig,
  textField,
  tlsModes,
} from 'landfall/sdk'
import * as z from 'zod'
import { type ConnectionParameters, parseConnectionParameters } from './jdbc-url-params.ts'
import { chooseTls } from './tls.ts'

export type PostgresConfig = {
  readonly host: string
  readonly port: number
  readonly database: string
  /** Namespace of streams that bring none. */
  readonly schema: string
  readonly username: string
  readonly password: string | undefined
  readonly tls: TlsConfig
  /** Absent: a direct connection. */
  readonly tunnel: SshTunnelConfig | undefined
  readonly parameters: ConnectionParameters
  readonly rawDataSchema: string
  readonly disableTypeDedupe: boolean
  readonly dropCascade: boolean
  readonly unconstrainedNumber: boolean
  readonly cdcDeletionMode: 'Hard delete' | 'Soft delete'
}

/** Reads a configuration as the platform stores it; throws a `DestinationError` that names each wrong field. */
export const postgresConfigSchema: ConfigSchema<PostgresConfig> = { parse: parsePostgresConfig }

function parsePostgresConfig(value: unknown): PostgresConfig {
  const input = readFields(fields, value)
  const { sslmode, ...parameters } = parseConnectionParameters(input.jdbc_url_params ?? '')
  return {
    host: input.host,
    port: input.port,
    database: input.database,
    schema: input.schema || 'public',
    username: input.username,
    password: input.password ?? undefined,
    tls: chooseTls(input.ssl ?? undefined, tlsFrom(input.ssl_mode ?? undefined), sslmode),
    tunnel: input.tunnel_method ?? undefined,
    parameters,
    rawDataSchema: input.raw_data_schema || 'airbyte_internal',
    disableTypeDedupe: input.disable_type_dedupe ?? false,
    dropCascade: input.drop_cascade ?? false,
    unconstrainedNumber: input.unconstrained_number ?? false,
    cdcDeletionMode: input.cdc_deletion_mode ?? 'Hard delete',
  }
}

const sslMode = z.looseObject(
  {
    mode: z.enum(tlsModes, problem(`must be one of ${tlsModes.join(', ')}`)),
    ca_certificate: textField.nullish(),
    client_certificate: textField.nullish(),
    client_key: textField.nullish(),
    client_key_password: textField.nullish(),
  },
  problem('must be an object'),
)

const fields = z.looseObject(
  {
    host: filledTextField,
    port: portField.default(5432),
    database: filledTextField,
    schema: textField.trim().default('public'),
    username: filledTextField,
    password: textField.nullish(),
    ssl: flagField,
    ssl_mode: sslMode.nullish(),
    jdbc_url_params: textField.nullish(),
    raw_data_schema: textField.trim().nullish(),
    disable_type_dedupe: flagField,
    drop_cascade: flagField,
    unconstrained_number: flagField,
    cdc_deletion_mode: z
      .enum(['Hard delete', 'Soft delete'], problem('must be `Hard delete` or `Soft delete`'))
      .nullish(),
    tunnel_method: sshTunnelField.nullish(),
  },
  problem('must be an object'),
)

function tlsFrom(mode: z.infer<typeof sslMode> | undefined): TlsConfig | undefined {
  if (!mode) return undefined
  return {
    mode: mode.mode,
    caCertificate: mode.ca_certificate || undefined,
    clientCertificate: mode.client_certificate || undefined,
    clientKey: mode.client_key || undefined,
    clientKeyPassword: mode.client_key_password || undefined,
  }
}
