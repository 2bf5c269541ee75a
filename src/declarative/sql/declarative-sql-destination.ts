import { isIP } from 'node:net'
import type { ConnectionOptions, SslOptions } from 'mysql2/promise'
import type { CatalogPlan } from '../../catalog/plan-catalog.ts'
import { SshTunnel } from '../../connection/ssh-tunnel.ts'
import type { TlsConfig, TlsMode } from '../../connection/tls.ts'
import type { ConfigSchema, DestinationContext } from '../../destination/destination.ts'
import type { Warehouse } from '../../destination/warehouse.ts'
import { DestinationError } from '../../errors.ts'
import type { ConnectorSpecification } from '../../protocol/messages.ts'
import type { ConfiguredCatalog } from '../../protocol/parse-catalog.ts'
import { SqlDestination, type SqlSettings } from '../../typing/sql-destination.ts'
import { createConfigSchema, type ManifestConfig } from '../config-schema.ts'
import { interpolate } from '../interpolate.ts'
import type { DialectTexts, Manifest, MysqlWriter } from '../manifest.ts'
import { connectionSpecificationOf, createSpecification } from '../specification.ts'
import { mysqlDialect, mysqlLoad, mysqlSession } from './mysql-dialect.ts'
import { MysqlTunnel, tunnelConnectMilliseconds } from './mysql-tunnel.ts'
import { MysqlWarehouse } from './mysql-warehouse.ts'
import { assertRowFits, innodbRowBytes } from './row-width.ts'
import { isSoftDeletion, readPort, readSqlSettings, readTls, readTunnel } from './sql-settings.ts'
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
    this.configSchema = createConfigSchema(connectionSpecificationOf(manifest))
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

  override plan(config: ManifestConfig, catalog: ConfiguredCatalog): CatalogPlan {
    const plan = super.plan(config, catalog)
    const { maximum_row_bytes: rowBytes = innodbRowBytes } = this.#writer.limits ?? {}
    if (!this.settings(config).disableTypeDedupe) {
      for (const stream of plan.streams) assertRowFits(stream, rowBytes)
    }
    return plan
  }

  override sqlGenerator(config: ManifestConfig): TemplateSqlGenerator {
    const cdcDeletionMode = isSoftDeletion(this.#writer, config) ? 'soft' : 'hard'
    return new TemplateSqlGenerator(this.#texts, { cdcDeletionMode })
  }

  /** A mode that allows a plain connection tries both, in the order that it says. */
  override async connect(config: ManifestConfig, context: DestinationContext): Promise<Warehouse> {
    const tunnel = this.#openTunnel(config, context)
    try {
      return await this.#connectBy(config, tunnel)
    } catch (error) {
      await tunnel?.[Symbol.asyncDispose]()
      throw error
    }
  }

  #openTunnel(config: ManifestConfig, { logger, signal }: DestinationContext): MysqlTunnel | undefined {
    const tunnel = readTunnel(this.#writer, config)
    if (tunnel === undefined) return undefined
    return new MysqlTunnel(new SshTunnel({ config: tunnel, logger, signal }), this.#place(config))
  }

  #place(config: ManifestConfig): { readonly host: string; readonly port: number } {
    return {
      host: interpolate(this.#writer.connection.host, { config }),
      port: readPort(this.#writer, config),
    }
  }

  async #connectBy(config: ManifestConfig, tunnel: MysqlTunnel | undefined): Promise<Warehouse> {
    const generator = this.sqlGenerator(config)
    const { connection, session = [], load = {}, limits = {}, errors = {} } = this.#writer
    const place = this.#place(config)
    const plain: ConnectionOptions = {
      ...place,
      user: interpolate(connection.user, { config }),
      password: interpolate(connection.password ?? '', { config }),
      database: interpolate(connection.database, { config }),
      ...(tunnel && { stream: tunnel.stream, connectTimeout: tunnelConnectMilliseconds }),
    }
    const tlsConfig = readTls(this.#writer, config)
    if (tlsConfig.mode === 'verify-full' && isIP(place.host) !== 0) throw nameNeeded(place.host)
    let failure: unknown
    for (const tls of tlsAttempts(tlsConfig)) {
      try {
        return await MysqlWarehouse.open({
          connection: tls === false ? plain : { ...plain, ssl: tls },
          tunnel,
          session: [...mysqlSession, ...session],
          load: { ...mysqlLoad, ...load },
          describe: this.#texts.templates.describe,
          limits,
          errors: { target: { ...place, hostField: 'host', portField: 'port' }, ownCodes: errors },
          quote: (name) => generator.quote(name),
          literal: (value) => generator.literal(value),
        })
      } catch (error) {
        failure = error
        if (!mayHelpOtherwise(error)) break
      }
    }
    throw failure
  }
}

/** For an address, the driver would compare the certificate with `localhost`. */
function nameNeeded(host: string): DestinationError {
  return new DestinationError(
    'CONFIG_UNSUPPORTED',
    `The TLS mode \`verify-full\` compares names, but the host \`${host}\` is an address. Give the name that the server's certificate holds, or choose \`verify-ca\`.`,
  )
}

/** Another kind of connection does not make a wrong password right. */
function mayHelpOtherwise(error: unknown): boolean {
  if (!DestinationError.is(error)) return true
  return error.code === 'CONNECTION_FAILED' || error.code === 'STATEMENT_FAILED'
}

/** The connections to try, one after the other, in the driver's words; `false` is a plain one. */
function tlsAttempts({ mode, ...certificates }: TlsConfig): readonly (SslOptions | false)[] {
  const { caCertificate: ca, clientCertificate: cert, clientKey: key, clientKeyPassword } = certificates
  const own: SslOptions = {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(clientKeyPassword === undefined ? {} : { passphrase: clientKeyPassword }),
  }
  const unchecked: SslOptions = { ...own, rejectUnauthorized: false }
  const checked: SslOptions = { ...own, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }
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
