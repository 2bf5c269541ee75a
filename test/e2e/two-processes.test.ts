import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../support/postgres-database.ts'
import { collectOutput, spawnConnector, waitForOutput, writeFiles } from '../support/spawn-connector.ts'

const users = { name: 'users', namespace: 'app' }

const catalog = {
  streams: [
    {
      stream: {
        ...users,
        json_schema: { type: 'object', properties: { id: { type: 'integer' }, run: { type: 'string' } } },
      },
      sync_mode: 'full_refresh',
      destination_sync_mode: 'overwrite',
      generation_id: 1,
      minimum_generation_id: 1,
      sync_id: 1,
    },
  ],
}

const env = { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.1', LOG_LEVEL: 'DEBUG' }
const ids = Array.from({ length: 200 }, (_, id) => id)
const halves = [ids.slice(0, 100), ids.slice(100)]
const linesOf = (run: string, part: readonly number[]) =>
  part.map((id) => `${recordLine(users, { id, run })}\n`).join('')

describe('two processes of destination-postgres that sync the same connection', () => {
  it.each([
    { title: 'the first one ends well', signal: undefined, firstExit: 0 },
    { title: 'the first one is killed', signal: 'SIGKILL' as const, firstExit: -1 },
  ])('the second waits for the first and writes after it, where $title', async ({ signal, firstExit }) => {
    const database = await createTestDatabase()
    onTestFinished(() => database[Symbol.asyncDispose]())
    const files = writeFiles({ config: database.config, catalog })
    const argv = ['write', '--config', files.config ?? '', '--catalog', files.catalog ?? '']

    const first = spawnConnector('postgres', argv, env)
    const firstDone = collectOutput(first)
    first.stdin.write(`${linesOf('first', halves[0] ?? [])}${stateLine(users, 1, 100)}\n`)
    await waitForOutput(first, '"STATE"')

    const second = spawnConnector('postgres', argv, env)
    const secondDone = collectOutput(second)
    second.stdin.write(linesOf('second', ids))
    await waitForOutput(second, 'Waiting for another sync')
    // It has not touched what the first one writes.
    const [count] = await database.query(
      `SELECT count(*) AS rows FROM airbyte_internal.app_raw__stream_users WHERE _airbyte_data ->> 'run' = 'second'`,
    )
    expect(count?.rows).toBe('0')

    if (signal === undefined) first.stdin.write(linesOf('first', halves[1] ?? []))
    if (signal === undefined) first.stdin.end(`${statusLine(users)}\n`)
    else first.kill(signal)
    expect((await firstDone).exitCode).toBe(firstExit)
    second.stdin.end(`${stateLine(users, 2, 200)}\n${statusLine(users)}\n`)
    const { exitCode, errorMessage, stateLines } = await secondDone
    expect({ exitCode, errorMessage, states: stateLines.length }).toEqual({
      exitCode: 0,
      errorMessage: undefined,
      states: 1,
    })
    const rows = await database.query(
      'SELECT id, run, count(*) AS count FROM app.users GROUP BY 1, 2 ORDER BY id, run',
    )
    const rowsOf = (run: string) =>
      rows.filter((row) => row.run === run).map(({ id, count }) => `${id} ${count}`)
    expect(rowsOf('second')).toEqual(ids.map((id) => `${id} 1`))
    // Both are of generation 1, as two attempts of one job are: what the first one stored stays, once.
    expect(rowsOf('first')).toEqual((signal === undefined ? ids : halves[0])?.map((id) => `${id} 1`))
  })
})
