import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SqlDestination, type SqlGenerator, type StreamConfig, sql, type Warehouse } from 'landfall/sdk'
import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadDeclarativeDestination } from '../../src/declarative/create-destination.ts'
import { silentLogger } from '../../src/logger.ts'
import { parseCatalog } from '../../src/protocol/parse-catalog.ts'
import { caught } from '../support/caught.ts'
import { type MariadbServer, startMariadb, whyNoMariadb } from '../support/mariadb-server.ts'

const manifest = join(fileURLToPath(new URL('../../', import.meta.url)), 'examples/declarative/mariadb.yaml')
const users = { name: 'Users', namespace: 'Shop' }

/*
 * In MySQL and its relatives a statement that makes, renames or drops a table commits the transaction around it. What such
 * a server leaves of a transaction that breaks off must do no harm: neither when the transaction runs again, nor when the
 * sync ends there and the next one finds what is left. The server is set up as few are: names of tables without case,
 * transactions that see what others commit meanwhile, and a character set without most characters.
 */
const settings = [
  '--lower-case-table-names=1',
  '--transaction-isolation=READ-COMMITTED',
  '--character-set-server=latin1',
]

let server: MariadbServer
let config: { readonly [name: string]: unknown }
let warehouse: Warehouse
let generator: SqlGenerator
let destination: SqlDestination

describe.skipIf(whyNoMariadb !== undefined)(
  `MariaDB${whyNoMariadb ? ` (${whyNoMariadb})` : ''}, where a transaction breaks off`,
  () => {
    beforeAll(async () => {
      server = await startMariadb(settings)
      config = {
        host: server.host,
        port: server.port,
        username: 'root',
        database: 'warehouse',
        ssl_mode: 'disable',
      }
      await query('CREATE DATABASE warehouse')
      const loaded = await loadDeclarativeDestination(manifest)
      if (!(loaded instanceof SqlDestination)) throw new Error('the manifest is not one of a SQL destination')
      destination = loaded
    })
    afterAll(() => server?.[Symbol.asyncDispose]())
    beforeEach(async () => {
      await query('DROP DATABASE IF EXISTS Shop')
      await query('DROP DATABASE IF EXISTS airbyte_internal')
      const context = { logger: silentLogger, signal: new AbortController().signal }
      warehouse = await destination.connect(config, context)
      generator = destination.sqlGenerator(config, warehouse)
    })
    afterEach(() => warehouse?.[Symbol.asyncDispose]())

    describe.each(['append', 'append_dedup'] as const)('with %s', (mode) => {
      it('fills the final table anew with each row once, wherever each transaction broke off', async () => {
        await sync(catalogOf(mode, 'string'), [1, 2, 3])
        const stream = streamOf(catalogOf(mode, 'integer'))
        const columns = generator.finalTableColumns(stream)
        for (const transaction of generator.rebuildFinalTable(stream, columns)) {
          for (const [length] of transaction.entries()) await breakOff(transaction.slice(0, length + 1))
          await warehouse.execute([transaction])
        }
        expect(await finalIds()).toEqual([1, 2, 3])
        await sync(catalogOf(mode, 'integer'), [4])
        expect(await finalIds()).toEqual([1, 2, 3, 4])
      })

      it('types new rows once, wherever the transaction broke off', async () => {
        await sync(catalogOf(mode, 'string'), [1, 2])
        await sync(catalogOf(mode, 'string', true), [2, 3])
        const stream = streamOf(catalogOf(mode, 'string'))
        for (const transaction of generator.updateFinalTable(stream, 'populated')) {
          for (const [length] of transaction.entries()) await breakOff(transaction.slice(0, length + 1))
          await warehouse.execute([transaction])
        }
        expect(await finalIds()).toEqual(mode === 'append' ? [1, 2, 2, 3] : [1, 2, 3])
      })
    })

    it.each([
      ['beside the old table', []],
      ['after the old table was dropped', ['DROP TABLE Shop.Users']],
    ])('has every row after the next sync, wherever a rebuild %s ended for good', async (_, before) => {
      const catalog = catalogOf('append_dedup', 'integer')
      const stream = streamOf(catalog)
      const transactions = generator.rebuildFinalTable(stream, generator.finalTableColumns(stream))
      for (const [index, transaction] of transactions.entries()) {
        for (const [length] of transaction.entries()) {
          await query('DROP DATABASE IF EXISTS Shop')
          await query('DROP DATABASE IF EXISTS airbyte_internal')
          await sync(catalogOf('append_dedup', 'string'), [1, 2, 3])
          for (const statement of before) await query(statement)
          await warehouse.execute(transactions.slice(0, index))
          await breakOff(transaction.slice(0, length + 1))
          await sync(catalog, [4])
          expect(await finalIds(), `after statement ${length} of transaction ${index}`).toEqual([1, 2, 3, 4])
        }
      }
    })

    it('has every row of a refresh, wherever the raw tables were swapped', async () => {
      const catalog = catalogOf('append_dedup', 'string')
      const stream = streamOf(catalog)
      await sync(catalog, [1, 2])
      const [swap = []] = generator.replaceRawTable(stream)
      for (const [length] of swap.entries()) {
        await warehouse.execute(generator.createRawTable(stream, '_airbyte_tmp', { replace: true }))
        await breakOff(swap.slice(0, length + 1))
        await warehouse.execute([swap])
        expect(await rawCount()).toBe(0)
        await warehouse.execute([swap])
        expect(await rawCount()).toBe(0)
      }
    })

    it('types rows that arrive while others are typed', async () => {
      await sync(catalogOf('append', 'string'), [1])
      await sync(catalogOf('append', 'string', true), [2])
      const stream = streamOf(catalogOf('append', 'string'))
      const [transaction = []] = generator.updateFinalTable(stream, 'populated')
      const slow = transaction.flatMap((statement) => [statement, sql`SELECT SLEEP(0.5)`])
      const [row] = await query('SELECT * FROM airbyte_internal.shop_raw__stream_users LIMIT 1')
      const arriving = new Promise((resolve) => setTimeout(resolve, 250)).then(() =>
        query(
          'INSERT INTO airbyte_internal.shop_raw__stream_users SELECT UUID(), _airbyte_extracted_at, NULL, ' +
            '\'{"id":3}\', _airbyte_meta, _airbyte_generation_id FROM (SELECT * FROM airbyte_internal.shop_raw__stream_users LIMIT 1) AS one',
        ),
      )
      expect(row).toBeDefined()
      await warehouse.execute([slow])
      await arriving
      await sync(catalogOf('append', 'string'), [4])
      expect(await finalIds()).toEqual([1, 2, 3, 4])
    })

    it('keeps refused records with all their characters', async () => {
      const stream = streamOf(catalogOf('append', 'string'))
      const rejects = generator.rejectsTable(stream)
      await warehouse.execute([[sql`CREATE DATABASE airbyte_internal`], ...rejects.create()])
      const row = {
        rawId: '0192c2c8-0000-7000-8000-000000000001',
        extractedAt: '2024-01-01T00:00:00Z',
        reason: '“too deep”',
        data: '{"v":"😀 Ж 中"}',
        dataBytes: 20,
        changes: undefined,
        syncId: 1n,
        generationId: 1n,
      }
      await warehouse.execute([rejects.insert([row])])
      const [found] = await warehouse.query(
        rejects.selectPage({ minimumGenerationId: 0n, after: undefined, rows: 1 }),
      )
      expect(found).toMatchObject({ _airbyte_data: row.data, _airbyte_reason: row.reason })
    })
  },
)

