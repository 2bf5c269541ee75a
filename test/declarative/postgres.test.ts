import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SqlDestination } from 'landfall/sdk'
import {
  recordLine,
  runCheckCommand,
  runWriteCommand,
  stateLine,
  statusLine,
  testDestination,
} from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresNaming } from '../../destinations/postgres/naming.ts'
import {
  createDeclarativeDestination,
  loadDeclarativeDestination,
} from '../../src/declarative/create-destination.ts'
import type { Manifest, PostgresWriter } from '../../src/declarative/manifest.ts'
import { readManifest } from '../../src/declarative/read-manifest.ts'
import { openTargetIn } from '../destinations/postgres/target.ts'
import { runKit } from '../devkit/run-kit.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres-database.ts'
import { type SshServer, startSshServer, whyNoSshServer } from '../support/ssh-server.ts'

const path = join(
  fileURLToPath(new URL('../../', import.meta.url)),
  'examples/declarative/postgres-relative.yaml',
)

testDestination({
  name: 'a relative of PostgreSQL by manifest',
  open: async () => {
    const destination = await loadDeclarativeDestination(path)
    if (!(destination instanceof SqlDestination))
      throw new Error('the manifest is not one of a SQL destination')
    const database = await createTestDatabase()
    return { ...openTargetIn(database), destination, config: configOf(database) }
  },
})

