import {
  type CatalogPlan,
  type ConfiguredCatalog,
  type ConnectorSpecification,
  type DestinationContext,
  type Lacks,
  SqlDestination,
  type SqlSettings,
  type Warehouse,
} from 'landfall/sdk'
import { type RedshiftConfig, redshiftConfigSchema } from './config.ts'
import { grantScript } from './grant-script.ts'
import { noteUnreadable } from './note-unreadable.ts'
import spec from './spec.json' with { type: 'json' }
import { RedshiftSqlGenerator } from './sql-generator.ts'
import { RedshiftWarehouse } from './warehouse.ts'

/** Airbyte destination for Amazon Redshift. */
export class RedshiftDestination extends SqlDestination<RedshiftConfig> {
  readonly name = 'redshift'
  readonly configSchema = redshiftConfigSchema
  override readonly lacks: Lacks = {
    exact_numbers:
      'Redshift decides how a number is kept inside of a SUPER value: as a decimal or as a double',
    large_records: 'a SUPER value has at most 16 MiB, and a text in it 65535 bytes',
  }

  override spec(): ConnectorSpecification {
    return spec as ConnectorSpecification
  }

  override grants(config: RedshiftConfig): string {
    return grantScript(config)
  }

  override settings(config: RedshiftConfig): SqlSettings {
    return {
      defaultNamespace: config.schema,
      rawNamespace: config.rawDataSchema,
      disableTypeDedupe: config.disableTypeDedupe,
    }
  }

  override sqlGenerator({ cdcDeletionMode, dropCascade }: RedshiftConfig): RedshiftSqlGenerator {
    return new RedshiftSqlGenerator({ cdcDeletionMode, dropCascade })
  }

  /** Says of which fields no column can be filled, where there are final tables. */
  override plan(config: RedshiftConfig, catalog: ConfiguredCatalog): CatalogPlan {
    const plan = super.plan(config, catalog)
    return config.disableTypeDedupe
      ? plan
      : { ...plan, notes: [...plan.notes, ...noteUnreadable(plan.streams)] }
  }

  override connect(config: RedshiftConfig, context: DestinationContext): Promise<Warehouse> {
    return RedshiftWarehouse.connect(config, context)
  }
}

export default new RedshiftDestination()
