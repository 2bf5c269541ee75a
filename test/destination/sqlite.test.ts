import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { joinSql, quoteIdentifier, type Sql, sql, type TableName } from 'landfall/sdk'
import {
  type CaseStream,
  type ConformanceCase,
  type ConformanceTarget,
  caseNamespace,
  recordLine,
  statusLine,
  type TextRow,
  testDestination,
  testSqlGenerator,
} from 'landfall/testing'
import { SqliteDestination } from './sqlite/index.ts'
import { SqliteSqlGenerator } from './sqlite/sql-generator.ts'
import { SqliteWarehouse } from './sqlite/warehouse.ts'

testSqlGenerator({
  name: 'sqlite',
  generator: new SqliteSqlGenerator(),
  directory: join(import.meta.dirname, 'golden'),
})

const prices: CaseStream = {
  name: 'prices',
  namespace: caseNamespace,
  properties: { id: { type: 'integer' }, version: { type: 'number' }, tree: { type: 'array' } },
  mode: 'append_dedup',
  primaryKey: [['id']],
  cursor: ['version'],
  generation: [1, 0],
}

const tooDeep = `${'['.repeat(1500)}${']'.repeat(1500)}`

const cases: readonly ConformanceCase[] = [
  {
    name: 'a cursor of numbers compares by value, although its column is text',
    syncs: [
      {
        streams: [prices],
        lines: [
          recordLine(prices, { id: 1, version: 9.5 }),
          recordLine(prices, { id: 1, version: 10 }),
          recordLine(prices, { id: 2, version: 9.5 }),
          statusLine(prices),
        ],
      },
      {
        streams: [prices],
        lines: [recordLine(prices, { id: 2, version: 10 }), statusLine(prices)],
        final: { prices: [{ version: { number: '10' } }, { version: { number: '10' } }] },
      },
    ],
  },
  {
    name: 'a value that is nested deeper than SQLite reads is NULL, and says so',
    syncs: [
      {
        streams: [prices],
        lines: [
          recordLine(prices, `{"id":1,"tree":${tooDeep}}`),
          recordLine(prices, '{"id":2,"tree":[[]]}'),
          statusLine(prices),
        ],
        final: {
          prices: [
            { id: { number: '1' }, tree: null, changes: 'tree NULLED DESTINATION_SERIALIZATION_ERROR' },
            { id: { number: '2' }, tree: { json: '[[]]' }, changes: '' },
          ],
        },
      },
    ],
  },
]

testDestination({ name: 'SQLite', open: openTarget, cases })

/** A database file of its own. */
async function openTarget(): Promise<ConformanceTarget> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-test-sqlite-'))
  const path = join(directory, 'conformance.sqlite')
  return {
    destination: new SqliteDestination(),
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
