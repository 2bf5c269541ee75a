import { randomBytes } from 'node:crypto'
import { joinSql, quoteIdentifier, type Sql, silentLogger, sql, type TableName } from 'landfall/sdk'
import { type ConformanceTarget, conformanceCases, type TextRow } from 'landfall/testing'
import { redshiftConfigSchema } from '../../../destinations/redshift/config.ts'
import destination from '../../../destinations/redshift/index.ts'
import { RedshiftWarehouse } from '../../../destinations/redshift/warehouse.ts'

/** Any Redshift, by way of the connector itself: schemas under a prefix of their own, dropped at the end. */
export function openLiveTarget(settings: {
  readonly [key: string]: unknown
}): ConformanceTarget & { readonly namespacePrefix: string } {
  const prefix = `landfall_live_${randomBytes(4).toString('hex')}_`
  const config = { ...settings, schema: `${prefix}default`, raw_data_schema: `${prefix}raw` }
  const context = { logger: silentLogger, signal: new AbortController().signal }
  const open = () => RedshiftWarehouse.connect(redshiftConfigSchema.parse(config), context)
  return {
    destination,
    config,
    namespacePrefix: prefix,
    readRows: async (table) => {
      await using warehouse = await open()
      // The connection must stay open until the rows are there.
      return await readRows(warehouse, table)
    },
    [Symbol.asyncDispose]: async () => {
      await using warehouse = await open()
      const cases = conformanceCases.flatMap((_, index) => [
        `${prefix}case_${index}`,
        `${prefix}case_${index}_other`,
      ])
      for (const name of await warehouse.listNamespaces([`${prefix}default`, `${prefix}raw`, ...cases])) {
        await warehouse.execute([[sql`DROP SCHEMA IF EXISTS ${quoteIdentifier(name)} CASCADE`]])
      }
    },
  }
}

async function readRows(
  warehouse: RedshiftWarehouse,
  table: TableName,
): Promise<readonly TextRow[] | undefined> {
  const [description] = await warehouse.describeTables([table])
  if (description === undefined) return undefined
  const columns = Array.from(
    description,
    ([name, type]) => sql`${asText(quoteIdentifier(name), type)} AS ${quoteIdentifier(name)}`,
  )
  const rows = await warehouse.query(
    sql`SELECT ${joinSql(columns, ', ')} FROM ${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`,
  )
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
    ),
  )
}

function asText(column: Sql, type: string): Sql {
  return type === 'super' ? sql`CASE WHEN ${column} IS NOT NULL THEN JSON_SERIALIZE(${column}) END` : column
}
