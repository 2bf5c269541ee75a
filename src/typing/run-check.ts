import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { StreamConfig } from '../catalog/stream-config.ts'
import { SimpleBatch } from '../destination/simple-batch.ts'
import type { Warehouse } from '../destination/warehouse.ts'
import { DestinationError } from '../errors.ts'
import type { JsonValue } from '../protocol/json-value.ts'
import type { ConfiguredCatalog, ConfiguredStream } from '../protocol/parse-catalog.ts'
import type { SqlBatch } from '../sql/sql.ts'
import type { TableName } from '../sql/sql-generator.ts'
import { createNamespaces, type TyperDeduperOptions } from './typer-deduper.ts'

/**
 * Does once, for the stream of `checkCatalog`, with two records and on tables of its own, what a sync does: create, load, type,
 * deduplicate, replace, drop. Schemas that it had to create are dropped again.
 * @throws DestinationError of the first step that fails
 */
export async function runCheck(options: TyperDeduperOptions): Promise<void> {
  const [stream] = options.streams
  if (stream === undefined) throw new DestinationError('INTERNAL', 'The catalog of `check` has no stream.')
  const created: string[] = []
  const namespaces = () => created.map((namespace) => options.generator.dropNamespace(namespace))
  try {
    await createNamespaces(options, (namespace) => void created.push(namespace))
  } catch (error) {
    await drop(namespaces(), options)
    throw error
  }
  try {
    await rehearse(stream, options)
  } finally {
    await drop([...tables(stream, options), ...namespaces()], options)
  }
}

async function rehearse(stream: StreamConfig, options: TyperDeduperOptions): Promise<void> {
  const { warehouse, generator, isTypingEnabled } = options
  const creating = warehouse.execute(generator.createRawTable(stream, ''))
  // To write the statements takes about as long as to run them, so it is done while the server works.
  const writing = setImmediate().then(() => ({
    fill: generator.updateFinalTable(stream, 'new'),
    update: generator.updateFinalTable(stream, 'populated'),
    rebuild: generator.rebuildFinalTable(stream, generator.finalTableColumns(stream)),
  }))
  // Whichever fails, the table is there or is not before it is dropped.
  await Promise.allSettled([creating, writing])
  await creating
  const { fill, update, rebuild } = await writing
  await loadRecord(stream, options)
  if (isTypingEnabled) await warehouse.execute(fill)
  await loadRecord(stream, options)
  if (!isTypingEnabled) return
  await warehouse.execute(update)
  await warehouse.execute(rebuild)
  await assertVisible(generator.finalTable(stream), warehouse)
}

async function loadRecord(stream: StreamConfig, { warehouse, generator }: TyperDeduperOptions) {
  const batch = new SimpleBatch(stream, [{ data: '{"id":1,"note":"check"}', emittedAt: Date.now() }])
  const receipt = await warehouse.insertRaw(generator.rawTable(stream), batch)
  if (receipt.rowsWritten === 1) return
  throw new DestinationError(
    'RECEIPT_MISMATCH',
    'The test record was sent, but the database reports that it did not write it.',
  )
}

async function assertVisible(table: TableName, warehouse: Warehouse): Promise<void> {
  const [description] = await warehouse.describeTables([table])
  if (description !== undefined) return
  throw new DestinationError(
    'STATEMENT_FAILED',
    `The test table \`${table.namespace}.${table.name}\` was created but cannot be seen.`,
  )
}

function tables(stream: StreamConfig, { generator }: TyperDeduperOptions): readonly SqlBatch[] {
  const untyped = generator.untypedTable(stream, '')
  const all = [
    ...(untyped === undefined ? [] : [untyped]),
    generator.finalTable(stream),
    generator.rawTable(stream),
  ]
  return all.map((table) => generator.dropTable(table))
}

/** Failures here are only logged: the answer of `check` is what the rehearsal said. */
async function drop(
  batches: readonly SqlBatch[],
  { warehouse, generator, context }: TyperDeduperOptions,
): Promise<void> {
  if (batches.length === 0) return
  // Where DDL has transactions, one commit for all. If that fails, each is tried alone, and says why.
  if (generator.makesTablesWithRows && (await hasRun([batches.flat(2)], warehouse))) return
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

async function hasRun(batch: SqlBatch, warehouse: Warehouse): Promise<boolean> {
  return warehouse.execute(batch).then(
    () => true,
    () => false,
  )
}

/** A stream name that no source has, different on every run so that two checks do not meet. */
export function checkCatalog(): ConfiguredCatalog {
  const properties = new Map([
    ['id', new Map([['type', 'integer']])],
    ['note', new Map([['type', 'string']])],
  ])
  const stream: ConfiguredStream = {
    descriptor: { name: `_landfall_check_${randomBytes(4).toString('hex')}`, namespace: undefined },
    jsonSchema: new Map<string, JsonValue>([
      ['type', 'object'],
      ['properties', properties],
    ]),
    destinationSyncMode: 'append_dedup',
    primaryKey: [['id']],
    cursorField: ['id'],
    generationId: 0n,
    minimumGenerationId: 0n,
    syncId: 0n,
  }
  return { streams: [stream] }
}
