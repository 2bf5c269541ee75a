import { rawColumns } from '../catalog/meta-columns.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { TableDescription, Warehouse } from '../destination/warehouse.ts'
import type { RawTableSuffix, SqlGenerator } from '../sql/sql-generator.ts'
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
  const facts: StreamFacts[] = []
  for (const [index, stream] of streams.entries()) {
    facts.push(await gatherStream(stream, tables[index] ?? nothing, generator, warehouse))
  }
  return facts
}

const nothing: DescribedTables = {
  raw: undefined,
  temporaryRaw: undefined,
  final: undefined,
  firstRaw: undefined,
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
    ]),
  )
  return streams.map((_, index) => {
    const [raw, temporaryRaw, final, firstRaw] = descriptions.slice(index * 4, index * 4 + 4)
    return { raw, temporaryRaw, final, firstRaw }
  })
}

async function gatherStream(
  stream: StreamConfig,
  tables: DescribedTables,
  generator: SqlGenerator,
  warehouse: Warehouse,
): Promise<StreamFacts> {
  const rawFacts = async (suffix: RawTableSuffix): Promise<RawTableFacts> => {
    const [row] = await warehouse.query(generator.selectRawTableState(stream, suffix))
    return {
      isEmpty: row?.is_empty === true,
      hasUnprocessed: row?.has_unprocessed === true,
      hasDeletionIndex: row?.has_deletion_index === true,
      hasOtherGeneration: row?.has_other_generation === true,
    }
  }
  const finalFacts = async (columns: TableDescription): Promise<FinalTableFacts> => {
    const hasExpectedColumns = isSameLayout(columns, generator.finalTableColumns(stream))
    // A table without Airbyte's own columns is filled anew whatever it holds; the query could not run.
    if (!columns.has(rawColumns.generationId)) {
      return {
        columns,
        isEmpty: false,
        hasOtherGeneration: true,
        hasExpectedColumns: false,
        isDeduplicated: false,
      }
    }
    const [row] = await warehouse.query(generator.selectFinalTableState(stream))
    return {
      columns,
      isEmpty: row?.is_empty === true,
      hasOtherGeneration: row?.has_other_generation === true,
      isDeduplicated: row?.is_deduplicated === true,
      hasExpectedColumns,
    }
  }
  return {
    raw: tables.raw && (await rawFacts('')),
    temporaryRaw: tables.temporaryRaw && (await rawFacts('_airbyte_tmp')),
    final: tables.final && (await finalFacts(tables.final)),
    hasFirstRaw: hasFirstRawTable(tables),
  }
}

function isSameLayout(actual: TableDescription, expected: ReadonlyMap<string, string>): boolean {
  if (actual.size !== expected.size) return false
  return [...expected].every(([name, type]) => actual.get(name) === type)
}
