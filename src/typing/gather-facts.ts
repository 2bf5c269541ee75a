import { rawColumns } from '../catalog/meta-columns.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { Row, TableDescription, Warehouse } from '../destination/warehouse.ts'
import { DestinationError } from '../errors.ts'
import type { RawTableSuffix, SqlGenerator } from '../sql/sql-generator.ts'
import { forEachConcurrently } from '../util/for-each-concurrently.ts'
import { type DescribedTables, hasFirstRawTable, planMigration } from './migrate-tables.ts'
import type { FinalTableFacts, RawTableFacts, StreamFacts } from './plan-stream.ts'

/**
 * Asks the warehouse about the tables of all streams: one catalog query for all, one query per table that
 * exists. Tables of older Airbyte versions get the columns that they lack first.
 */
export async function gatherFacts(
  streams: readonly StreamConfig[],
  generator: SqlGenerator,
  warehouse: Warehouse,
): Promise<readonly StreamFacts[]> {
  const found = await describeStreams(streams, generator, warehouse)
  const migrations = streams.flatMap((stream, index) =>
    planMigration(stream, found[index] ?? nothing, generator),
  )
  await warehouse.execute(migrations)
  const tables = migrations.length > 0 ? await describeStreams(streams, generator, warehouse) : found
  const facts: StreamFacts[] = streams.map(() => ({}))
  const [error] = await forEachConcurrently(
    [...streams.entries()],
    preparationConcurrency,
    async ([index, stream]) => {
      facts[index] = await gatherStream(stream, tables[index] ?? nothing, generator, warehouse)
    },
  )
  if (error !== undefined) throw error
  return facts
}

/** Looking at tables and making them waits for the network and the disk; several at a time wait together. */
export const preparationConcurrency = 4

const nothing: DescribedTables = {
  raw: undefined,
  temporaryRaw: undefined,
  final: undefined,
  firstRaw: undefined,
  untyped: undefined,
  temporaryUntyped: undefined,
  deletions: undefined,
}

async function describeStreams(
  streams: readonly StreamConfig[],
  generator: SqlGenerator,
  warehouse: Warehouse,
): Promise<readonly DescribedTables[]> {
  const descriptions = await warehouse.describeTables(
    streams.flatMap((stream) => [
      generator.rawTable(stream),
      generator.rawTable(stream, '_airbyte_tmp'),
      generator.finalTable(stream),
      generator.firstRawTable(stream),
      // No stream has fewer names than another, so that answers can be counted off.
      generator.untypedTable(stream, '') ?? generator.rawTable(stream),
      generator.untypedTable(stream, '_airbyte_tmp') ?? generator.rawTable(stream, '_airbyte_tmp'),
      generator.deletionsTable(stream) ?? generator.rawTable(stream),
    ]),
  )
  return streams.map((_, index) => {
    const [raw, temporaryRaw, final, firstRaw, untyped, temporaryUntyped, deletions] = descriptions.slice(
      index * 7,
      index * 7 + 7,
    )
    return { raw, temporaryRaw, final, firstRaw, untyped, temporaryUntyped, deletions }
  })
}

async function gatherStream(
  stream: StreamConfig,
  tables: DescribedTables,
  generator: SqlGenerator,
  warehouse: Warehouse,
): Promise<StreamFacts> {
  let hasDeletionIndex = true
  const rawFacts = async (suffix: RawTableSuffix): Promise<RawTableFacts> => {
    const [row] = await warehouse.query(generator.selectRawTableState(stream, suffix))
    if (suffix === '') hasDeletionIndex = readFlag(row, 'has_deletion_index')
    return {
      isEmpty: readFlag(row, 'is_empty'),
      hasUnprocessed: readFlag(row, 'has_unprocessed'),
      hasOtherGeneration: readFlag(row, 'has_other_generation'),
    }
  }
  const finalFacts = async (columns: TableDescription): Promise<FinalTableFacts> => {
    const hasExpectedColumns = isSameLayout(columns, generator.finalTableColumns(stream))
    // A table without Airbyte's own columns is filled anew whatever it holds; the query could not run.
    if (!columns.has(generator.naming.columnName(rawColumns.generationId).name)) {
      return {
        columns,
        isEmpty: false,
        hasOtherGeneration: true,
        hasExpectedColumns: false,
        isDeduplicated: false,
        isMarked: false,
      }
    }
    const [row] = await warehouse.query(generator.selectFinalTableState(stream))
    return {
      columns,
      isEmpty: readFlag(row, 'is_empty'),
      hasOtherGeneration: readFlag(row, 'has_other_generation'),
      isDeduplicated: readFlag(row, 'is_deduplicated'),
      isMarked: readFlag(row, 'is_marked'),
      hasExpectedColumns,
    }
  }
  const raw = tables.raw && (await rawFacts(''))
  const lacksDeletionsTable =
    generator.deletionsTable(stream) !== undefined && (raw === undefined || tables.deletions === undefined)
  return {
    raw,
    temporaryRaw: tables.temporaryRaw && (await rawFacts('_airbyte_tmp')),
    final: tables.final && (await finalFacts(tables.final)),
    hasFirstRaw: hasFirstRawTable(tables, generator.naming),
    lacksDeletionIndex: lacksDeletionsTable || !hasDeletionIndex,
  }
}

/** Some warehouses have no booleans and answer with 1 and 0. Anything else would be taken for false in silence. */
export function readFlag(row: Row | undefined, column: string): boolean {
  const value = row?.[column]
  if (value === true || value === 1 || value === 1n) return true
  if (value === false || value === 0 || value === 0n) return false
  throw new DestinationError(
    'INTERNAL',
    `The warehouse has no answer of true or false in \`${column}\`, but one of the type ${value === null ? 'null' : typeof value}. ` +
      "The connector's `query` must return booleans, or 1 and 0.",
  )
}

function isSameLayout(actual: TableDescription, expected: ReadonlyMap<string, string>): boolean {
  if (actual.size !== expected.size) return false
  return [...expected].every(([name, type]) => actual.get(name) === type)
}
