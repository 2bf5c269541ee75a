import type { ConnectionOptions, SslOptions } from 'mysql2/promise'
import type { ConfigSchema } from '../../destination/destination.ts'
import type { Warehouse } from '../../destination/warehouse.ts'
import { DestinationError } from '../../errors.ts'
import type { ConnectorSpecification } from '../../protocol/messages.ts'
import { SqlDestination, type SqlSettings } from '../../typing/sql-destination.ts'
import { createConfigSchema, type ManifestConfig } from '../config-schema.ts'
import { interpolate, interpolateValue } from '../interpolate.ts'
import type { DialectTexts, Manifest, SqlWriter } from '../manifest.ts'
import { createSpecification } from '../specification.ts'
import { mysqlDialect, mysqlLoad, mysqlSession } from './mysql-dialect.ts'
import { MysqlWarehouse } from './mysql-warehouse.ts'
import { TemplateSqlGenerator } from './template-sql-generator.ts'

const defaultRawNamespace = 'airbyte_internal'

/** A SQL warehouse that is a relative of a known dialect, from a manifest. */
export class DeclarativeSqlDestination extends SqlDestination<ManifestConfig> {
  readonly name: string
  readonly configSchema: ConfigSchema<ManifestConfig>
  readonly #manifest: Manifest
  readonly #writer: SqlWriter
  readonly #texts: DialectTexts

  constructor(manifest: Manifest, writer: SqlWriter) {
    super()
    this.name = manifest.name
    this.configSchema = createConfigSchema(manifest.spec.connection_specification)
    this.#manifest = manifest
    this.#writer = writer
    this.#texts = overrideTexts(mysqlDialect, writer.dialect)
  }

  override spec(): ConnectorSpecification {
    return createSpecification(this.#manifest, ['append', 'append_dedup', 'overwrite', 'overwrite_dedup'])
  }

  override settings(config: ManifestConfig): SqlSettings {
    const { default_namespace, raw_namespace, disable_type_dedupe } = this.#writer.settings
    return {
      defaultNamespace: interpolate(default_namespace, { config }),
      rawNamespace: interpolate(raw_namespace ?? '', { config }) || defaultRawNamespace,
      disableTypeDedupe: String(interpolateValue(disable_type_dedupe ?? false, { config })) === 'true',
    }
  }

  override sqlGenerator(config: ManifestConfig): TemplateSqlGenerator {
    const mode = interpolate(this.#writer.settings.cdc_deletion_mode ?? '', { config })
    return new TemplateSqlGenerator(this.#texts, {
      cdcDeletionMode: /^soft/i.test(mode) ? 'soft' : 'hard',
    })
  }

  /** A mode that allows a plain connection tries both, in the order that it says. */
  override async connect(config: ManifestConfig): Promise<Warehouse> {
    const generator = this.sqlGenerator(config)
    const { connection, session = [], load = {}, limits = {}, errors = {} } = this.#writer
    const [host, port] = [interpolate(connection.host, { config }), this.#port(config)]
    const plain: ConnectionOptions = {
      host,
      port,
      user: interpolate(connection.user, { config }),
      password: interpolate(connection.password ?? '', { config }),
      database: interpolate(connection.database, { config }),
    }
    const certificate = interpolate(connection.ca_certificate ?? '', { config })
    const attempts = tlsAttempts(this.#tlsMode(config), certificate)
    let failure: unknown
    for (const tls of attempts) {
      try {
        return await MysqlWarehouse.open({
          connection: tls === false ? plain : { ...plain, ssl: tls },
          session: [...mysqlSession, ...session],
          load: { ...mysqlLoad, ...load },
          describe: this.#texts.templates.describe,
          limits,
          errors: { target: { host, port, hostField: 'host', portField: 'port' }, ownCodes: errors },
          quote: (name) => generator.quote(name),
          literal: (value) => generator.literal(value),
        })
      } catch (error) {
        failure = error
        // Another kind of connection does not make a wrong password right.
        if (
          DestinationError.is(error) &&
          error.code !== 'CONNECTION_FAILED' &&
          error.code !== 'STATEMENT_FAILED'
        )
          break
      }
    }
    throw failure
  }

  #port(config: ManifestConfig): number {
    const port = Number(interpolateValue(this.#writer.connection.port, { config }))
    if (Number.isInteger(port) && port > 0 && port < 65_536) return port
    throw new DestinationError('CONFIG_INVALID', 'The port must be a number between 1 and 65535.')
  }

  #tlsMode(config: ManifestConfig): TlsMode {
    const text = interpolate(this.#writer.connection.tls ?? '', { config }) || 'prefer'
    const mode = tlsModes.find((known) => known === text)
    if (mode !== undefined) return mode
    throw new DestinationError(
      'CONFIG_INVALID',
      `\`${text}\` is no TLS mode. Choose one of ${tlsModes.join(', ')}.`,
    )
  }
}

const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type TlsMode = (typeof tlsModes)[number]

/** The connections to try, one after the other; `false` is a plain one. */
function tlsAttempts(mode: TlsMode, certificate: string): readonly (SslOptions | false)[] {
  const unchecked: SslOptions = { rejectUnauthorized: false }
  const checked: SslOptions = { rejectUnauthorized: true, ...(certificate === '' ? {} : { ca: certificate }) }
  const attempts: Record<TlsMode, readonly (SslOptions | false)[]> = {
    disable: [false],
    prefer: [unchecked, false],
    require: [unchecked],
    'verify-ca': [checked],
    'verify-full': [{ ...checked, verifyIdentity: true }],
  }
  return attempts[mode]
}

/** The known dialect with what the manifest says otherwise, answer by answer. */
export function overrideTexts(base: DialectTexts, overrides: SqlWriter['dialect']): DialectTexts {
  return {
    quoting: { ...base.quoting, ...overrides.quoting },
    naming: { ...base.naming, ...overrides.naming },
    types: { ...base.types, ...overrides.types },
    raw_types: { ...base.raw_types, ...overrides.raw_types },
    casts: { ...base.casts, ...overrides.casts },
    json: { ...base.json, ...overrides.json },
    cast_types: { ...base.cast_types, ...overrides.cast_types },
    templates: { ...base.templates, ...overrides.templates },
  }
}
