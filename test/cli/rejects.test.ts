import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type SqlDestination, silentLogger, sql, type Warehouse } from 'landfall/sdk'
import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import duckdb from '../../destinations/duckdb/index.ts'
import postgres from '../../destinations/postgres/index.ts'
import { type RejectsAction, type RejectsOptions, runRejectsCommand } from '../../src/cli/rejects.ts'
import { createTestDatabase } from '../support/postgres-database.ts'

const users = { name: 'users', namespace: 'app' }

const catalog = (generation: number, minimum: number) => ({
  streams: [users, { name: 'orders', namespace: 'app' }].map((stream) => ({
    stream: {
      ...stream,
      json_schema: { type: 'object', properties: { id: { type: 'integer' }, note: { type: 'string' } } },
    },
    sync_mode: 'incremental',
    destination_sync_mode: 'append_dedup',
    primary_key: [['id']],
    generation_id: generation,
    minimum_generation_id: minimum,
    sync_id: 12,
  })),
})

const usual = catalog(3, 0)

type Place = {
  readonly destination: SqlDestination
  readonly config: { readonly [key: string]: unknown }
  close(): Promise<void>
}

const places: { readonly [name: string]: () => Promise<Place> } = {
  postgres: async () => {
    const database = await createTestDatabase()
    return {
      destination: postgres,
      config: database.config,
      close: async () => database[Symbol.asyncDispose](),
    }
  },
  duckdb: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'landfall-test-rejects-'))
    const config = { destination_path: join(directory, 'test.duckdb') }
    return { destination: duckdb, config, close: async () => rmSync(directory, { recursive: true }) }
  },
}

/** A raw table that refuses some records until the check is gone. */
const createRaw = {
  postgres: [
    sql`CREATE SCHEMA airbyte_internal`,
    sql`CREATE TABLE airbyte_internal.app_raw__stream_users (
      _airbyte_raw_id varchar PRIMARY KEY, _airbyte_data jsonb CONSTRAINT no_bad CHECK (_airbyte_data ->> 'note' NOT LIKE 'bad%'),
      _airbyte_extracted_at timestamptz, _airbyte_loaded_at timestamptz, _airbyte_meta jsonb, _airbyte_generation_id bigint)`,
  ],
  duckdb: [
    sql`CREATE SCHEMA airbyte_internal`,
    sql`CREATE TABLE airbyte_internal.app_raw__stream_users (
      _airbyte_raw_id VARCHAR, _airbyte_extracted_at TIMESTAMPTZ, _airbyte_loaded_at TIMESTAMPTZ,
      _airbyte_data JSON CHECK (_airbyte_data NOT LIKE '%"bad%'), _airbyte_meta JSON, _airbyte_generation_id BIGINT)`,
  ],
}

/** The fix: the constraint goes, the rows stay. DuckDB cannot drop one, so the table is made anew. */
const fix = {
  postgres: [sql`ALTER TABLE airbyte_internal.app_raw__stream_users DROP CONSTRAINT no_bad`],
  duckdb: [
    sql`CREATE TABLE airbyte_internal.copied AS SELECT * FROM airbyte_internal.app_raw__stream_users`,
    sql`DROP TABLE airbyte_internal.app_raw__stream_users`,
    sql`ALTER TABLE airbyte_internal.copied RENAME TO app_raw__stream_users`,
  ],
}

