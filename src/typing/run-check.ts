import { randomBytes } from 'node:crypto'
import { planCatalog } from '../catalog/plan-catalog.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { DestinationContext } from '../destination/destination.ts'
import { SimpleBatch } from '../destination/simple-batch.ts'
import type { Warehouse } from '../destination/warehouse.ts'
import { DestinationError } from '../errors.ts'
import { type ConfiguredCatalog, parseCatalog } from '../protocol/parse-catalog.ts'
import type { SqlBatch } from '../sql/sql.ts'
import type { SqlGenerator } from '../sql/sql-generator.ts'
import type { SqlSettings } from './sql-destination.ts'
import { createNamespaces } from './typer-deduper.ts'

export type CheckOptions = {
  readonly warehouse: Warehouse
  readonly generator: SqlGenerator
  readonly context: DestinationContext
  readonly settings: SqlSettings
}

/**
 * Does once, with two records and on tables of its own, what a sync does: create, load, type,
 * deduplicate, replace, drop. Schemas that it had to create are dropped again.
 * @throws DestinationError of the first step that fails
 */
export async function runCheck(options: CheckOptions): Promise<void> {
  const { warehouse, generator, context, settings } = options
  const { streams } = planCatalog(checkCatalog(), { naming: generator.naming, ...settings })
  const [stream] = streams
  if (stream === undefined) throw new DestinationError('INTERNAL', 'The catalog of `check` has no stream.')
  const isTypingEnabled = !settings.disableTypeDedupe
  const created = await createNamespaces({ streams, generator, warehouse, context, isTypingEnabled })
  try {
    await rehearse(stream, options, isTypingEnabled)
  } finally {
    await cleanUp(stream, created, options)
  }
}

async function rehearse(
  stream: StreamConfig,
  options: CheckOptions,
  isTypingEnabled: boolean,
): Promise<void> {
  const { warehouse, generator } = options
  await warehouse.execute(generator.createRawTable(stream, ''))
  const final = generator.finalTable(stream)
  for (const contents of ['new', 'populated'] as const) {
    const batch = new SimpleBatch(stream, [{ data: '{"id":1,"note":"check"}', emittedAt: Date.now() }])
    const receipt = await warehouse.insertRaw(generator.rawTable(stream), batch)
    if (receipt.rowsWritten !== 1) {
      throw new DestinationError(
        'RECEIPT_MISMATCH',
        'The test record was sent, but the database reports that it did not write it.',
      )
    }
    if (isTypingEnabled) await warehouse.execute(generator.updateFinalTable(stream, contents))
  }
  if (!isTypingEnabled) return
  await warehouse.execute(generator.rebuildFinalTable(stream, generator.finalTableColumns(stream)))
  const [description] = await warehouse.describeTables([final])
  if (description === undefined) {
    throw new DestinationError(
      'STATEMENT_FAILED',
      `The test table \`${final.namespace}.${final.name}\` was created but cannot be seen.`,
    )
  }
}

/** Failures here are only logged: the answer of `check` is what the rehearsal said. */
async function cleanUp(
  stream: StreamConfig,
  namespaces: readonly string[],
  options: CheckOptions,
): Promise<void> {
  const { warehouse, generator, context } = options
  const untyped = generator.untypedTable(stream, '')
  const batches: SqlBatch[] = [
    ...(untyped === undefined ? [] : [generator.dropTable(untyped)]),
    generator.dropTable(generator.finalTable(stream)),
    generator.dropTable(generator.rawTable(stream)),
    ...namespaces.map((namespace) => generator.dropNamespace(namespace)),
  ]
  for (const batch of batches) {
    try {
      await warehouse.execute(batch)
    } catch (error) {
      context.logger.warn(
        `Cleaning up after the check: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
}

/** A stream name that no source has, different on every run so that two checks do not meet. */
function checkCatalog(): ConfiguredCatalog {
  const stream = {
    stream: {
      name: `_landfall_check_${randomBytes(4).toString('hex')}`,
      json_schema: { type: 'object', properties: { id: { type: 'integer' }, note: { type: 'string' } } },
    },
    sync_mode: 'incremental',
    destination_sync_mode: 'append_dedup',
    primary_key: [['id']],
    cursor_field: ['id'],
    generation_id: 0,
    minimum_generation_id: 0,
    sync_id: 0,
  }
  return parseCatalog(JSON.stringify({ streams: [stream] }))
}
