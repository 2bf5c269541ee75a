import { setImmediate } from 'node:timers/promises'
import { type CatalogPlan, planCatalog } from '../catalog/plan-catalog.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import { Destination, type DestinationContext, type DestinationWriter } from '../destination/destination.ts'
import type { Warehouse } from '../destination/warehouse.ts'
import type { ConfiguredCatalog } from '../protocol/parse-catalog.ts'
import type { SqlGenerator } from '../sql/sql-generator.ts'
import { RetryingWarehouse } from './retrying-warehouse.ts'
import { checkCatalog, runCheck } from './run-check.ts'
import { TyperDeduper } from './typer-deduper.ts'

/** What the framework must know of a configuration. */
export type SqlSettings = {
  /** Schema of streams that have no namespace. */
  readonly defaultNamespace: string
  /** Schema of the raw tables; Airbyte's usual one is `airbyte_internal`. */
  readonly rawNamespace: string
  /** Raw tables only, no final ones. */
  readonly disableTypeDedupe: boolean
}

/**
 * What a connector author extends for a SQL warehouse. Four answers (settings, generator, connection,
 * configuration) give raw tables, typing, deduplication, schema evolution, generations and `check`.
 */
export abstract class SqlDestination<Config = unknown> extends Destination<Config> {
  abstract settings(config: Config): SqlSettings
  /**
   * Called without a warehouse where only names matter, before there is a connection; then with the
   * connected one, for dialects whose SQL depends on the server.
   */
  abstract sqlGenerator(config: Config, warehouse?: Warehouse): SqlGenerator
  abstract connect(config: Config, context: DestinationContext): Promise<Warehouse>

  override plan(config: Config, catalog: ConfiguredCatalog): CatalogPlan {
    const { defaultNamespace, rawNamespace } = this.settings(config)
    return planCatalog(catalog, { naming: this.sqlGenerator(config).naming, defaultNamespace, rawNamespace })
  }

  override async open(
    config: Config,
    streams: readonly StreamConfig[],
    context: DestinationContext,
  ): Promise<DestinationWriter> {
    const connected = await this.connect(config, context)
    const warehouse = new RetryingWarehouse(connected, context)
    try {
      const generator = this.sqlGenerator(config, connected)
      // Before the first look at the tables: what is seen must stay true.
      await warehouse.lockTables(streams.map((stream) => generator.rawTable(stream)))
      return await TyperDeduper.open({
        streams,
        warehouse,
        generator,
        context,
        isTypingEnabled: !this.settings(config).disableTypeDedupe,
      })
    } catch (error) {
      // What went wrong first is what the user must hear of, not that closing failed, too.
      await Promise.resolve(warehouse[Symbol.asyncDispose]()).catch(() => undefined)
      throw error
    }
  }

  /** Runs the whole write path on a stream of its own in every schema of the configuration, then cleans up. */
  override async check(config: Config, context: DestinationContext): Promise<void> {
    const connecting = this.connect(config, context)
    // Made while the server answers. That it cannot be reached is said first.
    const planning = setImmediate().then(() => this.plan(config, checkCatalog()))
    planning.catch(() => {})
    await using warehouse = await connecting
    await runCheck({
      streams: (await planning).streams,
      warehouse,
      generator: this.sqlGenerator(config, warehouse),
      context,
      isTypingEnabled: !this.settings(config).disableTypeDedupe,
    })
  }
}
