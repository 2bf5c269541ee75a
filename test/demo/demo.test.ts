import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Record = {
  readonly id: string
  readonly mag: number
  readonly updated: number
  readonly _ab_cdc_deleted_at?: string
}

const root = fileURLToPath(new URL('../../', import.meta.url))

let folder: string
let output: string
let exitCode: number | null

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-demo-'))
  const demo = await runScript(['demo/main.ts', '--output', folder])
  output = demo.output
  exitCode = demo.exitCode
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** Runs a script of this project with its output in a pipe. */
async function runScript(script: readonly string[], inputFile?: string) {
  const { FORCE_COLOR: _, ...env } = process.env
  const child = spawn(process.execPath, script, { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  if (inputFile === undefined) child.stdin.end()
  else await pipeline(createReadStream(inputFile), child.stdin)
  return { output: await text(child.stdout), exitCode: await closed }
}

async function query(sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(join(folder, 'landfall-demo.duckdb'), {
    access_mode: 'READ_ONLY',
  })
  const connection = await instance.connect()
  try {
    const reader = await connection.runAndReadAll(sql)
    return reader.getRowsJson()
  } finally {
    // The file stays locked until both are closed.
    connection.closeSync()
    instance.closeSync()
  }
}

/** What the second sync sent, from the file that the demo left. */
async function readSecondSync(): Promise<readonly Record[]> {
  const lines = await readFile(join(folder, 'sync-2.messages.jsonl'), 'utf8')
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'RECORD')
    .map(({ record }) => record.data)
}

describe('the demo', () => {
  it('ends well, and every check of its own is met', () => {
    expect(exitCode).toBe(0)
    expect(output).not.toContain('WRONG')
    expect(output.match(/^ {2}ok {5}/gm)).toHaveLength(3 + 6 + 4)
  })

  it.each([
    ['the first sync of films', /^ +movies +overwrite +3,201 +3,201 +3,201 +3,201$/m],
    ['the first sync of earthquakes', /^ +earthquakes +append_dedup +1,500 +1,500 +1,500 +\d+$/m],
    ['the flights', /^ +flights +append +200,000 +200,000 +200,000 +0$/m],
    ['the time of the first sync', /^ +all +204,701 +\d+\.\d +[\d,]+ +\d+\.\d$/m],
    ['the second sync', /^ +earthquakes +append_dedup +229 +1,729 +1,706 +258 +\d+\.\d /m],
    ['the third sync', /^ +movies +overwrite +1,922 +1,922 +1,922 +0 +\d+\.\d /m],
    ['the states of the first sync', /states: 22 of 22 came back, in order/],
    [
      'an untyped value with its original',
      /movies\.Release Date +3,201x +"Jun 12 1998" +NULLED DESTINATION_/,
    ],
    ['the first film', /^ +The Land Girls +NULL +6\.1 /m],
    ['where to go on', /npx destination-postgres --help/],
  ])('shows %s', (_, pattern) => {
    expect(output).toMatch(pattern)
  })

  it('writes plain lines of at most 80 characters into a pipe', () => {
    expect(output).not.toContain('\r')
    expect(output).not.toContain('\u001B')
    // The path of the database is as long as the folder's name.
    const lines = output.split('\n').filter((line) => !line.includes(folder))
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  it('leaves one row per earthquake', async () => {
    expect(await query('SELECT count(*)::INT, count(DISTINCT id)::INT FROM earthquakes')).toEqual([
      [1706, 1706],
    ])
  })

  it('leaves no row of the deleted earthquake', async () => {
    const deleted = (await readSecondSync()).filter((record) => record._ab_cdc_deleted_at !== undefined)
    expect(deleted).toHaveLength(1)
    expect(await query(`SELECT * FROM earthquakes WHERE id = '${deleted[0]?.id}'`)).toEqual([])
  })

  it('keeps the newer version of the earthquake whose older version arrived last', async () => {
    const late = (await readSecondSync()).at(-1)
    const [row] = await query(`SELECT updated::DOUBLE, mag::DOUBLE FROM earthquakes WHERE id = '${late?.id}'`)
    const [updated, mag] = row ?? []
    expect(updated).toBeGreaterThan(late?.updated ?? Number.POSITIVE_INFINITY)
    expect(mag).toBeGreaterThan(late?.mag ?? Number.POSITIVE_INFINITY)
  })

  it('leaves only the second generation of films', async () => {
    expect(await query('SELECT _airbyte_generation_id::INT, count(*)::INT FROM movies GROUP BY 1')).toEqual([
      [2, 1922],
    ])
    expect(
      await query(
        'SELECT DISTINCT _airbyte_generation_id::INT FROM airbyte_internal.main_raw__stream_movies',
      ),
    ).toEqual([[2]])
  })

  it('types titles that are numbers in the file as text', async () => {
    expect(await query(`SELECT "Release_Date" FROM movies WHERE "Title" = '300'`)).toEqual([['Mar 09 2007']])
  })

  it('stores records as the file spells them', async () => {
    expect(
      await query(
        'SELECT _airbyte_data::VARCHAR FROM airbyte_internal.main_raw__stream_flights ORDER BY _airbyte_raw_id LIMIT 1',
      ),
    ).toEqual([['{"delay":0,"distance":1452,"time":0.0}']])
  })

  it('leaves files with which the second sync can be sent again, to no effect', async () => {
    const rows = 'SELECT id, updated::VARCHAR, mag::VARCHAR, gap::VARCHAR FROM earthquakes ORDER BY id'
    const before = await query(rows)
    const again = await runScript(
      [
        ...['bin/destination-duckdb.js', 'write', '--config', join(folder, 'config.json')],
        ...['--catalog', join(folder, 'sync-2.catalog.json')],
      ],
      join(folder, 'sync-2.messages.jsonl'),
    )
    expect(again.exitCode).toBe(0)
    expect(await query(rows)).toEqual(before)
  })
})
