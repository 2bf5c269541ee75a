import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  quoteLiteral,
  type Row,
  type Sql,
  type StreamConfig,
  silentLogger,
  sql,
  type Warehouse,
} from 'landfall/sdk'
import { onTestFinished } from 'vitest'
import { DuckDbWarehouse } from '../../../destinations/duckdb/warehouse.ts'

/** A new directory for the running test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-test-duckdb-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A new database for the running test, closed when it ends. */
export async function openTestDatabase(
  path = join(temporaryDirectory(), 'test.duckdb'),
): Promise<DuckDbWarehouse> {
  const warehouse = await DuckDbWarehouse.open({
    path,
    memoryLimit: 2e9,
    logger: silentLogger,
    signal: new AbortController().signal,
  })
  onTestFinished(() => warehouse[Symbol.asyncDispose]())
  return warehouse
}

export async function queryOne(warehouse: Warehouse, statement: Sql): Promise<Row> {
  const [row] = await warehouse.query(statement)
  if (row === undefined) throw new Error('the statement gave no row')
  return row
}

/** One value of a JSON document as a SQL literal. */
export const jsonLiteral = (text: string): Sql => sql`${quoteLiteral(text)}::JSON`

/** A stream without columns, for tests of raw tables. */
export function rawStream(overrides: Partial<StreamConfig> = {}): StreamConfig {
  return {
    index: 0,
    descriptor: { name: 'users', namespace: 'shop' },
    id: {
      finalNamespace: 'shop',
      finalName: 'users',
      rawNamespace: 'raw',
      rawName: 'shop_raw__stream_users',
      originalNamespace: 'shop',
      originalName: 'users',
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
    ...overrides,
  }
}
