import { randomBytes } from 'node:crypto'
import { joinSql, quoteIdentifier, type Sql, silentLogger, sql, type TableName } from 'landfall/sdk'
import { type ConformanceTarget, conformanceCases, type TextRow } from 'landfall/testing'
import { snowflakeConfigSchema } from '../../../destinations/snowflake/config.ts'
import destination from '../../../destinations/snowflake/index.ts'
import { SnowflakeWarehouse } from '../../../destinations/snowflake/warehouse.ts'
import { snowflakeCases } from './cases.ts'

/** Any Snowflake, by way of the connector itself: schemas under a prefix of their own, dropped at the end. */
export function openLiveTarget(settings: {
  readonly [key: string]: unknown
}): ConformanceTarget & { readonly namespacePrefix: string } {
  const prefix = `LANDFALL_LIVE_${randomBytes(4).toString('hex').toUpperCase()}_`
  const config = { ...settings, schema: `${prefix}DEFAULT`, raw_data_schema: `${prefix}RAW` }
  const context = { logger: silentLogger, signal: new AbortController().signal }
  const open = () => SnowflakeWarehouse.connect(snowflakeConfigSchema.parse(config), context)
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
      const cases = [...conformanceCases, ...snowflakeCases].flatMap((_, index) => [
        `${prefix}CASE_${index}`,
        `${prefix}CASE_${index}_OTHER`,
      ])
      const names = [`${prefix}DEFAULT`, `${prefix}RAW`, ...cases]
      for (const name of await warehouse.listNamespaces(names)) {
        await warehouse.execute([[sql`DROP SCHEMA IF EXISTS ${quoteIdentifier(name)} CASCADE`]])
      }
    },
  }
}

async function readRows(
  warehouse: SnowflakeWarehouse,
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
  if (/^(VARIANT|OBJECT|ARRAY)/.test(type)) return sql`TO_JSON(${column}::VARIANT)`
  if (type.startsWith('TIMESTAMP_TZ')) return sql`TO_VARCHAR(${column}, 'YYYY-MM-DD HH24:MI:SS.FF6TZH:TZM')`
  if (type.startsWith('TIMESTAMP')) return sql`TO_VARCHAR(${column}, 'YYYY-MM-DD HH24:MI:SS.FF6')`
  return sql`${column}::TEXT`
}
