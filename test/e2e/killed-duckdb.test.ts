import { readdirSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import {
  collectOutput,
  runConnector,
  spawnConnector,
  waitForOutput,
  writeFiles,
} from '../support/spawn-connector.ts'

const users = { name: 'users', namespace: 'app' }

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

it('destination-duckdb removes what a killed sync left in the folder for temporary files, and only that', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-killed-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const env = { TMPDIR: folder, LANDFALL_FLUSH_INTERVAL_SECONDS: '0.1' }
  const argvFor = (name: string) => {
    const files = writeFiles({ config: { destination_path: join(folder, `${name}.duckdb`) }, catalog })
    return ['write', '--config', files.config ?? '', '--catalog', files.catalog ?? '']
  }
  const spools = () => readdirSync(folder).filter((name) => name.startsWith('landfall-duckdb-'))
  const killed = argvFor('one')
  const input = [recordLine(users, { id: 1 }), stateLine(users, 1, 1)]

  const child = spawnConnector('duckdb', killed, env)
  child.stdin.write(`${input.join('\n')}\n`)
  await waitForOutput(child, '"STATE"')
  const running = spools()
  expect(running).toHaveLength(1)
  // A sync of another database leaves the folder of the one that runs alone.
  expect((await runConnector('duckdb', argvFor('two'), [statusLine(users)], env)).exitCode).toBe(0)
  expect(spools()).toEqual(running)
  const gone = collectOutput(child)
  child.kill('SIGKILL')
  await gone
  expect(spools()).toEqual(running)

  expect((await runConnector('duckdb', killed, [...input, statusLine(users)], env)).exitCode).toBe(0)
  expect(spools()).toEqual([])
})
