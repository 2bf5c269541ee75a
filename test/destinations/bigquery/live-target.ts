import { randomBytes } from 'node:crypto'
import { joinSql, type Sql, silentLogger, sql, type TableName } from 'landfall/sdk'
import { type ConformanceTarget, conformanceCases, type TextRow } from 'landfall/testing'
import { bigQueryConfigSchema } from '../../../destinations/bigquery/config.ts'
import destination from '../../../destinations/bigquery/index.ts'
import { quoteName } from '../../../destinations/bigquery/quoting.ts'
import { BigQueryWarehouse } from '../../../destinations/bigquery/warehouse.ts'

/** Any BigQuery, by way of the connector itself: datasets under a prefix of their own, dropped at the end. */
export function openLiveTarget(settings: {
  readonly [key: string]: unknown
}): ConformanceTarget & { readonly namespacePrefix: string } {
  const prefix = `landfall_live_${randomBytes(4).toString('hex')}_`
  const config = { ...settings, dataset_id: `${prefix}default`, raw_data_dataset: `${prefix}raw` }
  const context = { logger: silentLogger, signal: new AbortController().signal }
  const open = () => BigQueryWarehouse.open(bigQueryConfigSchema.parse(config), context)
  return {
    destination,
    config,
    namespacePrefix: prefix,
    readRows: async (table) => {
      await using warehouse = await open()
      return readRows(warehouse, table)
    },
    [Symbol.asyncDispose]: async () => {
      await using warehouse = await open()
      const cases = conformanceCases.flatMap((_, index) => [
        `${prefix}case_${index}`,
        `${prefix}case_${index}_other`,
      ])
      const names = [`${prefix}default`, `${prefix}raw`, ...cases]
      for (const name of await warehouse.listNamespaces(names)) {
        await warehouse.execute([[sql`DROP SCHEMA ${quoteName(name)} CASCADE`]])
      }
    },
  }
}

async function readRows(
  warehouse: BigQueryWarehouse,
  table: TableName,
): Promise<readonly TextRow[] | undefined> {
  const [description] = await warehouse.describeTables([table])
  if (description === undefined) return undefined
  const columns = Array.from(
    description,
    ([name, type]) => sql`${asText(quoteName(name), type)} AS ${quoteName(name)}`,
  )
  const rows = await warehouse.query(
    sql`SELECT ${joinSql(columns, ', ')} FROM ${quoteName(table.namespace)}.${quoteName(table.name)}`,
  )
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
    ),
  )
}

function asText(column: Sql, type: string): Sql {
  return type === 'JSON'
    ? sql`IF(${column} IS NULL, NULL, TO_JSON_STRING(${column}))`
    : sql`CAST(${column} AS STRING)`
}
