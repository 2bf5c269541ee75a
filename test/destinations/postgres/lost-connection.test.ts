import { silentLogger, sql } from 'landfall/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import { PostgresWarehouse } from '../../../destinations/postgres/warehouse.ts'
import { RetryingWarehouse } from '../../../src/typing/retrying-warehouse.ts'
import { copyDone } from '../../faults/server-interruptions.ts'
import { type ProxyFault, startTcpProxy, type TcpProxy } from '../../faults/tcp-proxy.ts'
import { batchOf } from '../../support/batches.ts'
import { caught } from '../../support/caught.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'

const table = { namespace: 'raw', name: 'users' }
const policy = { firstDelayMilliseconds: 20, maximumDelayMilliseconds: 200, totalMilliseconds: 20_000 }

const batch = (count: number) => batchOf(Array.from({ length: count }, (_, id) => ({ data: `{"id":${id}}` })))

const cut = (direction: ProxyFault['direction'], text: string, moment: ProxyFault['moment']): ProxyFault => ({
  direction,
  trigger: { kind: 'text', text, occurrence: 1 },
  moment,
  effect: { kind: 'cut' },
})

describe('a connection that breaks', () => {
  let database: TestDatabase
  let proxy: TcpProxy
  let warehouse: PostgresWarehouse
  let retrying: RetryingWarehouse

  beforeAll(async () => {
    database = await createTestDatabase()
    proxy = await startTcpProxy(database.address)
    await database.query('CREATE SCHEMA raw')
    const context = { logger: silentLogger, signal: new AbortController().signal }
    const config = postgresConfigSchema.parse({ ...database.config, port: proxy.port })
    warehouse = await PostgresWarehouse.connect(config, context)
    retrying = new RetryingWarehouse(warehouse, { ...context, policy })
  })

  afterAll(async () => {
    await warehouse?.[Symbol.asyncDispose]()
    await proxy?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  beforeEach(async () => {
    proxy.arm([])
    await database.query('DROP TABLE IF EXISTS raw.users, raw.done')
    await database.query('CREATE TABLE raw.done (n int)')
  })

  /** Airbyte's own raw tables have a primary key; one that somebody made anew may lack it. */
  const createRaw = (hasKey: boolean) =>
    database.query(`CREATE TABLE raw.users (
      _airbyte_raw_id varchar ${hasKey ? 'PRIMARY KEY' : ''}, _airbyte_data jsonb, _airbyte_extracted_at timestamptz,
      _airbyte_loaded_at timestamptz, _airbyte_meta jsonb, _airbyte_generation_id bigint)`)

  const count = async (name: string) =>
    Number((await database.query(`SELECT count(*) AS n FROM raw.${name}`))[0]?.n)

  it.each([
    { what: 'before the load', fault: cut('toServer', 'COPY "raw"', 'before'), hasKey: true },
    { what: 'in the middle of the load', fault: cut('toServer', '{"id":1500}', 'before'), hasKey: true },
    {
      what: 'when the load is done, before the answer',
      fault: cut('toClient', 'COPY 3000', 'before'),
      hasKey: true,
    },
    {
      what: 'when the load is done, without a primary key',
      fault: cut('toClient', 'COPY 3000', 'before'),
      hasKey: false,
    },
  ])('$what: the batch lands once', async ({ fault, hasKey }) => {
    await createRaw(hasKey)
    const [armed] = proxy.arm([fault])
    const records = batch(3000)
    expect(await retrying.insertRaw(table, records)).toEqual({ rowsWritten: 3000, rejected: [] })
    expect(armed?.hasFired).toBe(true)
    expect(await count('users')).toBe(3000)
    expect(await warehouse.hasRawId(table, records.rawIds.get(2999))).toBe(true)
  })

  // The transaction's statements go ahead of the rows: what the server waits for is the end of the COPY.
  it.each([
    { what: 'inside the statements', fault: cut('toServer', 'COMMIT', 'before'), isCommitted: false },
    { what: 'before the rows', fault: cut('toServer', 'COMMIT', 'after'), isCommitted: false },
    { what: 'before the end of the rows', fault: cut('toServer', copyDone, 'before'), isCommitted: false },
    {
      what: 'after the commit, before its answer',
      fault: cut('toServer', copyDone, 'after'),
      isCommitted: true,
    },
    {
      what: 'inside the answer to the commit',
      fault: cut('toClient', 'COPY 10', 'before'),
      isCommitted: true,
    },
  ])('$what: a load and the statements beside it happen once, together', async ({ fault, isCommitted }) => {
    await createRaw(true)
    const [armed] = proxy.arm([fault])
    const asked = vi.spyOn(warehouse, 'hasRawId')
    onTestFinished(() => asked.mockRestore())
    const receipt = await retrying.insertRaw(table, batch(10), [sql`INSERT INTO raw.done VALUES (1)`])
    expect(receipt).toEqual({ rowsWritten: 10, rejected: [] })
    expect(armed?.hasFired).toBe(true)
    expect(await asked.mock.results[0]?.value).toBe(isCommitted)
    expect([await count('users'), await count('done')]).toEqual([10, 1])
  })

  it('statements beside a load that is refused do not happen', async () => {
    await createRaw(true)
    const broken = batchOf([{ data: '{"id":1}' }, { data: '{"id":1e200000}' }])
    const error = await caught(() =>
      retrying.insertRaw(table, broken, [sql`INSERT INTO raw.done VALUES (1)`]),
    )
    expect(error).toMatchObject({ code: 'DATA_REFUSED', recordIndex: 1 })
    expect([await count('users'), await count('done')]).toEqual([0, 0])
  })

  it('a load does not happen where a statement beside it fails', async () => {
    await createRaw(true)
    const error = await caught(() =>
      retrying.insertRaw(table, batch(5), [sql`INSERT INTO raw.nowhere VALUES (1)`]),
    )
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await count('users')).toBe(0)
  })

  it('a server that refuses connections for a while is waited for', async () => {
    await createRaw(true)
    proxy.cutAll()
    proxy.arm(
      [0, 1, 2].map(
        (connection) =>
          ({
            direction: 'toServer',
            trigger: { kind: 'bytes', count: 1 },
            moment: 'before',
            effect: { kind: 'cut' },
            connection,
          }) as const,
      ),
    )
    expect(await retrying.insertRaw(table, batch(7))).toEqual({ rowsWritten: 7, rejected: [] })
    expect(await count('users')).toBe(7)
  })

  it('a server that is gone for a while is a passing fault, once it has answered', async () => {
    const gone = await startTcpProxy(database.address)
    const context = { logger: silentLogger, signal: new AbortController().signal }
    const config = postgresConfigSchema.parse({ ...database.config, port: gone.port })
    await using orphan = await PostgresWarehouse.connect(config, context)
    await gone[Symbol.asyncDispose]()
    const isRefused = { code: 'CONNECTION_FAILED', failureType: 'transient_error' }
    await expect.poll(() => caught(() => orphan.query(sql`SELECT 1`))).toMatchObject(isRefused)
    expect(await caught(() => PostgresWarehouse.connect(config, context))).toMatchObject({
      code: 'CONNECTION_FAILED',
      failureType: 'config_error',
    })
  })
})
