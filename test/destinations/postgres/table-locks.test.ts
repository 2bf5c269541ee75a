import { setTimeout as sleep } from 'node:timers/promises'
import { recordLine, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import { openConnection } from '../../../destinations/postgres/connection.ts'
import destination from '../../../destinations/postgres/index.ts'
import { TableLocks } from '../../../destinations/postgres/table-locks.ts'
import { PostgresWarehouse } from '../../../destinations/postgres/warehouse.ts'
import { createLogger, silentLogger } from '../../../src/logger.ts'
import { RetryingWarehouse } from '../../../src/typing/retrying-warehouse.ts'
import { batchOf } from '../../support/batches.ts'
import { caught } from '../../support/caught.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const [users, orders, items] = ['users', 'orders', 'items'].map((name) => ({ namespace: 'raw', name }))
const tables = (...names: ({ namespace: string; name: string } | undefined)[]) =>
  names.filter((name) => name !== undefined)

describe('two syncs of the same tables', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
    await database.query('CREATE SCHEMA raw')
    await database.query(`CREATE TABLE raw.users (
      _airbyte_raw_id varchar PRIMARY KEY, _airbyte_data jsonb, _airbyte_extracted_at timestamptz,
      _airbyte_loaded_at timestamptz, _airbyte_meta jsonb, _airbyte_generation_id bigint)`)
  })
  afterAll(() => database?.[Symbol.asyncDispose]())

  const context = { logger: silentLogger, signal: new AbortController().signal }
  const connect = (lockWaitMilliseconds: number, config: object = {}) =>
    PostgresWarehouse.connect(postgresConfigSchema.parse({ ...database.config, ...config }), context, {
      lockWaitMilliseconds,
    })

  it('the second is refused, and told which table', async () => {
    await using first = await connect(0)
    await using second = await connect(300)
    await first.lockTables(tables(users, orders))
    const error = await caught(() => second.lockTables(tables(items, orders)))
    expect(error).toMatchObject({ code: 'TABLE_LOCKED', failureType: 'transient_error' })
    expect(error.message).toContain('`raw.orders`')
  })

  it('the second keeps nothing locked when it is refused', async () => {
    await using first = await connect(0)
    await using second = await connect(0)
    await using third = await connect(0)
    await first.lockTables(tables(orders))
    await caught(() => second.lockTables(tables(items, orders, users)))
    await third.lockTables(tables(items, users))
  })

  it('the second goes on when the first ends', async () => {
    const first = await connect(0)
    await using second = await connect(10_000)
    await first.lockTables(tables(users))
    const waiting = second.lockTables(tables(users))
    await sleep(200)
    await first[Symbol.asyncDispose]()
    await waiting
  })

  it('syncs of other tables do not wait', async () => {
    await using first = await connect(0)
    await using second = await connect(0)
    await first.lockTables(tables(users))
    await second.lockTables(tables(orders))
  })

  it('a lock whose session was ended is taken again before the next write', async () => {
    await using first = await connect(0)
    await using second = await connect(0)
    await first.lockTables(tables(users))
    await endLockSessions()
    await expect
      .poll(() => first.insertRaw({ namespace: 'raw', name: 'users' }, batchOf([{ data: '{}' }])))
      .toBeDefined()
    expect(await caught(() => second.lockTables(tables(users)))).toMatchObject({ code: 'TABLE_LOCKED' })
  })

  it('a sync that lost its lock to another one writes no more', async () => {
    await using first = await connect(0)
    await using second = await connect(0)
    await first.lockTables(tables(users))
    await endLockSessions()
    await second.lockTables(tables(users))
    const write = () => first.insertRaw({ namespace: 'raw', name: 'users' }, batchOf([{ data: '{}' }]))
    expect(await caught(write)).toMatchObject({ code: 'TABLE_LOCKED' })
  })

  it.each([1, 2, 3])('are asked for again where the session breaks at statement %i', async (broken) => {
    let statements = 0
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    const open = async () => {
      const connection = await openConnection(postgresConfigSchema.parse(database.config))
      const { client } = connection
      const query = client.query.bind(client)
      const count: typeof query = (...statement: readonly unknown[]) => {
        statements += 1
        if (statements === broken) client.connection.stream.destroy(reset)
        return Reflect.apply(query, client, statement)
      }
      return Object.assign(connection, { client: Object.assign(client, { query: count }) })
    }
    await using locks = new TableLocks({ ...context, open })
    expect(await caught(() => locks.acquire(tables(users)))).toMatchObject({
      code: 'SERVER_UNAVAILABLE',
      failureType: 'transient_error',
    })
    await locks.acquire(tables(users))
  })

  it('behind a pooler, a transaction holds the locks, without keeping the server from cleaning up', async () => {
    const open = async () => {
      const connection = await openConnection(postgresConfigSchema.parse(database.config))
      // A pooler tells its clients a number of its own.
      Object.assign(connection.client, { processID: 1 })
      return connection
    }
    await using second = await connect(0)
    {
      await using locks = new TableLocks({ ...context, open })
      await locks.acquire(tables(users, orders))
      const sessions = await database.query(
        `SELECT backend_xmin, backend_xid FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`,
      )
      expect(sessions).toEqual([{ backend_xmin: null, backend_xid: null }])
      expect(await caught(() => second.lockTables(tables(orders)))).toMatchObject({ code: 'TABLE_LOCKED' })
      const other = new TableLocks({ ...context, open, waitMilliseconds: 0 })
      expect(await caught(() => other.acquire(tables(users)))).toMatchObject({ code: 'TABLE_LOCKED' })
    }
    await expect
      .poll(async () => caught(() => second.lockTables(tables(users))).catch(() => 'free'))
      .toBe('free')
  })

  it('a role with room for one connection goes on, and is warned', async () => {
    const role = `${database.name}_one`
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'weak' CONNECTION LIMIT 1`)
    const lines: string[] = []
    const logger = createLogger({ emit: (level, message) => lines.push(`${level} ${message}`) })
    const config = postgresConfigSchema.parse({ ...database.config, username: role, password: 'weak' })
    {
      await using modest = await PostgresWarehouse.connect(config, { ...context, logger })
      await modest.lockTables(tables(users))
      expect(lines.filter((line) => line.startsWith('WARN'))).toEqual([expect.stringContaining('no room')])
    }
    await database.query(`DROP ROLE ${role}`)
  })

  it('a sync whose session ends while it waits goes on waiting, and never without locks', async () => {
    await using first = await connect(0)
    await first.lockTables(tables(users))
    const lines: string[] = []
    const logger = createLogger({ emit: (level, message) => lines.push(`${level} ${message}`) })
    await using second = await PostgresWarehouse.connect(
      postgresConfigSchema.parse(database.config),
      { ...context, logger },
      { lockWaitMilliseconds: 2000 },
    )
    const retrying = new RetryingWarehouse(second, { ...context, logger })
    const waiting = caught(() => retrying.lockTables(tables(users)))
    await expect.poll(() => lines.some((line) => line.includes('Waiting for another sync'))).toBe(true)
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE '%pg_advisory_unlock_all%' AND pid <> pg_backend_pid()`,
    )
    expect(await waiting).toMatchObject({ code: 'TABLE_LOCKED' })
    expect(lines.join('\n')).not.toContain('Going on without it')
  })

  it('as whole syncs: the second writes after the first, and both are there', async () => {
    const stream = { name: 'people', namespace: 'app' }
    const json_schema = { type: 'object', properties: { id: { type: 'integer' } } }
    const catalog = {
      streams: [
        {
          stream: { ...stream, json_schema },
          sync_mode: 'incremental',
          destination_sync_mode: 'append',
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    }
    const order: string[] = []
    const sync = async (name: string, id: number, milliseconds: number) => {
      async function* input() {
        order.push(`${name} begins`)
        yield recordLine(stream, { id })
        await sleep(milliseconds)
        order.push(`${name} ends`)
        yield stateLine(stream, 1, 1)
        yield statusLine(stream)
      }
      return runWriteCommand(destination, { config: database.config, catalog, input: input() })
    }
    const first = sync('first', 1, 1500)
    await expect.poll(() => order).toEqual(['first begins'])
    const runs = await Promise.all([first, sync('second', 2, 0)])
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect(await database.query('SELECT id FROM app.people ORDER BY id')).toEqual([{ id: '1' }, { id: '2' }])
    expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
  })

  async function endLockSessions(): Promise<void> {
    const holders = `SELECT DISTINCT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
      WHERE locktype = 'advisory' AND datname = current_database()`
    await database.query(`SELECT pg_terminate_backend(pid) FROM (${holders}) AS holders`)
    await expect.poll(() => database.query(holders)).toEqual([])
    // The process learns of it with the next turn of its event loop.
    await sleep(50)
  }
})