describe.each(['postgres', 'duckdb'] as const)('landfall rejects, %s', (name) => {
  let place: Place
  beforeAll(async () => {
    place = await (places[name] ?? expect.fail)()
  })
  afterAll(() => place?.close())

  async function inWarehouse<Result>(action: (warehouse: Warehouse) => Promise<Result>): Promise<Result> {
    const { destination, config } = place
    const context = { logger: silentLogger, signal: new AbortController().signal }
    await using warehouse = await destination.connect(destination.configSchema.parse(config), context)
    return await action(warehouse)
  }

  const count = async (table: string) =>
    inWarehouse(async (warehouse) => {
      const from =
        {
          raw: sql`airbyte_internal.app_raw__stream_users`,
          final: sql`app.users`,
          rejects: sql`airbyte_internal.app_raw__stream_users_airbyte_rejects`,
        }[table] ?? sql`nothing`
      const [row] = await warehouse.query(sql`SELECT count(*) AS n FROM ${from}`)
      return Number(row?.n)
    })

  const write = (ids: readonly number[], bad: readonly number[], used: object = usual) =>
    runWriteCommand(place.destination, {
      config: place.config,
      catalog: used,
      input: [
        ...ids.map((id) =>
          recordLine(
            users,
            { id, note: bad.includes(id) ? "bad: it's" : 'good' },
            {
              emittedAt: 1_704_164_645_678 + id,
              ...(id % 2 === 0 && {
                changes: '[{"field":"note","change":"TRUNCATED","reason":"SOURCE_FIELD_SIZE_LIMITATION"}]',
              }),
            },
          ),
        ),
        statusLine(users),
        statusLine({ name: 'orders', namespace: 'app' }),
      ],
    })

  async function rejects(action: RejectsAction, options: RejectsOptions = {}, used: object = usual) {
    const directory = mkdtempSync(join(tmpdir(), 'landfall-test-rejects-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const files = { config: join(directory, 'config.json'), catalog: join(directory, 'catalog.json') }
    writeFileSync(files.config, JSON.stringify(place.config))
    writeFileSync(files.catalog, JSON.stringify(used))
    const output = { stdout: '', stderr: '' }
    const collect = (key: keyof typeof output) =>
      new Writable({
        write: (chunk, _encoding, done) => {
          output[key] += String(chunk)
          done()
        },
      })
    const exitCode = await runRejectsCommand(place.destination, action, {
      options: { config: files.config, catalog: files.catalog, ...options },
      stdout: collect('stdout'),
      stderr: collect('stderr'),
      signal: new AbortController().signal,
    })
    return { exitCode, ...output }
  }

  const everyone = Array.from({ length: 130 }, (_, id) => id)
  const bad = everyone.filter((id) => id >= 10)

  beforeEach(async () => {
    await inWarehouse(async (warehouse) => {
      const drops = [
        sql`DROP SCHEMA IF EXISTS app CASCADE`,
        sql`DROP SCHEMA IF EXISTS airbyte_internal CASCADE`,
      ]
      await warehouse.execute([...drops, ...createRaw[name]].map((statement) => [statement]))
    })
    expect((await write(everyone, bad)).errorMessage).toBeUndefined()
  })

  it('lists what was refused and why, without the data', async () => {
    const { exitCode, stdout } = await rejects('list')
    expect(exitCode).toBe(0)
    expect(stdout.match(/^ {2}[0-9a-f-]{36} /gm)).toHaveLength(bad.length)
    expect(stdout).toContain('app.users: 120 rejected records.')
    expect(stdout).toContain('app.orders: 0 rejected records.')
    expect(stdout).not.toContain("it's")
  })

  it('leaves what is refused again where it is', async () => {
    const { exitCode, stdout } = await rejects('replay')
    expect(stdout).toContain('app.users: 0 records loaded')
    expect(stdout).toContain('120 refused again')
    expect(exitCode).toBe(1)
    expect([await count('raw'), await count('rejects')]).toEqual([10, 120])
  })

  describe('in append mode', () => {
    const appended = {
      streams: usual.streams.map((stream) => ({
        ...stream,
        destination_sync_mode: 'append',
        primary_key: [],
      })),
    }
    const some = everyone.slice(0, 10)
    const done = [users, { name: 'orders', namespace: 'app' }].map((stream) => statusLine(stream))
    const typeAll = () =>
      runWriteCommand(place.destination, { config: place.config, catalog: appended, input: done })

    const finalIds = async () =>
      inWarehouse(async (warehouse) => {
        const rows = await warehouse.query(sql`SELECT id FROM app.users ORDER BY id`)
        return rows.map(({ id }) => Number(id))
      })

    beforeEach(async () => {
      await inWarehouse((warehouse) =>
        warehouse.execute(
          [sql`DROP SCHEMA app CASCADE`, sql`DROP SCHEMA airbyte_internal CASCADE`, ...createRaw[name]].map(
            (statement) => [statement],
          ),
        ),
      )
      expect((await write(some, [2, 7], appended)).errorMessage).toBeUndefined()
      await inWarehouse((warehouse) => warehouse.execute([fix[name]]))
    })

    it('brings each record into the final table once, and its neighbours not again', async () => {
      expect((await rejects('replay', {}, appended)).exitCode).toBe(0)
      expect((await typeAll()).exitCode).toBe(0)
      expect(await finalIds()).toEqual(some)
      expect((await typeAll()).exitCode).toBe(0)
      expect(await finalIds()).toEqual(some)
    })

    it.runIf(name === 'postgres')('does so where the sync was ended before it typed its rows', async () => {
      // As a killed process leaves it: the rows are there with a note, and not typed.
      await inWarehouse((warehouse) =>
        warehouse.execute([
          [
            sql`INSERT INTO airbyte_internal.app_raw__stream_users_airbyte_untyped
              SELECT min(_airbyte_raw_id), max(_airbyte_raw_id) FROM airbyte_internal.app_raw__stream_users`,
            sql`TRUNCATE app.users`,
          ],
        ]),
      )
      expect((await rejects('replay', {}, appended)).exitCode).toBe(0)
      expect((await typeAll()).exitCode).toBe(0)
      expect(await finalIds()).toEqual(some)
    })
  })

  it('loads them after a fix, and the next sync brings them into the final table as what they are', async () => {
    await inWarehouse((warehouse) => warehouse.execute([fix[name]]))
    // A newer version of record 11, which the replay must not undo.
    const newer = recordLine(users, { id: 11, note: 'newer' }, { emittedAt: 1_804_164_645_678 })
    const done = [users, { name: 'orders', namespace: 'app' }].map((stream) => statusLine(stream))
    const run = (input: readonly string[]) =>
      runWriteCommand(place.destination, { config: place.config, catalog: usual, input })
    await run([newer, ...done])

    const first = await rejects('replay', { stream: 'app.users' })
    expect(first.stderr).toBe('')
    expect(first.stdout).toContain('app.users: 120 records loaded')
    expect(first.exitCode).toBe(0)
    expect([await count('raw'), await count('rejects')]).toEqual([131, 0])
    const again = await rejects('replay')
    expect(again.stdout).toBe('No rejected records are left.\n')

    expect((await run(done)).exitCode).toBe(0)
    const rows = await inWarehouse((warehouse) =>
      warehouse.query(
        sql`SELECT CAST(id AS VARCHAR) AS id, note, CAST(_airbyte_meta AS VARCHAR) AS meta FROM app.users ORDER BY app.users.id`,
      ),
    )
    expect(rows.map(({ id }) => Number(id))).toEqual(everyone)
    expect(rows[11]?.note).toBe('newer')
    expect(rows[12]?.note).toBe("bad: it's")
    expect(String(rows[12]?.meta)).toContain('SOURCE_FIELD_SIZE_LIMITATION')
    expect(String(rows[13]?.meta)).not.toContain('SOURCE_FIELD_SIZE_LIMITATION')
  })

  it('leaves out generations that a full refresh has replaced', async () => {
    const { stdout } = await rejects('list', {}, catalog(4, 4))
    expect(stdout).toContain('app.users: 0 rejected records.')
  })

  it.each([
    { options: { stream: 'nobody' }, says: 'no stream `nobody`' },
    { options: { catalog: undefined }, says: 'Usage: landfall rejects' },
  ])('refuses $options', async ({ options, says }) => {
    const { exitCode, stderr } = await rejects('list', options)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(says)
  })
})
