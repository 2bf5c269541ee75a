import type { ConnectionOptions, SslOptions } from 'mysql2/promise'
import type { TlsMode } from '../../connection/tls.ts'
import type { ConfigSchema } from '../../destination/destination.ts'
import type { Warehouse } from '../../destination/warehouse.ts'
import { DestinationError } from '../../errors.ts'
import type { ConnectorSpecification } from '../../protocol/messages.ts'
import { SqlDestination, type SqlSettings } from '../../typing/sql-destination.ts'
import { createConfigSchema, type ManifestConfig } from '../config-schema.ts'
import { interpolate } from '../interpolate.ts'
import type { DialectTexts, Manifest, MysqlWriter } from '../manifest.ts'
import { createSpecification } from '../specification.ts'
import { mysqlDialect, mysqlLoad, mysqlSession } from './mysql-dialect.ts'
import { MysqlWarehouse } from './mysql-warehouse.ts'
import { isSoftDeletion, readPort, readSqlSettings, readTlsMode } from './sql-settings.ts'
import { TemplateSqlGenerator } from './template-sql-generator.ts'

/** A relative of MySQL, from a manifest. */
export class DeclarativeSqlDestination extends SqlDestination<ManifestConfig> {
  readonly name: string
  readonly configSchema: ConfigSchema<ManifestConfig>
  readonly #manifest: Manifest
  readonly #writer: MysqlWriter
  readonly #texts: DialectTexts

  constructor(manifest: Manifest, writer: MysqlWriter) {
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
    return readSqlSettings(this.#writer, config)
  }

  override sqlGenerator(config: ManifestConfig): TemplateSqlGenerator {
    const cdcDeletionMode = isSoftDeletion(this.#writer, config) ? 'soft' : 'hard'
    return new TemplateSqlGenerator(this.#texts, { cdcDeletionMode })
  }

  /** A mode that allows a plain connection tries both, in the order that it says. */
  override async connect(config: ManifestConfig): Promise<Warehouse> {
    const generator = this.sqlGenerator(config)
    const { connection, session = [], load = {}, limits = {}, errors = {} } = this.#writer
    const [host, port] = [interpolate(connection.host, { config }), readPort(this.#writer, config)]
    const plain: ConnectionOptions = {
      host,
      port,
      user: interpolate(connection.user, { config }),
      password: interpolate(connection.password ?? '', { config }),
      database: interpolate(connection.database, { config }),
    }
    const certificate = interpolate(connection.ca_certificate ?? '', { config })
    const attempts = tlsAttempts(readTlsMode(this.#writer, config), certificate)
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
}

/** The connections to try, one after the other; `false` is a plain one. */
function tlsAttempts(mode: TlsMode, certificate: string): readonly (SslOptions | false)[] {
  const unchecked: SslOptions = { rejectUnauthorized: false }
  const checked: SslOptions = { rejectUnauthorized: true, ...(certificate === '' ? {} : { ca: certificate }) }
  const attempts: Record<TlsMode, readonly (SslOptions | false)[]> = {
    disable: [false],
    allow: [false, unchecked],
    prefer: [unchecked, false],
    require: [unchecked],
    'verify-ca': [checked],
    'verify-full': [{ ...checked, verifyIdentity: true }],
  }
  return attempts[mode]
}

/** The known dialect with what the manifest says otherwise, answer by answer. */
export function overrideTexts(base: DialectTexts, overrides: MysqlWriter['dialect']): DialectTexts {
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
