import { type ConfigSchema, DestinationError } from 'landfall/sdk'
import { z } from 'zod'
import { type ConnectionParameters, parseConnectionParameters } from './jdbc-url-params.ts'
import { chooseTls, type TlsConfig, tlsModes } from './tls.ts'

export type PostgresConfig = {
  readonly host: string
  readonly port: number
  readonly database: string
  /** Namespace of streams that bring none. */
  readonly schema: string
  readonly username: string
  readonly password: string | undefined
  readonly tls: TlsConfig
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
  const result = fields.safeParse(value)
  if (!result.success) throw invalidFields(result.error)
  const input = result.data
  refuseTunnel(input.tunnel_method?.tunnel_method)
  const { sslmode, ...parameters } = parseConnectionParameters(input.jdbc_url_params ?? '')
  return {
    host: input.host,
    port: input.port,
    database: input.database,
    schema: input.schema || 'public',
    username: input.username,
    password: input.password ?? undefined,
    tls: chooseTls(input.ssl ?? undefined, tlsFrom(input.ssl_mode ?? undefined), sslmode),
    parameters,
    rawDataSchema: input.raw_data_schema || 'airbyte_internal',
    disableTypeDedupe: input.disable_type_dedupe ?? false,
    dropCascade: input.drop_cascade ?? false,
    unconstrainedNumber: input.unconstrained_number ?? false,
    cdcDeletionMode: input.cdc_deletion_mode ?? 'Hard delete',
  }
}

/** zod tells what is wrong with a value; an absent one only needs to be called absent. */
const problem = (text: string) => ({
  error: (issue: { readonly input: unknown }) => (issue.input === undefined ? 'is missing' : text),
})

const text = z.string(problem('must be a text'))
const filledText = text.trim().min(1, 'must not be empty')
const flag = z.boolean(problem('must be true or false')).nullish()
const port = z
  .int(problem('must be a whole number'))
  .min(1, 'must be from 1 to 65535')
  .max(65_535, 'must be from 1 to 65535')

const sslMode = z.looseObject(
  {
    mode: z.enum(tlsModes, problem(`must be one of ${tlsModes.join(', ')}`)),
    ca_certificate: text.nullish(),
    client_certificate: text.nullish(),
    client_key: text.nullish(),
    client_key_password: text.nullish(),
  },
  problem('must be an object'),
)

const fields = z.looseObject(
  {
    host: filledText,
    port: port.default(5432),
    database: filledText,
    schema: text.trim().default('public'),
    username: filledText,
    password: text.nullish(),
    ssl: flag,
    ssl_mode: sslMode.nullish(),
    jdbc_url_params: text.nullish(),
    raw_data_schema: text.trim().nullish(),
    disable_type_dedupe: flag,
    drop_cascade: flag,
    unconstrained_number: flag,
    cdc_deletion_mode: z
      .enum(['Hard delete', 'Soft delete'], problem('must be `Hard delete` or `Soft delete`'))
      .nullish(),
    tunnel_method: z.looseObject({ tunnel_method: text }, problem('must be an object')).nullish(),
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

/** Only the fields' names and our own words: a value may be a secret. */
function invalidFields(error: z.ZodError): DestinationError {
  const problems = error.issues.map((issue) => {
    const path = issue.path.map(String).join('.')
    return path ? `\`${path}\` ${issue.message}` : `the configuration ${issue.message}`
  })
  return new DestinationError(
    'CONFIG_INVALID',
    `The configuration cannot be used: ${problems.join('; ')}. Correct it in the destination's settings.`,
  )
}

function refuseTunnel(method: string | undefined): void {
  if (method === undefined || method === 'NO_TUNNEL') return
  throw new DestinationError(
    'CONFIG_UNSUPPORTED',
    `\`tunnel_method\` asks for ${method}, but SSH tunnels are not supported yet. Choose NO_TUNNEL and give ` +
      'this connector a network path to the database, for example a VPN or a tunnel that runs beside it.',
  )
}
