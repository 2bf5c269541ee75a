import {
  type ConnectorSpecification,
  type DestinationContext,
  SqlDestination,
  type SqlSettings,
  type Warehouse,
} from 'landfall/sdk'
import { type SnowflakeConfig, snowflakeConfigSchema } from './config.ts'
import spec from './spec.json' with { type: 'json' }
import { SnowflakeSqlGenerator } from './sql-generator.ts'
import { SnowflakeWarehouse } from './warehouse.ts'

/** Airbyte destination for Snowflake. */
export class SnowflakeDestination extends SqlDestination<SnowflakeConfig> {
  readonly name = 'snowflake'
  readonly configSchema = snowflakeConfigSchema

  override spec(): ConnectorSpecification {
    return spec as ConnectorSpecification
  }

  override settings(config: SnowflakeConfig): SqlSettings {
    return {
      defaultNamespace: config.schema,
      rawNamespace: config.rawDataSchema,
      disableTypeDedupe: config.disableTypeDedupe,
    }
  }

  override sqlGenerator({ cdcDeletionMode, retentionPeriodDays }: SnowflakeConfig): SnowflakeSqlGenerator {
    return new SnowflakeSqlGenerator({ cdcDeletionMode, retentionPeriodDays })
  }

  override connect(config: SnowflakeConfig, context: DestinationContext): Promise<Warehouse> {
    return SnowflakeWarehouse.connect(config, context)
  }
}

export default new SnowflakeDestination()