describe('a relative of PostgreSQL', () => {
  const users = { name: 'Users_with_a_name_that_is_rather_long_for_such_a_server', namespace: 'shop' }
  const catalog = {
    streams: [
      {
        stream: {
          ...users,
          json_schema: { type: 'object', properties: { id: { type: 'integer' }, day: { type: 'string' } } },
        },
        sync_mode: 'incremental',
        destination_sync_mode: 'append_dedup',
        primary_key: [['id']],
        cursor_field: ['id'],
        generation_id: 1,
        minimum_generation_id: 0,
        sync_id: 1,
      },
    ],
  }
  const input = [
    recordLine(users, { id: 1, day: 'Mon' }),
    recordLine(users, { id: 2, day: 'Tue' }),
    recordLine(users, { id: 'two' }),
    stateLine(users, 1, 3),
    statusLine(users),
  ]
  let database: TestDatabase
  let manifest: Manifest & { readonly write: PostgresWriter }

  beforeAll(async () => {
    database = await createTestDatabase()
    const read = await readManifest(path)
    const { write } = read
    if (write.type !== 'SqlWriter' || write.driver !== 'pg') throw new Error('the example is of another kind')
    manifest = { ...read, write }
  })
  afterAll(() => database[Symbol.asyncDispose]())

  async function sync(changes: Partial<PostgresWriter>) {
    const destination = await createDeclarativeDestination({
      ...manifest,
      write: { ...manifest.write, ...changes },
    })
    return runWriteCommand(destination, { config: configOf(database), catalog, input })
  }

  it('loads by COPY where the manifest gives no statement', async () => {
    const { load: _, ...write } = manifest.write
    const destination = await createDeclarativeDestination({ ...manifest, write })
    const run = await runWriteCommand(destination, { config: configOf(database), catalog, input })
    expect(run.errorMessage).toBeUndefined()
    expect(run.stateLines).toHaveLength(1)
    const { name } = users
    expect(
      await database.query(`SELECT id, day FROM shop."${name}" WHERE id IS NOT NULL ORDER BY id`),
    ).toEqual([
      { id: '1', day: 'Mon' },
      { id: '2', day: 'Tue' },
    ])
  })

  it('keeps names within a shorter limit, those of the tables beside the raw table, too', async () => {
    const dialect = {
      base: 'postgres',
      naming: { maximum_length: 50, case_sensitive_columns: false },
      casts: { string: 'upper({{ text }})' },
    } as const
    const run = await sync({ dialect })
    expect(run.errorMessage).toBeUndefined()
    const tables = await database.query(
      "SELECT schemaname || '.' || tablename AS name, length(tablename) AS length FROM pg_tables WHERE tablename ~* '^(shop_raw_|users)' AND length(tablename) <= 50",
    )
    const [final] = tables.filter(({ name }) => name?.startsWith('shop.'))
    const [schema, table] = final?.name?.split('.') ?? []
    expect(await database.query(`SELECT day FROM "${schema}"."${table}" WHERE id = 1`)).toEqual([
      { day: 'MON' },
    ])
    expect(tables.map(({ name }) => name)).toContainEqual(expect.stringMatching(/_airbyte_untyped$/))
  })

  it('keeps raw tables apart whose names begin alike, within a shorter limit', () => {
    const { rawName } = createPostgresNaming({ maximumLength: 50 })
    const names = ['items', 'lines'].map((name) => rawName(`public_raw__stream_invoice_${name}`))
    expect(new Set(names).size).toBe(2)
    for (const name of names) expect(`${name}_airbyte_tmp_airbyte_untyped`.length).toBeLessThanOrEqual(50)
    expect(rawName('a_raw__stream_b')).toBe('a_raw__stream_b')
  })

  it('landfall grants and landfall rejects take the path of the manifest', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'landfall-manifest-'))
    const files = ['--config', join(folder, 'config.json'), '--catalog', join(folder, 'catalog.json')]
    try {
      await writeFile(join(folder, 'config.json'), JSON.stringify(configOf(database)))
      await writeFile(join(folder, 'catalog.json'), JSON.stringify(catalog))
      const grants = await runKit(['grants', path, ...files.slice(0, 2)])
      expect(grants).toMatchObject({ exitCode: 0, stderr: '' })
      expect(grants.stdout).toContain(`ON DATABASE "${database.name}"`)
      const rejects = await runKit(['rejects', 'list', path, ...files])
      expect(rejects).toMatchObject({ exitCode: 0, stderr: '' })
      expect(rejects.stdout).toContain(users.name)
      const unknown = await runKit(['grants', 'postgre', ...files.slice(0, 2)])
      expect(unknown).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('path of a manifest.yaml'),
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('begins each session with the statements of the manifest, and says which one fails', async () => {
    const run = await sync({ session: ['SET landfall_nonsense = 1'] })
    expect(run.errorMessage).toContain('landfall_nonsense')
  })

  it.skipIf(whyNoSshServer !== undefined)(`loads and types through an SSH tunnel${noSsh}`, async () => {
    const ssh = await startSshServer()
    const destination = await loadDeclarativeDestination(path)
    const config = { ...configOf(database), ...tunnelThrough(ssh) }
    const throughTunnel = { name: 'through_tunnel', namespace: 'shop' }
    const [entry] = catalog.streams
    const streams = [{ ...entry, stream: { ...entry?.stream, ...throughTunnel } }]
    const lines = [
      recordLine(throughTunnel, { id: 1, day: 'Mon' }),
      stateLine(throughTunnel, 1, 1),
      statusLine(throughTunnel),
    ]
    const run = await runWriteCommand(destination, { config, catalog: { streams }, input: lines })
    expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
    expect(ssh.connectionCount()).toBe(1)
    expect(await database.query('SELECT id, day FROM shop.through_tunnel')).toEqual([{ id: '1', day: 'Mon' }])
    await expect.poll(() => ssh.openConnectionCount()).toBe(0)
    const refused = await runCheckCommand(destination, {
      ...config,
      ...tunnelThrough(ssh, { tunnel_user: 'nobody' }),
    })
    expect(JSON.stringify(refused.messages.at(-1))).toContain('stage SSH login. The SSH server at')
    await ssh.stop()
  })

  it.each([
    [{ password: 'wrong-pa55' }, 'assword'],
    [{ database: 'nowhere' }, 'nowhere'],
    [{ port: 1 }, 'port'],
    [{ ssl_mode: 'require' }, 'TLS'],
    [{ host: undefined }, '`host`: is missing'],
  ])('check says what to do: %j', async (changes, message) => {
    const config = { ...configOf(database), ...changes }
    const run = await runCheckCommand(await loadDeclarativeDestination(path), config)
    expect(run.messages.at(-1)).toMatchObject({
      connectionStatus: { status: 'FAILED', message: expect.stringContaining(message) },
    })
    expect(run.stdout).not.toContain('wrong-pa55')
  })
})

const noSsh = whyNoSshServer === undefined ? '' : ` (skipped: ${whyNoSshServer})`

function tunnelThrough({ host, port, user, keys }: SshServer, changes: object = {}) {
  const jumpServer = { tunnel_host: host, tunnel_port: port, tunnel_user: user, ssh_key: keys.ed25519 }
  return { tunnel_method: { tunnel_method: 'SSH_KEY_AUTH', ...jumpServer, ...changes } }
}

/** The platform's configuration of the test, in the fields of the example. */
function configOf({ config }: TestDatabase): { readonly [key: string]: unknown } {
  const { host, port, database, username, password } = config
  return { host, port, database, username, password, ssl_mode: 'disable' }
}
