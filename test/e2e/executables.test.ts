import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../support/postgres-database.ts'
import { runConnector, writeFiles } from '../support/spawn-connector.ts'

const users = { name: 'users', namespace: 'app' }
const catalog = {
  streams: [
    {
      stream: {
        ...users,
        json_schema: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } },
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

async function duckDbConfig(): Promise<{ destination_path: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-e2e-duckdb-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return { destination_path: join(directory, 'e2e.duckdb') }
}

async function postgresConfig(): Promise<{ readonly [key: string]: unknown }> {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  return database.config
}

const destinations = [
  { name: 'duckdb', createConfig: duckDbConfig },
  { name: 'postgres', createConfig: postgresConfig },
]

describe.each(destinations)('destination-$name as a process', ({ name, createConfig }) => {
  it.each(['spec', '--spec'])('%s prints one SPEC and nothing else', async (command) => {
    const run = await runConnector(name, [command])
    const spec = JSON.parse(
      readFileSync(new URL(`../../destinations/${name}/spec.json`, import.meta.url), 'utf8'),
    )
    expect(run).toMatchObject({ exitCode: 0, stderr: '', messages: [{ type: 'SPEC', spec }] })
  })

  it('check answers and leaves with code 0', async () => {
    const { config = '' } = writeFiles({ config: await createConfig() })
    const run = await runConnector(name, ['check', '--config', config])
    expect(run.exitCode).toBe(0)
    expect(run.messages.filter(({ type }) => type !== 'LOG')).toEqual([
      { type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } },
    ])
  })

  it.each([
    ['write', '--config', '--catalog'],
    ['--write', '--config', '--catalog'],
  ])('%s takes a sync from stdin to its end', async (command, configFlag, catalogFlag) => {
    const { config = '', catalog: catalogPath = '' } = writeFiles({ config: await createConfig(), catalog })
    const argv = [command, configFlag, config, `${catalogFlag}=${catalogPath}`, '--state', '/nowhere']
    const records = Array.from({ length: 5000 }, (_, id) =>
      recordLine(users, { id: id % 4000, name: `user ${id}` }),
    )
    const run = await runConnector(name, argv, [...records, stateLine(users, 7, 5000), statusLine(users)])
    expect(run.errorMessage).toBeUndefined()
    expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    expect(run.stateLines).toEqual([
      `${stateLine(users, 7, 5000).slice(0, -2)},"destinationStats":{"recordCount":5000}}}`,
    ])
  })

  it('--help is for people', async () => {
    const { stdout } = await runHelp(name)
    expect(stdout).toContain(`destination-${name} write --config <file> --catalog <file> < messages.jsonl`)
  })
})

async function runHelp(name: string) {
  const { spawnSync } = await import('node:child_process')
  return spawnSync(
    process.execPath,
    [new URL(`../../bin/destination-${name}.js`, import.meta.url).pathname, '--help'],
    {
      encoding: 'utf8',
    },
  )
}
