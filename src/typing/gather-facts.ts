import { rawColumns } from '../catalog/meta-columns.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { TableDescription, Warehouse } from '../destination/warehouse.ts'
import { DestinationError } from '../errors.ts'
import type { RawTableSuffix, SqlGenerator } from '../sql/sql-generator.ts'
import type { FinalTableFacts, RawTableFacts, StreamFacts } from './plan-stream.ts'

/** Columns without which a raw table cannot take this framework's rows. */
const requiredRawColumns = Object.values(rawColumns)

/** Asks the warehouse about the tables of all streams: one catalog query for all, one query per table that exists. */
export async function gatherFacts(
  streams: readonly StreamConfig[],
  generator: SqlGenerator,
  warehouse: Warehouse,
): Promise<readonly StreamFacts[]> {
  const descriptions = await warehouse.describeTables(
    streams.flatMap((stream) => [
      generator.rawTable(stream),
      generator.rawTable(stream, '_airbyte_tmp'),
      generator.finalTable(stream),
    ]),
  )
  const facts: StreamFacts[] = []
  for (const [index, stream] of streams.entries()) {
    const [raw, temporaryRaw, final] = descriptions.slice(index * 3, index * 3 + 3)
    facts.push({
      raw: raw && (await rawFacts(stream, '', raw)),
      temporaryRaw: temporaryRaw && (await rawFacts(stream, '_airbyte_tmp', temporaryRaw)),
      final: final && (await finalFacts(stream, final)),
    })
  }
  return facts

  async function rawFacts(
    stream: StreamConfig,
    suffix: RawTableSuffix,
    columns: TableDescription,
  ): Promise<RawTableFacts> {
    const missing = requiredRawColumns.filter((column) => !columns.has(column))
    if (missing.length > 0) throw unexpectedRawTable(stream, missing, generator.rawTable(stream, suffix))
    const [row] = await warehouse.query(generator.selectRawTableState(stream, suffix))
    return {
      isEmpty: row?.is_empty === true,
      hasUnprocessed: row?.has_unprocessed === true,
      hasOtherGeneration: row?.has_other_generation === true,
    }
  }

  async function finalFacts(stream: StreamConfig, columns: TableDescription): Promise<FinalTableFacts> {
    const hasExpectedColumns = isSameLayout(columns, generator.finalTableColumns(stream))
    // Without the generation column the table is rebuilt whatever it holds; the query could not run.
    if (!columns.has(rawColumns.generationId)) {
      return { isEmpty: false, hasOtherGeneration: true, hasExpectedColumns: false }
    }
    const [row] = await warehouse.query(generator.selectFinalTableState(stream))
    return {
      isEmpty: row?.is_empty === true,
      hasOtherGeneration: row?.has_other_generation === true,
      hasExpectedColumns,
    }
  }
}

function isSameLayout(actual: TableDescription, expected: ReadonlyMap<string, string>): boolean {
  if (actual.size !== expected.size) return false
  return [...expected].every(([name, type]) => actual.get(name) === type)
}

function unexpectedRawTable(
  stream: StreamConfig,
  missing: readonly string[],
  table: { readonly namespace: string; readonly name: string },
): DestinationError {
  return new DestinationError(
    'TABLE_UNEXPECTED',
    `The raw table \`${table.namespace}.${table.name}\` lacks the columns ${missing.map((name) => `\`${name}\``).join(', ')}. ` +
      'Rename it or add the columns, then sync again.',
    { stream: stream.descriptor },
  )
}
