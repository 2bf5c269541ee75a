import { totalmem } from 'node:os'
import { constrainedMemory } from 'node:process'
import {
  type ConnectorSpecification,
  type DestinationContext,
  SqlDestination,
  type SqlGenerator,
  type SqlSettings,
  type Warehouse,
} from 'landfall/sdk'
import { type DuckDbConfig, duckDbConfigSchema } from './config.ts'
import { defaultMemoryLimit } from './memory-limit.ts'
import spec from './spec.json' with { type: 'json' }
import { DuckDbSqlGenerator } from './sql-generator.ts'
import { DuckDbWarehouse } from './warehouse.ts'

/** Airbyte destination for DuckDB database files. */
export class DuckDbDestination extends SqlDestination<DuckDbConfig> {
  readonly name = 'duckdb'
  readonly configSchema = duckDbConfigSchema

  override spec(): ConnectorSpecification {
    return spec as ConnectorSpecification
  }

  override settings({ defaultNamespace, rawNamespace, disableTypeDedupe }: DuckDbConfig): SqlSettings {
    return { defaultNamespace, rawNamespace, disableTypeDedupe }
  }

  override sqlGenerator({ cdcDeletionMode }: DuckDbConfig): SqlGenerator {
    return new DuckDbSqlGenerator({ cdcDeletionMode })
  }

  override connect(
    { path, memoryLimit }: DuckDbConfig,
    { logger, signal }: DestinationContext,
  ): Promise<Warehouse> {
    const limit = memoryLimit ?? defaultMemoryLimit(constrainedMemory(), totalmem())
    logger.debug(`Opening \`${path}\` with at most ${Math.round(limit / 1024 ** 2)} MiB for the engine.`)
    return DuckDbWarehouse.open({ path, memoryLimit: limit, logger, signal })
  }
}

export default new DuckDbDestination()