type Mode = 'append' | 'append_dedup'

function catalogOf(mode: Mode, type: 'string' | 'integer', isRawOnly = false) {
  const properties = { id: { type: 'integer' }, v: { type } }
  const stream = { ...users, json_schema: { type: 'object', properties } }
  return {
    isRawOnly,
    streams: [
      {
        stream,
        sync_mode: 'incremental',
        destination_sync_mode: mode,
        ...(mode === 'append_dedup' && { primary_key: [['id']] }),
        generation_id: 1,
        minimum_generation_id: 0,
        sync_id: 1,
      },
    ],
  }
}

type TestCatalog = ReturnType<typeof catalogOf>

function streamOf(catalog: TestCatalog): StreamConfig {
  const [stream] = destination.plan(config, parseCatalog(JSON.stringify(catalog))).streams
  if (stream === undefined) throw new Error('the catalog has no stream')
  return stream
}

async function sync({ isRawOnly, ...catalog }: TestCatalog, ids: readonly number[]): Promise<void> {
  const run = await runWriteCommand(destination, {
    config: { ...config, disable_type_dedupe: isRawOnly },
    catalog,
    input: [...ids.map((id) => recordLine(users, { id, v: `${id}` })), statusLine(users)],
  })
  expect(run.errorMessage).toBeUndefined()
}

/** Runs statements as the beginning of a transaction that then fails. */
async function breakOff(statements: readonly ReturnType<typeof sql>[]): Promise<void> {
  const failure = sql`SIGNAL SQLSTATE '45000'`
  expect(await caught(() => warehouse.execute([[...statements, failure]]))).toMatchObject({
    code: 'STATEMENT_FAILED',
    message: expect.stringContaining('SIGNAL'),
  })
}

async function finalIds(): Promise<readonly number[]> {
  return (await query('SELECT id FROM Shop.Users ORDER BY id')).map(({ id }) => Number(id))
}

async function rawCount(): Promise<number> {
  const [row] = await query('SELECT COUNT(*) AS count FROM airbyte_internal.shop_raw__stream_users')
  return Number(row?.count)
}

async function query(statement: string): Promise<readonly RowDataPacket[]> {
  const connection = await createConnection({ host: server.host, port: server.port, user: 'root' })
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement)
    return rows
  } finally {
    await connection.end()
  }
}
