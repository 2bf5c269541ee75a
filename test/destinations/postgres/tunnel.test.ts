import { recordLine, runCheckCommand, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import destination from '../../../destinations/postgres/index.ts'
import { createCertificate, exportKey } from '../../support/certificates.ts'
import { findFreePort } from '../../support/free-port.ts'
import { createDatabaseOn, createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { startPostgres } from '../../support/postgres-server.ts'
import { type SshServer, startSshServer, whyNoSshPassword, whyNoSshServer } from '../../support/ssh-server.ts'

const reason = whyNoSshServer === undefined ? '' : ` (skipped: ${whyNoSshServer})`

type Input = Parameters<typeof runWriteCommand>[1]['input']

const users = { name: 'users', namespace: 'app' }

const catalog = {
  streams: [
    {
      stream: {
        ...users,
        json_schema: { type: 'object', properties: { id: { type: 'integer' }, text: { type: 'string' } } },
      },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['id']],
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}

describe.skipIf(whyNoSshServer !== undefined)(`PostgreSQL through an SSH tunnel${reason}`, () => {
  let ssh: SshServer
  let database: TestDatabase

  beforeAll(async () => {
    ssh = await startSshServer()
    database = await createTestDatabase()
  })

  afterAll(async () => {
    await database?.[Symbol.asyncDispose]()
    await ssh?.stop()
  })

  const tunnelWith = (changes: object = {}) => ({
    tunnel_method: {
      tunnel_method: 'SSH_KEY_AUTH',
      tunnel_host: ssh.host,
      tunnel_port: ssh.port,
      tunnel_user: ssh.user,
      ssh_key: ssh.keys.ed25519,
      ...changes,
    },
  })

  const configWith = (changes: object = {}) => ({ ...database.config, ...tunnelWith(), ...changes })

  const answer = async (config: unknown) => {
    const { messages } = await runCheckCommand(destination, config)
    return JSON.stringify(messages.find(({ type }) => type === 'CONNECTION_STATUS')?.connectionStatus)
  }

  const ids = async () =>
    (await database.query('SELECT id FROM app.users ORDER BY id')).map(({ id }) => Number(id))

  it('check succeeds, and shows the fingerprint of the jump server', async () => {
    const { messages } = await runCheckCommand(destination, configWith())
    expect(messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
    expect(JSON.stringify(messages)).toContain(ssh.fingerprint)
    expect(JSON.stringify(messages)).not.toContain('PRIVATE KEY')
  })

  it.skipIf(whyNoSshPassword !== undefined)(
    'check succeeds with the password of the jump server',
    async () => {
      const { host, port, user, password } = ssh
      const method = {
        tunnel_method: 'SSH_PASSWORD_AUTH',
        tunnel_host: host,
        tunnel_port: port,
        tunnel_user: user,
        tunnel_user_password: password,
      }
      expect(await answer(configWith({ tunnel_method: method }))).toBe('{"status":"SUCCEEDED"}')
    },
  )

  it('a sync passes, over one SSH connection that is gone afterwards', async () => {
    const before = ssh.connectionCount()
    const input = [
      ...Array.from({ length: 5000 }, (_, id) => recordLine(users, { id, text: 'x'.repeat(500) })),
      stateLine(users, 1, 5000),
      statusLine(users),
    ]
    const run = await runWriteCommand(destination, { config: configWith(), catalog, input })
    expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
    expect(run.stateLines).toHaveLength(1)
    expect(ssh.connectionCount() - before).toBe(1)
    expect(await ids()).toEqual(Array.from({ length: 5000 }, (_, id) => id))
    await expect.poll(() => ssh.openConnectionCount()).toBe(0)
    await database.query('DROP SCHEMA app CASCADE; DROP SCHEMA airbyte_internal CASCADE')
  })

  it('TLS to the database is checked by the name of the database, not of the jump server', async () => {
    const authority = createCertificate({ name: 'Test Authority' })
    const server = createCertificate({ name: 'server', issuer: authority, hostName: 'localhost' })
    const client = createCertificate({ name: 'postgres', issuer: authority })
    const postgres = await startPostgres({
      settings: { ssl: 'on' },
      files: { 'server.crt': server.certificate, 'server.key': exportKey(server) },
    })
    {
      await using encrypted = await createDatabaseOn(postgres)
      const verified = {
        mode: 'verify-full',
        ca_certificate: authority.certificate,
        client_certificate: client.certificate,
        client_key: exportKey(client),
      }
      const config = { ...encrypted.config, ...tunnelWith(), ssl: true, ssl_mode: verified }
      expect(await answer({ ...config, host: 'localhost' })).toBe('{"status":"SUCCEEDED"}')
      expect(await answer(config)).toContain('stage TLS')
    }
    await postgres.stop()
  })

  it.each([
    {
      case: 'the login is refused',
      config: async () => configWith(tunnelWith({ tunnel_user: 'nobody' })),
      says: ['stage SSH login', 'refused the user `nobody`'],
    },
    {
      case: 'the host key is another',
      config: async () => configWith(tunnelWith({ tunnel_host_fingerprint: 'SHA256:x' })),
      says: ['stage SSH login', '`SHA256:x` is expected'],
    },
    {
      case: 'the jump server is unreachable',
      config: async () => configWith(tunnelWith({ tunnel_port: await findFreePort() })),
      says: ['stage TCP', '`tunnel_host` and `tunnel_port`'],
    },
    {
      case: 'the database is unreachable behind the tunnel',
      config: async () => configWith({ port: await findFreePort() }),
      says: ['stage port forward', 'as the SSH server sees them'],
    },
    {
      case: 'the password of the database is wrong',
      config: async () => configWith({ password: 'x-secret' }),
      says: ['stage database login', 'refused the password of the user `postgres`'],
    },
    {
      case: 'the database server has no TLS',
      config: async () => configWith({ ssl: true }),
      says: ['stage TLS', 'does not offer TLS'],
    },
  ])('check says at which stage it failed: $case', async ({ config, says }) => {
    const status = await answer(await config())
    expect(status).toContain('"FAILED"')
    for (const text of says) expect(status).toContain(text)
  })

  describe('that is cut during a sync', () => {
    afterEach(async () => {
      await database.query('DROP SCHEMA app CASCADE; DROP SCHEMA airbyte_internal CASCADE')
    })

    const sync = (input: Input, onOutput?: (text: string) => void) =>
      runWriteCommand(destination, {
        config: configWith(),
        catalog,
        input,
        env,
        ...(onOutput && { onOutput }),
      })

    /** Half of the records, a pause until their state is out, a cut, the other half. */
    const syncWithCut = (onCut: () => void) => {
      // Rows are there before the connector knows it: a cut in between would leave the first half without a state.
      const { promise: isFirstHalfStored, resolve } = Promise.withResolvers<void>()
      async function* interrupted() {
        yield* firstHalf
        await isFirstHalfStored
        onCut()
        yield* secondHalf
        yield statusLine(users)
      }
      return sync(interrupted(), (text) => {
        if (text.includes('"STATE"')) resolve()
      })
    }

    it('goes on over a new one, without a lost or a doubled row', async () => {
      const run = await syncWithCut(() => ssh.cut())
      expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
      expect(run.stateLines).toHaveLength(2)
      expect(await ids()).toEqual(allIds)
      expect(await rawCount()).toBe(allIds.length)
    })

    it('waits for a jump server that stays away for a while; the log names the stage', async () => {
      const run = await syncWithCut(() => {
        ssh.setOutOfReach(true)
        ssh.cut()
        setTimeout(() => ssh.setOutOfReach(false), 2000)
      })
      expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
      expect(await ids()).toEqual(allIds)
      expect(JSON.stringify(run.messages)).toMatch(/stage (TCP|SSH login)\..*Trying again/)
    })

    it('fails where another server answers then, and names the stage; the next sync completes', async () => {
      const other = await startSshServer()
      const run = await syncWithCut(() => {
        ssh.redirect(other.port)
        ssh.cut()
      })
      ssh.redirect(undefined)
      await other.stop()
      expect(run.exitCode).toBe(1)
      expect(run.errorMessage).toContain(`stage SSH login. The SSH server at`)
      expect(run.errorMessage).toContain(`shows the host key \`${other.fingerprint}\``)
      expect(run.stateLines).toHaveLength(1)
      const next = await sync([...secondHalf, statusLine(users)])
      expect(next).toMatchObject({ exitCode: 0, errorMessage: undefined })
      expect(await ids()).toEqual(allIds)
      expect(await rawCount()).toBe(allIds.length)
    })
  })

  const env = { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.2' }
  const allIds = Array.from({ length: 400 }, (_, id) => id)
  const record = (id: number) => recordLine(users, { id, text: 'x'.repeat(100) })
  const firstHalf = [...allIds.slice(0, 200).map(record), stateLine(users, 1, 200)]
  const secondHalf = [...allIds.slice(200).map(record), stateLine(users, 2, 200)]

  const rawCount = async () => {
    const [table] = await database.query(
      "SELECT to_regclass('airbyte_internal.app_raw__stream_users') AS name",
    )
    if (table?.name === null) return 0
    const [row] = await database.query('SELECT count(*) AS n FROM airbyte_internal.app_raw__stream_users')
    return Number(row?.n)
  }
})
