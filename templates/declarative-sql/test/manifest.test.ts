import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadDeclarativeDestination } from 'landfall'
import { SqlDestination, type TableName } from 'landfall/sdk'
import { type ConformanceTarget, runCheckCommand, type TextRow, testDestination } from 'landfall/testing'
import pg from 'pg'
import { expect, it } from 'vitest'

const folder = join(import.meta.dirname, '..')
const configPath = join(folder, 'secrets', 'config.json')
const destination = await loadDeclarativeDestination(join(folder, 'manifest.yaml'))

type Config = {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
}

it('has a specification', () => {
  expect(destination.spec().supported_destination_sync_modes).toContain('append_dedup')
})

it('check says which field is wrong where no server answers', async () => {
  const config = { host: '127.0.0.1', port: 1, username: 'writer', database: 'warehouse' }
  const { messages } = await runCheckCommand(destination, config)
  const message = expect.stringContaining('`port`')
  expect(messages.at(-1)).toMatchObject({ connectionStatus: { status: 'FAILED', message } })
})

// TODO(landfall): Write secrets/config.json, for a server where the user may create databases; the suite then runs.
const suite = { name: 'Example', open: openTarget }
if (existsSync(configPath)) testDestination(suite)
else it.skip('conforms (not tried: there is no secrets/config.json)', () => {})

/** A database of the test's own, on the server of the configuration. */
async function openTarget(): Promise<ConformanceTarget> {
  if (!(destination instanceof SqlDestination)) throw new Error('The manifest has no SqlWriter.')
  const config = JSON.parse(readFileSync(configPath, 'utf8'))
  const database = `landfall_test_${randomBytes(6).toString('hex')}`
  await query(config, config.database, `CREATE DATABASE ${database}`)
  return {
    destination,
    config: { ...config, database },
    readRows: (table) => readRows(config, database, table),
    [Symbol.asyncDispose]: async () => {
      await query(config, config.database, `DROP DATABASE ${database} WITH (FORCE)`)
    },
  }
}

async function readRows(
  config: Config,
  database: string,
  { namespace, name }: TableName,
): Promise<readonly TextRow[] | undefined> {
  const table = `${pg.escapeIdentifier(namespace)}.${pg.escapeIdentifier(name)}`
  const [found] = await query(
    config,
    database,
    `SELECT to_regclass(${pg.escapeLiteral(table)}) IS NOT NULL AS is_there`,
  )
  return found?.is_there === 't' ? query(config, database, `SELECT * FROM ${table}`) : undefined
}

/** Every value as the server's text, so that nothing is rounded. */
async function query(
  { host, port, username, password }: Config,
  database: string,
  statement: string,
): Promise<readonly TextRow[]> {
  const client = new pg.Client({
    host,
    port,
    user: username,
    password,
    database,
    types: { getTypeParser: () => (text: string) => text },
  })
  await client.connect()
  try {
    await client.query("SET TimeZone = 'UTC'")
    return (await client.query<TextRow>(statement)).rows
  } finally {
    await client.end()
  }
}
