import {
  type ConnectorSpecification,
  type DestinationContext,
  SqlDestination,
  type SqlSettings,
  type Warehouse,
} from 'landfall/sdk'
import { type PostgresConfig, postgresConfigSchema } from './config.ts'
import { grantScript } from './grant-script.ts'
import spec from './spec.json' with { type: 'json' }
import { PostgresSqlGenerator } from './sql-generator.ts'
import { PostgresWarehouse } from './warehouse.ts'

/** Airbyte destination for PostgreSQL 12 to 18. */
export class PostgresDestination extends SqlDestination<PostgresConfig> {
  readonly name = 'postgres'
  readonly configSchema = postgresConfigSchema

  override spec(): ConnectorSpecification {
    return spec as ConnectorSpecification
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
      ...(warehouse instanceof PostgresWarehouse ? { serverVersion: warehouse.serverVersion } : {}),
    })
  }

  override connect(config: PostgresConfig, context: DestinationContext): Promise<Warehouse> {
    return PostgresWarehouse.connect(config, context)
  }
}

export default new PostgresDestination()
