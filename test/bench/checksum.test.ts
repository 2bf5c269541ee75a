import { DuckDBInstance } from '@duckdb/node-api'
import { expect, it } from 'vitest'
import { checksumOf, duckDbChecksum, postgresChecksum } from '../../bench/checksum.ts'
import { createTestDatabase } from '../support/postgres-database.ts'

const rows = [
  [1, 'Zoë "Ada"\nLovelace', 17],
  [2, 'plain', null],
  [3, '', 0],
] as const

const expected = rows.reduce((sum, row) => sum + checksumOf(row), 0)
const values = rows
  .map(([id, name, visits]) => `(${id}, '${name}', ${visits === null ? 'CAST(NULL AS integer)' : visits})`)
  .join(', ')
const texts = ['id', 'name', 'visits'].map((column) => `CAST(${column} AS varchar)`)
const from = `FROM (VALUES ${values}) AS input (id, name, visits)`

it('tells values, their order and their places apart', () => {
  const all = [
    checksumOf([1, 'ab']),
    checksumOf(['ab', 1]),
    checksumOf([1, 'a', 'b']),
    checksumOf([1, 'abc']),
  ]
  expect(new Set(all).size).toBe(all.length)
})

it('is the same in DuckDB', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(`SELECT ${duckDbChecksum(texts)} ${from}`)
  expect(Number(reader.getRows()[0]?.[0])).toBe(expected)
  connection.closeSync()
  instance.closeSync()
})

it('is the same in PostgreSQL', async () => {
  await using database = await createTestDatabase()
  const [row] = await database.query(`SELECT ${postgresChecksum(texts)} AS checksum ${from}`)
  expect(Number(row?.checksum)).toBe(expected)
})
