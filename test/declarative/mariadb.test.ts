import {
  recordLine,
  runCheckCommand,
  runWriteCommand,
  stateLine,
  statusLine,
  testDestination,
} from 'landfall/testing'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadDeclarativeDestination } from '../../src/declarative/create-destination.ts'
import { type MariadbServer, startMariadb, whyNoMariadb } from '../support/mariadb-server.ts'
import { exponentCases } from '../support/nine-decimals.ts'
import { manifest, openMariadbTarget } from './mariadb-target.ts'

let server: MariadbServer

describe.skipIf(whyNoMariadb !== undefined)(
  `a manifest for MariaDB${whyNoMariadb ? ` (${whyNoMariadb})` : ''}`,
  () => {
    beforeAll(async () => {
      server = await startMariadb(['--max-allowed-packet=64M'])
    })
    afterAll(() => server?.[Symbol.asyncDispose]())

    testDestination({
      name: 'MariaDB by manifest',
      open: () => openMariadbTarget(server),
      lacks: { zoned_times: 'MariaDB has no type for times with a timezone' },
    })
  },
)

describe.skipIf(whyNoMariadb !== undefined)('errors of MariaDB', () => {
  let own: MariadbServer
  let config: { readonly [name: string]: unknown }

  beforeAll(async () => {
    own = await startMariadb(['--max-allowed-packet=2M'])
    await query(own, 'CREATE DATABASE warehouse')
    await query(own, "CREATE USER reader IDENTIFIED BY 'pa55'")
    await query(own, 'GRANT SELECT ON *.* TO reader')
    config = { host: own.host, port: own.port, username: 'root', database: 'warehouse', ssl_mode: 'disable' }
  })
  afterAll(() => own?.[Symbol.asyncDispose]())

  it.each([
    [{ username: 'nobody' }, 'the user name or the password was refused'],
    [{ database: 'nowhere' }, 'check `database`'],
    [{ port: 1 }, 'Nothing accepts connections'],
    [{ username: 'reader', password: 'pa55' }, 'the user may not do that'],
    [{ ssl_mode: 'require' }, 'the server has no TLS'],
  ])('check says what to do: %j', async (changes, message) => {
    const run = await runCheckCommand(await loadDeclarativeDestination(manifest), { ...config, ...changes })
    expect(run.messages.at(-1)).toMatchObject({
      connectionStatus: { status: 'FAILED', message: expect.stringContaining(message) },
    })
    expect(run.stdout).not.toContain('pa55')
  })

  const users = { name: 'users', namespace: 'shop' }
  const catalog = {
    streams: [
      {
        stream: { ...users, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
        sync_mode: 'incremental',
        destination_sync_mode: 'append',
        generation_id: 1,
        minimum_generation_id: 0,
        sync_id: 1,
      },
    ],
  }

  it('loses and doubles nothing when connections are cut', async () => {
    const destination = await loadDeclarativeDestination(manifest)
    const count = 3000
    async function* lines() {
      for (let id = 0; id < count; id += 1) {
        yield recordLine(users, { id, text: 'x'.repeat(1000) })
        if (id % 500 === 499) {
          yield stateLine(users, id, 500)
          await cutOthers(own)
        }
        // Some records after a cut: the next load has taken the lock again.
        if (id === 2400) await vi.waitFor(() => expectLock(own), { timeout: 15_000, interval: 100 })
      }
      yield statusLine(users)
    }
    const env = { LANDFALL_MEMORY_BUDGET_MB: '1', LANDFALL_FLUSH_INTERVAL_SECONDS: '1' }
    const run = await runWriteCommand(destination, { config, catalog, input: lines(), env })
    expect(run.errorMessage).toBeUndefined()
    const [row] = await query(own, 'SELECT COUNT(*) AS `rows`, COUNT(DISTINCT id) AS ids FROM shop.users')
    expect(row).toMatchObject({ rows: count, ids: count })
  })

  it('refuses a stream whose rows would not fit, and takes the widest that fits', async () => {
    const destination = await loadDeclarativeDestination(manifest)
    const write = (name: string, count: number) => {
      const names = Array.from({ length: count }, (_, index) => `text_${index}`)
      const properties = Object.fromEntries(names.map((key) => [key, { type: 'string' }]))
      const wide = { name, namespace: 'shop' }
      const streams = catalog.streams.map((entry) => ({
        ...entry,
        stream: { ...wide, json_schema: { type: 'object', properties } },
        destination_sync_mode: 'append_dedup',
        primary_key: [['text_0']],
      }))
      const record = (fill: string) =>
        Object.fromEntries(names.map((key, index) => [key, index === 0 ? fill : fill.repeat(40)]))
      const input = [recordLine(wide, record('a')), recordLine(wide, record('b')), statusLine(wide)]
      return runWriteCommand(destination, { config, catalog: { streams }, input })
    }
    expect((await write('fits', 190)).errorMessage).toBeUndefined()
    expect((await write('fits', 190)).errorMessage).toBeUndefined()
    expect(await query(own, 'SELECT COUNT(*) AS count FROM shop.fits')).toEqual([{ count: 2 }])
    const refused = await write('wide', 210)
    expect(refused.errorMessage).toMatch(
      /`shop\.wide` has 210 fields, 210 of them texts.*Select fewer fields/s,
    )
  })

  it('takes an exponent for a shift of the point, to the last digit', async () => {
    const destination = await loadDeclarativeDestination(manifest)
    const numbers = { name: 'numbers', namespace: 'shop' }
    const properties = { id: { type: 'integer' }, v: { type: 'number' } }
    const streams = catalog.streams.map((entry) => ({
      ...entry,
      stream: { ...numbers, json_schema: { type: 'object', properties } },
    }))
    const tooLarge = { text: '99999999999999999999999999999.9999999995', value: undefined }
    const cases = [...exponentCases(500), tooLarge]
    const input = cases.map(({ text }, id) =>
      recordLine(numbers, { id, v: 'v' }).replace('"v":"v"', `"v":${text}`),
    )
    const run = await runWriteCommand(destination, {
      config,
      catalog: { streams },
      input: [...input, statusLine(numbers)],
    })
    expect(run.errorMessage).toBeUndefined()
    const rows = await query(own, 'SELECT CAST(v AS CHAR) AS v FROM shop.numbers ORDER BY id')
    expect(rows.map(({ v }, index) => [cases[index]?.text, v])).toEqual(
      cases.map(({ text, value }) => [text, value ?? null]),
    )
  })

  it('keeps a record that the server does not take, and goes on', async () => {
    const destination = await loadDeclarativeDestination(manifest)
    const long = { name: 'long', namespace: 'shop' }
    const streams = catalog.streams.map((entry) => ({ ...entry, stream: { ...entry.stream, ...long } }))
    const input = [
      recordLine(long, { id: 1 }),
      recordLine(long, { id: 2, text: 'x'.repeat(3_000_000) }),
      recordLine(long, { id: 3 }),
      stateLine(long, 1, 3),
      statusLine(long),
    ]
    const run = await runWriteCommand(destination, { config, catalog: { streams }, input })
    expect(run.errorMessage).toBeUndefined()
    const rows = await query(own, 'SELECT id FROM shop.long ORDER BY id')
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining([1, 3]))
  })
})

async function query(server: MariadbServer, statement: string): Promise<readonly RowDataPacket[]> {
  const connection = await createConnection({ host: server.host, port: server.port, user: 'root' })
  const [rows] = await connection.query<RowDataPacket[]>(statement)
  await connection.end()
  return rows
}

async function expectLock(server: MariadbServer): Promise<void> {
  const lock = "SHA1('landfall:airbyte_internal.shop_raw__stream_users')"
  const [row] = await query(server, `SELECT IS_USED_LOCK(${lock}) AS holder`)
  expect(row?.holder).not.toBeNull()
}

/** Ends every other connection to the server, whatever it is doing. */
async function cutOthers(server: MariadbServer): Promise<void> {
  const processes = await query(
    server,
    'SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()',
  )
  for (const { id } of processes) await query(server, `KILL ${id}`).catch(() => [])
}
