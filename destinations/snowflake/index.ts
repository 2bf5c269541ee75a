import {
  type ConnectorSpecification,
  type DestinationContext,
  type Lacks,
  SqlDestination,
  type SqlSettings,
  type Warehouse,
} from 'landfall/sdk'
import { type SnowflakeConfig, snowflakeConfigSchema } from './config.ts'
import { grantScript } from './grant-script.ts'
import spec from './spec.json' with { type: 'json' }
import { SnowflakeSqlGenerator } from './sql-generator.ts'
import { SnowflakeWarehouse } from './warehouse.ts'

/** Airbyte destination for Snowflake. */
export class SnowflakeDestination extends SqlDestination<SnowflakeConfig> {
  readonly name = 'snowflake'
  readonly configSchema = snowflakeConfigSchema
  override readonly lacks: Lacks = {
    exact_numbers: 'number columns are doubles and integers have 38 digits, as in the Java connector',
    zoned_times: 'times with a timezone are texts, as in the Java connector',
    large_records: 'a VARIANT has at most 16 MiB',
  }

  override spec(): ConnectorSpecification {
    return spec as ConnectorSpecification
  }

  override grants(config: SnowflakeConfig): string {
    return grantScript(config)
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
