import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeDataset, writeWholeDataset } from '../../bench/dataset.ts'
import { recordKinds } from '../../bench/kinds/index.ts'
import { BenchPostgres } from '../../bench/postgres.ts'
import type { PostgresContext } from '../../bench/postgres-sync.ts'
import type { Measurement } from '../../bench/run-process.ts'
import { assertRows } from '../../bench/tables.ts'
import type { Trial } from '../../bench/trial.ts'
import { typingTrials } from '../../bench/trials-typing.ts'
import { wholeTrials } from '../../bench/trials-whole.ts'

const rows = 300

describe('trials on a server', { timeout: 120_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-trials-'))
  let postgres: BenchPostgres

  beforeAll(async () => {
    postgres = await BenchPostgres.start()
  })
  afterAll(async () => {
    await postgres?.[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  })

  /** Without psql, so that the program in its place is held too. */
  function context(): PostgresContext {
    return { postgres, directory, hasPsql: false }
  }

  async function run([trial]: readonly Trial[]): Promise<ReadonlyMap<string, Measurement>> {
    if (trial === undefined) throw new Error('There is no trial.')
    const measurements = await trial.run()
    expect(measurements).toHaveLength(trial.entries.length)
    return new Map(trial.entries.map(({ name }, index) => [name, measurements[index] ?? never()]))
  }

  it('typing: the limits and the connector leave the rows that they should', async () => {
    const dataset = await writeDataset(directory, recordKinds.real, rows)
    const found = await run(typingTrials(context(), dataset))
    for (const { seconds, walBytes } of found.values()) {
      expect(seconds).toBeGreaterThan(0)
      expect(walBytes).toBeGreaterThan(0)
    }
  })

  it('whole: the binary files of a sync make the same tables', async () => {
    const dataset = await writeWholeDataset(directory, recordKinds.dirty, rows)
    const found = await run(wholeTrials(context(), dataset))
    expect([...found.keys()]).toEqual([
      'binary \\copy of raw and final rows, dirty',
      'postgres whole sync, dirty',
    ])
  })

  it('the wrong rows are no result', async () => {
    const dataset = await writeWholeDataset(directory, recordKinds.narrow, rows)
    const { raw, dedup } = dataset.expected
    const expected = { raw, dedup: { ...dedup, checksum: dedup.checksum + 1 } }
    await expect(run(wholeTrials(context(), { ...dataset, expected }))).rejects.toThrow('bench.users holds')
  })

  it('typing leaves out what bare casts would fail on', async () => {
    const dataset = await writeDataset(directory, recordKinds.dirty, rows)
    expect(typingTrials(context(), dataset)).toEqual([])
  })
})

it.each(['rows', 'distinctKeys', 'checksum', 'changes'] as const)(
  'tables are compared by their %s',
  (name) => {
    const expected = { rows: 1, distinctKeys: 1, checksum: 1, changes: 0 }
    expect(() => assertRows('a table', expected, expected)).not.toThrow()
    expect(() => assertRows('a table', expected, { ...expected, [name]: 2 })).toThrow('a table holds')
  },
)

function never(): never {
  throw new Error('A measurement is missing.')
}
