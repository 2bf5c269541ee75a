import {
  type ConnectorSpecification,
  SqlDestination,
  type SqlGenerator,
  type SqlSettings,
  type Warehouse,
} from 'landfall/sdk'
import { type Config, configSchema } from './config.ts'
import spec from './spec.json' with { type: 'json' }
import { SqliteSqlGenerator } from './sql-generator.ts'
import { SqliteWarehouse } from './warehouse.ts'

/** Writes to a SQLite database file, until its parts are those of your database. */
export class ExampleDestination extends SqlDestination<Config> {
  readonly name = 'example'
  readonly configSchema = configSchema

  override spec(): ConnectorSpecification {
    return spec as ConnectorSpecification
  }

  // TODO(landfall): Say where streams without a namespace go, and where raw tables are.
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

  // TODO(landfall): Connect to your database. Load its driver here, so that `spec` works without it.
  override async connect({ path }: Config): Promise<Warehouse> {
    return new SqliteWarehouse(path)
  }
}

export default new ExampleDestination()
