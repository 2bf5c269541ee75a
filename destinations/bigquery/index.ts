import {
  type ConnectorSpecification,
  type DestinationContext,
  type Lacks,
  SqlDestination,
  type SqlGenerator,
  type SqlSettings,
  type Warehouse,
} from 'landfall/sdk'
import { type BigQueryConfig, bigQueryConfigSchema } from './config.ts'
import spec from './spec.json' with { type: 'json' }
import { BigQuerySqlGenerator } from './sql-generator.ts'
import { BigQueryWarehouse } from './warehouse.ts'

/** Airbyte destination for Google BigQuery. */
export class BigQueryDestination extends SqlDestination<BigQueryConfig> {
  readonly name = 'bigquery'
  readonly configSchema = bigQueryConfigSchema
  override readonly lacks: Lacks = {
    exact_numbers: 'numbers inside of JSON columns are doubles in BigQuery',
    zoned_times: 'BigQuery has no type for a time with a zone: it is a text',
  }

  override spec(): ConnectorSpecification {
    return spec as ConnectorSpecification
  }

  override settings({ defaultDataset, rawDataset, disableTypeDedupe }: BigQueryConfig): SqlSettings {
    return { defaultNamespace: defaultDataset, rawNamespace: rawDataset, disableTypeDedupe }
  }

  override sqlGenerator({ cdcDeletionMode, location }: BigQueryConfig): SqlGenerator {
    return new BigQuerySqlGenerator({ cdcDeletionMode, location })
  }

  override connect(config: BigQueryConfig, context: DestinationContext): Promise<Warehouse> {
    return BigQueryWarehouse.open(config, context)
  }
}

export default new BigQueryDestination()
