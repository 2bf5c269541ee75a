import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { joinSql, quoteIdentifier, type Sql, sql, type TableName } from 'landfall/sdk'
import { type ConformanceTarget, type TextRow, testDestination, testSqlGenerator } from 'landfall/testing'
import destination from '../src/index.ts'
import { SqliteSqlGenerator } from '../src/sql-generator.ts'
import { SqliteWarehouse } from '../src/warehouse.ts'

testSqlGenerator({
  name: 'example',
  generator: new SqliteSqlGenerator(),
  directory: join(import.meta.dirname, 'golden'),
})

// TODO(landfall): Name what your database cannot do in `lacks` and `skip`, each with the reason.
testDestination({ name: 'Example', open: openTarget })

// TODO(landfall): Make a place of your own to write to: a server of the test's own, or a database from secrets/config.json.
async function openTarget(): Promise<ConformanceTarget> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-'))
  const path = join(directory, 'conformance.sqlite')
  return {
    destination,
    config: { path },
    readRows: (table) => readRows(path, table),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** Opens the file only for the query, since a sync needs it for itself. */
async function readRows(path: string, table: TableName): Promise<readonly TextRow[] | undefined> {
  await using warehouse = new SqliteWarehouse(path)
  const [description] = await warehouse.describeTables([table])
  if (description === undefined) return undefined
  const columns = [...description].map(([name, type]) => asText(quoteIdentifier(name), type))
  const from = quoteIdentifier(`${table.namespace}.${table.name}`)
  const rows = await warehouse.query(sql`SELECT ${joinSql(columns, ', ')} FROM ${from}`)
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
    ),
  )
}

/** SQLite's booleans are 1 and 0. */
function asText(column: Sql, type: string): Sql {
  if (type !== 'BOOLEAN') return column
  return sql`CASE ${column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END AS ${column}`
}
