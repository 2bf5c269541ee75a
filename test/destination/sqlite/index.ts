import {
  type ConnectorSpecification,
  SqlDestination,
  type SqlGenerator,
  type SqlSettings,
  type Warehouse,
} from 'landfall/sdk'
import { z } from 'zod'
import { SqliteSqlGenerator } from './sql-generator.ts'
import { SqliteWarehouse } from './warehouse.ts'

const configSchema = z.object({
  path: z.string().min(1),
  disable_type_dedupe: z.boolean().default(false),
  cdc_deletion_mode: z.enum(['Hard delete', 'Soft delete']).default('Hard delete'),
})
type Config = z.infer<typeof configSchema>

/** Airbyte destination for SQLite database files, through the engine that Node brings along. */
export class SqliteDestination extends SqlDestination<Config> {
  readonly name = 'sqlite'
  readonly configSchema = configSchema

  override spec(): ConnectorSpecification {
    return {
      documentationUrl: 'https://example.com/sqlite',
      connectionSpecification: z.toJSONSchema(configSchema, { io: 'input' }),
      supported_destination_sync_modes: ['append', 'append_dedup', 'overwrite', 'overwrite_dedup'],
    }
  }

  override settings(config: Config): SqlSettings {
    return {
      defaultNamespace: 'main',
      rawNamespace: 'airbyte_internal',
      disableTypeDedupe: config.disable_type_dedupe,
    }
  }

  override sqlGenerator(config: Config): SqlGenerator {
    return new SqliteSqlGenerator({
      cdcDeletionMode: config.cdc_deletion_mode === 'Hard delete' ? 'hard' : 'soft',
    })
  }

  override async connect({ path }: Config): Promise<Warehouse> {
    return new SqliteWarehouse(path)
  }
}
