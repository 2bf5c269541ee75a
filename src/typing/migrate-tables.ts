import { rawColumns } from '../catalog/meta-columns.ts'
import type { NamingRules } from '../catalog/naming.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { TableDescription } from '../destination/warehouse.ts'
import { DestinationError } from '../errors.ts'
import { firstRawColumns } from '../sql/base-sql-generator.ts'
import type { SqlBatch } from '../sql/sql.ts'
import type { RawTableSuffix, SqlGenerator, TableName } from '../sql/sql-generator.ts'

/** The tables of a stream that exist. */
export type DescribedTables = {
  readonly raw: TableDescription | undefined
  readonly temporaryRaw: TableDescription | undefined
  readonly final: TableDescription | undefined
  /** The raw table of the first generation of Airbyte's destinations. */
  readonly firstRaw: TableDescription | undefined
  /** The tables of ranges that were not typed yet; another table of the stream where it has none. */
  readonly untyped: TableDescription | undefined
  readonly temporaryUntyped: TableDescription | undefined
  /** The table of deletions; another table of the stream where it has none. */
  readonly deletions: TableDescription | undefined
}

/** Columns that came later than raw tables themselves, and are added where they lack. */
const laterRawColumns: readonly string[] = [rawColumns.meta, rawColumns.generationId]

/** What a table must have to be a final table of an older version, rather than something else of the name. */
const firstFinalColumns: readonly string[] = [rawColumns.rawId, rawColumns.extractedAt, rawColumns.meta]

/**
 * Decides how the tables of older Airbyte versions get the columns of today, in place and without a rebuild.
 * @throws DestinationError `TABLE_UNEXPECTED` for a raw table that is none of Airbyte's
 */
export function planMigration(
  stream: StreamConfig,
  tables: DescribedTables,
  generator: SqlGenerator,
): SqlBatch {
  return [
    ...migrateRaw('', tables.raw, tables.untyped),
    ...migrateRaw('_airbyte_tmp', tables.temporaryRaw, tables.temporaryUntyped),
    ...(lacksOnlyGenerationId(tables.final, generator.naming) ? generator.addFinalGenerationId(stream) : []),
  ]

  function migrateRaw(
    suffix: RawTableSuffix,
    columns: TableDescription | undefined,
    untyped: TableDescription | undefined,
  ): SqlBatch {
    if (columns === undefined) return []
    const missing = Object.values(rawColumns).filter((column) => !columns.has(column))
    const strange = missing.filter((column) => !laterRawColumns.includes(column))
    if (strange.length > 0) throw unexpectedRawTable(stream, strange, generator.rawTable(stream, suffix))
    return [
      ...(missing.length > 0 ? generator.addRawColumns(stream, suffix, missing) : []),
      ...(untyped === undefined ? generator.createUntypedTable(stream, suffix) : []),
    ]
  }
}

/** Whether there are rows of the first generation, which the plan may take over. */
export function hasFirstRawTable({ firstRaw }: DescribedTables, naming: NamingRules): boolean {
  return (
    firstRaw !== undefined && firstRawColumns.every((column) => firstRaw.has(naming.columnName(column).name))
  )
}

function lacksOnlyGenerationId(final: TableDescription | undefined, naming: NamingRules): boolean {
  const has = (column: string) => final?.has(naming.columnName(column).name) === true
  return final !== undefined && !has(rawColumns.generationId) && firstFinalColumns.every(has)
}

function unexpectedRawTable(
  stream: StreamConfig,
  missing: readonly string[],
  table: TableName,
): DestinationError {
  return new DestinationError(
    'TABLE_UNEXPECTED',
    `The raw table \`${table.namespace}.${table.name}\` lacks the columns ${missing.map((name) => `\`${name}\``).join(', ')}. ` +
      'Rename it or add the columns, then sync again.',
    { stream: stream.descriptor },
  )
}
