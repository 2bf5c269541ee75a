import {
  type ConfigSchema,
  type ConnectorSpecification,
  type DestinationContext,
  SqlDestination,
  type SqlSettings,
  type Warehouse,
} from 'landfall/sdk'
import { type PostgresConfig, postgresConfigSchema } from './config.ts'
import { grantScript } from './grant-script.ts'
import type { PostgresRelative } from './relative.ts'
import spec from './spec.json' with { type: 'json' }
import { PostgresSqlGenerator } from './sql-generator.ts'
import { PostgresWarehouse } from './warehouse.ts'

export { type PostgresConfig, postgresConfigSchema } from './config.ts'
export { createPostgresNaming } from './naming.ts'
export type { LoadStatement, PostgresDialect, PostgresRelative } from './relative.ts'

/** Airbyte destination for PostgreSQL 12 to 18, and for its relatives. */
export class PostgresDestination extends SqlDestination<PostgresConfig> {
  readonly name: string
  readonly configSchema: ConfigSchema<PostgresConfig>
  readonly #relative: PostgresRelative

  constructor(relative: PostgresRelative = postgres) {
    super()
    this.name = relative.name
    this.configSchema = relative.configSchema
    this.#relative = relative
  }

  override spec(): ConnectorSpecification {
    return this.#relative.specification
  }

  override grants(config: PostgresConfig): string {
    return grantScript(config)
  }

  override settings(config: PostgresConfig): SqlSettings {
    return {
      defaultNamespace: config.schema,
      rawNamespace: config.rawDataSchema,
      disableTypeDedupe: config.disableTypeDedupe,
    }
  }

  override sqlGenerator(config: PostgresConfig, warehouse?: Warehouse): PostgresSqlGenerator {
    return new PostgresSqlGenerator({
      cdcDeletionMode: config.cdcDeletionMode === 'Soft delete' ? 'soft' : 'hard',
      dropCascade: config.dropCascade,
      unconstrainedNumber: config.unconstrainedNumber,
      dialect: this.#relative.dialect ?? {},
      ...(warehouse instanceof PostgresWarehouse ? { serverVersion: warehouse.serverVersion } : {}),
    })
  }

  override connect(config: PostgresConfig, context: DestinationContext): Promise<Warehouse> {
    return PostgresWarehouse.connect(config, context, this.#relative)
  }
}

/** PostgreSQL itself. */
const postgres: PostgresRelative = {
  name: 'postgres',
  specification: spec as ConnectorSpecification,
  configSchema: postgresConfigSchema,
}

export default new PostgresDestination()
