import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from 'landfall/sdk'
import { expect, it, onTestFinished } from 'vitest'
import { databaseAlias, loadDriver, openDatabase } from '../../../destinations/duckdb/open-database.ts'

const mebibyte = 1024 * 1024

/** The least that the engine gets. */
const memoryLimit = 128 * mebibyte

const rows = 180_000

const parts = Array.from({ length: 32 }, (_, part) => `md5(CAST(n * 32 + ${part} AS varchar))`)

/** Twice as much as the engine may hold, of which little can be packed. */
const createLargeTable = `CREATE TEMP TABLE large AS SELECT n, ${parts.join(' || ')} AS text FROM range(${rows}) AS numbers(n)`

function createPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-temp-directory-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'database.duckdb')
}

async function open(path: string) {
  const driver = await loadDriver(memoryLimit)
  const instance = await openDatabase(driver, {
    path,
    memoryLimit,
    logger: silentLogger,
    signal: new AbortController().signal,
  })
  const connection = await instance.connect()
  await connection.run(`USE "${databaseAlias}"`)
  const close = () => {
    connection.closeSync()
    instance.closeSync()
  }
  onTestFinished(close)
  return { connection, close }
}

it('what does not fit in memory goes to a folder beside the database, not where the process was started', async () => {
  const [path, other] = [createPath(), createPath()]
  const opened = await Promise.all([open(path), open(other)])
  await Promise.all(opened.map(({ connection }) => connection.run(createLargeTable)))
  for (const [index, { connection, close }] of opened.entries()) {
    const folder = `${[path, other][index]}.tmp`
    const files = (await connection.runAndReadAll('SELECT path FROM duckdb_temporary_files()')).getRows()
    expect(files.length).toBeGreaterThan(0)
    for (const [file] of files) expect(String(file)).toContain(folder)
    const counted = await connection.runAndReadAll('SELECT count(*), min(length(text)) FROM large')
    expect(counted.getRows().flat().map(Number)).toEqual([rows, 1024])
    close()
    expect(existsSync(folder)).toBe(false)
  }
})

it('removes what a process that was killed has left there, and nothing else', async () => {
  const path = createPath()
  const folder = `${path}.tmp`
  mkdirSync(folder)
  for (const name of ['duckdb_temp_storage_DEFAULT-0.tmp', 'duckdb_temp_block-7.block', 'notes.txt'])
    writeFileSync(join(folder, name), 'x')
  const first = await open(path)
  expect(readdirSync(folder)).toEqual(['notes.txt'])
  first.close()
  rmSync(join(folder, 'notes.txt'))
  writeFileSync(join(folder, 'duckdb_temp_storage_S32K-0.tmp'), 'x')
  await open(path)
  expect(existsSync(folder)).toBe(false)
})
