import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { joinSql, quoteIdentifier, silentLogger, sql, type TableName } from 'landfall/sdk'
import type { ConformanceTarget, TextRow } from 'landfall/testing'
import destination from '../../../destinations/duckdb/index.ts'
import { DuckDbWarehouse } from '../../../destinations/duckdb/warehouse.ts'

/** A database file of its own. */
export async function openDuckDbTarget(): Promise<ConformanceTarget> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-test-duckdb-'))
  const path = join(directory, 'conformance.duckdb')
  return {
    destination,
    config: { destination_path: path, memory_limit: '1GB' },
    readRows: (table) => readRows(path, table),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** Opens the file only for the query, since a sync needs it for itself. */
async function readRows(path: string, table: TableName): Promise<readonly TextRow[] | undefined> {
  await using warehouse = await DuckDbWarehouse.open({
    path,
    memoryLimit: 1e9,
    logger: silentLogger,
    signal: new AbortController().signal,
  })
  const [description] = await warehouse.describeTables([table])
  if (description === undefined) return undefined
  const columns = joinSql(
    [...description.keys()].map((name) => sql`${quoteIdentifier(name)}::VARCHAR AS ${quoteIdentifier(name)}`),
    ', ',
  )
  const rows = await warehouse.query(
    sql`SELECT ${columns} FROM ${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`,
  )
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
    ),
  )
}
