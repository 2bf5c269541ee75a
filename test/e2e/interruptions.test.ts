import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import split2 from 'split2'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../support/postgres-database.ts'
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

async function setUp() {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const { config = '', catalog: catalogPath = '' } = writeFiles({ config: database.config, catalog })
  return { database, argv: ['write', '--config', config, '--catalog', catalogPath] }
}

const filler = 'x'.repeat(300)
const record = (id: number) => recordLine(users, { id, text: filler })

describe('destination-postgres, interrupted', () => {
  it('releases a state on a slow source while the source is still running', async () => {
    const { argv } = await setUp()
    const child = spawnConnector('postgres', argv, { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.2' })
    const lines = child.stdout.pipe(split2())
    child.stdin.write(`${record(1)}\n${stateLine(users, 1, 1)}\n`)
    for await (const line of lines) if (line.includes('"STATE"')) break
    const done = collectOutput(child)
    child.stdin.end(`${statusLine(users)}\n`)
    expect((await done).exitCode).toBe(0)
  })

  it('waits for a reader that is slow to take its states, and loses none', async () => {
    const { argv } = await setUp()
    const child = spawnConnector('postgres', argv)
    child.stdout.pause()
    const padding = 'p'.repeat(20_000)
    for (let id = 1; id <= 100; id += 1) {
      const state = stateLine(users, id, 1).replace('"position"', `"padding":"${padding}","position"`)
      child.stdin.write(`${record(id)}\n${state}\n`)
    }
    child.stdin.end(`${statusLine(users)}\n`)
    await sleep(1500)
    const run = await collectOutput(child)
    expect(run.exitCode).toBe(0)
    expect(run.stateLines.map((line) => JSON.parse(line).state.id)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    )
  })

  it('SIGTERM ends it with code 1 and a transient error; the next sync completes the work', async () => {
    const { argv, database } = await setUp()
    const child = spawnConnector('postgres', argv, { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.1' })
    const done = collectOutput(child)
    const firstState = waitForOutput(child, '"STATE"')
    child.stdin.write(`${record(1)}\n${stateLine(users, 1, 1)}\n`)
    await firstState
    child.kill('SIGTERM')
    const run = await done
    expect(run.exitCode).toBe(1)
    expect(run.errorMessage).toContain('SIGTERM')
    expect(run.stateLines).toHaveLength(1)
    const second = await runConnector('postgres', argv, [
      record(2),
      stateLine(users, 2, 1),
      statusLine(users),
    ])
    expect(second.exitCode).toBe(0)
    const rows = await database.query('SELECT id FROM app.users ORDER BY id')
    expect(rows).toEqual([{ id: '1' }, { id: '2' }])
  })

  it('SIGKILL loses nothing that a state has acknowledged', async () => {
    const { argv, database } = await setUp()
    const child = spawnConnector('postgres', argv, {
      LANDFALL_FLUSH_INTERVAL_SECONDS: '0.1',
      LANDFALL_MEMORY_BUDGET_MB: '8',
    })
    const acknowledged: number[] = []
    const said: string[] = []
    const lines = child.stdout.pipe(split2())
    lines.on('data', (line: string) => {
      const message = JSON.parse(line)
      if (message.type === 'STATE') acknowledged.push(message.state.id)
      else said.push(line)
    })
    child.stderr.on('data', (text: Buffer) => said.push(text.toString()))
    const closed = once(child, 'close')
    for (let id = 1; id <= 200_000 && acknowledged.length < 5; id += 1) {
      child.stdin.write(`${record(id)}\n`)
      if (id % 1000 === 0 && !child.stdin.write(`${stateLine(users, id, 1000)}\n`))
        await Promise.race([once(child.stdin, 'drain').catch(() => undefined), closed])
    }
    while (acknowledged.length === 0 && child.exitCode === null) await sleep(20)
    expect([child.exitCode, child.signalCode], said.join('\n')).toEqual([null, null])
    child.kill('SIGKILL')
    await closed
    const resumeFrom = acknowledged.at(-1) ?? 0
    const rest = Array.from({ length: 2000 }, (_, index) => record(resumeFrom + 1 + index))
    const run = await runConnector('postgres', argv, [...rest, stateLine(users, 1, 2000), statusLine(users)])
    expect(run.errorMessage).toBeUndefined()
    const [counts] = await database.query(
      `SELECT count(*) AS rows, count(DISTINCT id) AS ids, count(*) FILTER (WHERE id <= ${resumeFrom + 2000}) AS expected FROM app.users`,
    )
    expect(counts?.rows).toBe(counts?.ids)
    expect(counts?.expected).toBe(String(resumeFrom + 2000))
  })

  it('stops when its standard output is closed', async () => {
    const { argv } = await setUp()
    const child = spawnConnector('postgres', argv, { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.1' })
    child.stdout.destroy()
    child.stdin.write(`${record(1)}\n${stateLine(users, 1, 1)}\n`)
    const [code] = await once(child, 'close')
    expect(code).toBe(1)
  })
})
