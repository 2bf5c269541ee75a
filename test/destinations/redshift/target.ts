import type { TableName } from 'landfall/sdk'
import type { ConformanceTarget } from 'landfall/testing'
import destination from '../../../destinations/redshift/index.ts'
import { RedshiftDouble, type RedshiftDoubleOptions } from '../../support/redshift-double/server.ts'

/** A cluster of its own, on the double. */
export async function openRedshiftTarget(
  options: RedshiftDoubleOptions = {},
): Promise<ConformanceTarget & { readonly double: RedshiftDouble }> {
  const double = await RedshiftDouble.start(options)
  return {
    destination,
    double,
    config: double.config,
    readRows: (table) => readRows(double, table),
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  }
}

async function readRows({ database }: RedshiftDouble, { namespace, name }: TableName) {
  const [found] = await database.query(
    `SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = '${namespace}' AND table_name = '${name}'`,
  )
  return found?.n === '0' ? undefined : database.query(`SELECT * FROM "${namespace}"."${name}"`)
}
