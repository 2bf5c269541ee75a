import { type Logger, type StreamConfig, silentLogger } from 'landfall/sdk'
import { onTestFinished } from 'vitest'
import { bigQueryConfigSchema } from '../../../destinations/bigquery/config.ts'
import { BigQuerySqlGenerator } from '../../../destinations/bigquery/sql-generator.ts'
import { BigQueryWarehouse } from '../../../destinations/bigquery/warehouse.ts'
import { SimpleBatch } from '../../../src/destination/simple-batch.ts'
import type { BigQueryDouble } from '../../support/bigquery-double/server.ts'
import type { BigQueryTarget } from './target.ts'

export const generator = new BigQuerySqlGenerator({ location: 'EU' })

/** A connection to a target's double, with changes to its configuration. */
export async function connect(
  target: BigQueryTarget,
  changes: object = {},
  {
    logger = silentLogger,
    signal = new AbortController().signal,
    sizes = {},
  }: {
    readonly logger?: Logger
    readonly signal?: AbortSignal
    readonly sizes?: Parameters<typeof BigQueryWarehouse.open>[2]
  } = {},
): Promise<BigQueryWarehouse> {
  const config = bigQueryConfigSchema.parse({ ...target.config, ...changes })
  const warehouse = await BigQueryWarehouse.open(config, { logger, signal }, sizes)
  onTestFinished(() => warehouse[Symbol.asyncDispose]())
  return warehouse
}

/** A stream without columns whose tables are named for the test. */
export function rawStream(name: string): StreamConfig {
  return {
    index: 0,
    descriptor: { name, namespace: 'shop' },
    id: {
      finalNamespace: 'shop',
      finalName: name,
      rawNamespace: 'raw',
      rawName: `shop_raw__stream_${name}`,
      originalNamespace: 'shop',
      originalName: name,
    },
    postImportAction: 'append',
    columns: [],
    primaryKey: [],
    cursor: undefined,
    generationId: 3n,
    minimumGenerationId: 0n,
    syncId: 9_007_199_254_740_993n,
    hasGenerations: true,
    isTruncate: false,
  }
}

/** A raw table, and a batch of records for it. */
export async function prepareRaw(warehouse: BigQueryWarehouse, name: string, records = 3) {
  const stream = rawStream(name)
  await warehouse.execute(generator.createNamespace('raw'))
  await warehouse.execute(generator.createRawTable(stream, ''))
  const batch = new SimpleBatch(
    stream,
    Array.from({ length: records }, (_, id) => ({ data: `{"id":${id}}`, emittedAt: 1_700_000_000_000 + id })),
  )
  return { stream, table: generator.rawTable(stream), batch }
}

export function countRows(
  { engine }: BigQueryDouble,
  table: { readonly namespace: string; readonly name: string },
): number {
  return engine.store.table(`${table.namespace}.${table.name}`).rows.length
}
