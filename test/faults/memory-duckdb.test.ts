import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { faultRun } from './fault-run.ts'
import { runWatchedSync } from './watched-sync.ts'

const { isLong } = faultRun()

const mebibyte = 1024 * 1024

const budgetMebibytes = 16

/** What the process may take beyond the engine's limit: the promise of the reference page. */
const restMebibytes = 256

/** A record that is larger than the budget exists as the line, in the file that the engine reads, and as its value there. */
const copiesOfRecord = 3

const documents = { name: 'documents', namespace: 'big' }

type Case = {
  readonly title: string
  readonly limitMebibytes: number
  readonly recordMebibytes: number
  readonly records: number
  /** Records of one key; the others are older versions. */
  readonly versions: number
}

const cases: readonly Case[] = [
  {
    title: 'a record that is far larger than the budget',
    limitMebibytes: isLong ? 2000 : 1000,
    recordMebibytes: isLong ? 100 : 40,
    records: 1,
    versions: 1,
  },
  {
    title: 'records of 20 MiB, one after the other',
    limitMebibytes: isLong ? 4000 : 1200,
    recordMebibytes: 20,
    records: isLong ? 20 : 4,
    versions: 1,
  },
  {
    title: 'more rows than the engine may keep in memory, deduplicated',
    limitMebibytes: 400,
    recordMebibytes: 1 / 1024,
    records: isLong ? 1_500_000 : 300_000,
    versions: 3,
  },
]

describe.skipIf(!existsSync('/proc/self/status'))('memory of destination-duckdb (needs /proc)', () => {
  it.each(cases)(
    "stays within the engine's limit, what Node needs and one record: $title",
    async ({ limitMebibytes, recordMebibytes, records, versions }) => {
      const directory = mkdtempSync(join(tmpdir(), 'landfall-memory-duckdb-'))
      onTestFinished(() => rmSync(directory, { recursive: true }))
      const path = join(directory, 'memory.duckdb')
      const { peak, ...result } = await runWatchedSync({
        connector: 'duckdb',
        config: { destination_path: path, memory_limit: `${limitMebibytes}MiB` },
        catalog,
        lines: input(recordMebibytes * mebibyte, records, versions),
        budgetMebibytes,
      })
      expect(result).toEqual({ exitCode: 0, errorMessage: undefined, states: 1 })
      const length = recordMebibytes * mebibyte
      expect(await readSum(path)).toEqual([String(records / versions), `${length}`, `${length}`])
      expect(peak).toBeGreaterThan(0)
      expect(peak).toBeLessThan(limitMebibytes + restMebibytes + recordMebibytes * copiesOfRecord)
    },
    600_000,
  )
})

const catalog = {
  streams: [
    {
      stream: {
        ...documents,
        json_schema: {
          type: 'object',
          properties: { id: { type: 'integer' }, version: { type: 'integer' }, text: { type: 'string' } },
        },
      },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['id']],
      cursor_field: ['version'],
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}

function* input(length: number, records: number, versions: number): Generator<string> {
  const text = 'x'.repeat(length)
  for (let index = 0; index < records; index += 1)
    yield recordLine(documents, { id: Math.floor(index / versions), version: index % versions, text })
  yield stateLine(documents, 1, records)
  yield statusLine(documents)
}

async function readSum(path: string): Promise<readonly string[]> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  onTestFinished(() => {
    connection.closeSync()
    instance.closeSync()
  })
  const reader = await connection.runAndReadAll(
    'SELECT count(*), min(length(text)), max(length(text)) FROM big.documents',
  )
  const [row = []] = reader.getRows()
  return row.map(String)
}
