import type { TableName } from 'landfall/sdk'
import type { ConformanceTarget } from 'landfall/testing'
import destination from '../../../destinations/snowflake/index.ts'
import { type DoubleOptions, SnowflakeDouble } from '../../support/snowflake-double/server.ts'

/** An account of its own, on the double. */
export async function openSnowflakeTarget(
  options: DoubleOptions = {},
): Promise<ConformanceTarget & { readonly double: SnowflakeDouble }> {
  const double = await SnowflakeDouble.start(options)
  return {
    destination,
    double,
    config: double.config,
    readRows: (table) => readRows(double, table),
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  }
}

/** Cases name columns in lower case, which Snowflake's final tables never have. */
async function readRows({ engine }: SnowflakeDouble, { namespace, name }: TableName) {
  const isFolded = engine.parameters.get('QUOTED_IDENTIFIERS_IGNORE_CASE') === 'true'
  const place = [namespace, name].map((part) => (isFolded ? part.toUpperCase() : part))
  const rows = await engine.readTable(place[0] ?? '', place[1] ?? '')
  return rows?.map((row) =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column.toLowerCase(), value])),
  )
}
