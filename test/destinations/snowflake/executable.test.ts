import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CaseStream, recordLine, stateLine, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import { SnowflakeDouble } from '../../support/snowflake-double/server.ts'
import { runConnector, writeFiles } from '../../support/spawn-connector.ts'

const users: CaseStream = {
  name: 'users',
  namespace: 'shop',
  properties: { id: { type: 'integer' } },
  mode: 'append',
  generation: [1, 0],
}

const catalog = {
  streams: [
    {
      stream: {
        name: 'users',
        namespace: 'shop',
        json_schema: { type: 'object', properties: users.properties },
      },
      sync_mode: 'incremental',
      destination_sync_mode: 'append',
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}

it('prints nothing but messages, and leaves no file of the driver', async () => {
  await using double = await SnowflakeDouble.start()
  const home = mkdtempSync(join(tmpdir(), 'landfall-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const before = new Set(readdirSync('.'))
  const paths = writeFiles({ config: double.config, catalog })
  const lines = [
    ...Array.from({ length: 50 }, (_, id) => recordLine(users, { id })),
    stateLine(users, 1, 50),
    statusLine(users),
  ]
  const argv = ['write', '--config', paths.config ?? '', '--catalog', paths.catalog ?? '']
  // Whatever the driver has to say about a busy server must not get into the output either.
  let busy = 1
  double.onQuery = (text) => (text.startsWith('COPY') && busy-- > 0 ? 'unavailable' : undefined)
  const run = await runConnector('snowflake', argv, lines, { HOME: home, LOG_LEVEL: 'DEBUG' })
  expect(run.exitCode, run.stdout + run.stderr).toBe(0)
  expect(run.stateLines).toHaveLength(1)
  expect(run.stderr).toBe('')
  expect(await double.engine.readTable('SHOP', 'USERS')).toHaveLength(50)
  expect(double.openSessions).toBe(0)
  expect(readdirSync('.').filter((name) => !before.has(name))).toEqual([])
  expect(readdirSync(home, { recursive: true }).filter((name) => /log/i.test(String(name)))).toEqual([])
})

it('has its specification without the driver', async () => {
  const run = await runConnector('snowflake', ['spec'], [], { NODE_OPTIONS: '' })
  expect(run.exitCode).toBe(0)
  expect(run.messages[0]).toMatchObject({ type: 'SPEC' })
})
