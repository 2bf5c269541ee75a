import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openBigQueryTarget } from '../destinations/bigquery/target.ts'
import { openRedshiftTarget } from '../destinations/redshift/target.ts'
import { openSnowflakeTarget } from '../destinations/snowflake/target.ts'
import { collectOutput, spawnConnector, waitForOutput, writeFiles } from '../support/spawn-connector.ts'

const users = { name: 'users', namespace: 'app' }

const catalog = {
  streams: [
    {
      stream: {
        ...users,
        json_schema: { type: 'object', properties: { id: { type: 'integer' }, run: { type: 'string' } } },
      },
      sync_mode: 'incremental',
      destination_sync_mode: 'append',
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}

const leaseSeconds = 6
const env = {
  LANDFALL_FLUSH_INTERVAL_SECONDS: '0.1',
  LANDFALL_LEASE_SECONDS: String(leaseSeconds),
  LOG_LEVEL: 'DEBUG',
}
const lineOf = (run: string, id: number) => `${recordLine(users, { id, run })}\n`

describe.each([
  { name: 'snowflake', open: openSnowflakeTarget, table: { namespace: 'APP', name: 'USERS' } },
  { name: 'redshift', open: openRedshiftTarget, table: { namespace: 'app', name: 'users' } },
  { name: 'bigquery', open: openBigQueryTarget, table: { namespace: 'app', name: 'users' } },
])('two processes of destination-$name that sync the same connection', ({ name, open, table }) => {
  it.each([
    { title: 'the first one ends well', signal: undefined },
    { title: 'the first one is killed', signal: 'SIGKILL' as const },
  ])('the second waits for the first and writes after it, where $title', async ({ signal }) => {
    const target = await open()
    onTestFinished(async () => target[Symbol.asyncDispose]())
    const files = writeFiles({ config: target.config, catalog })
    const argv = ['write', '--config', files.config ?? '', '--catalog', files.catalog ?? '']
    const rows = async () =>
      ((await target.readRows(table)) ?? []).map((row) => `${row.run} ${row.id}`).toSorted()

    const first = spawnConnector(name, argv, env)
    const firstDone = collectOutput(first)
    first.stdin.write(`${lineOf('first', 1)}${stateLine(users, 1, 1)}\n`)
    await waitForOutput(first, '"STATE"')

    const second = spawnConnector(name, argv, env)
    const secondDone = collectOutput(second)
    second.stdin.write(lineOf('second', 1))
    await waitForOutput(second, 'Waiting for the sync on')
    if (signal === undefined) first.stdin.end(`${lineOf('first', 2)}${statusLine(users)}\n`)
    else first.kill(signal)
    expect((await firstDone).exitCode).toBe(signal === undefined ? 0 : -1)
    if (signal === undefined) expect(await rows()).toEqual(['first 1', 'first 2'])

    second.stdin.end(`${stateLine(users, 2, 1)}\n${statusLine(users)}\n`)
    const { exitCode, stdout, stateLines } = await secondDone
    expect(exitCode, stdout).toBe(0)
    expect(stateLines).toHaveLength(1)
    expect(stdout.includes('Taking the place of the sync on')).toBe(signal !== undefined)
    expect(await rows()).toEqual(
      signal === undefined ? ['first 1', 'first 2', 'second 1'] : ['first 1', 'second 1'],
    )
  })
})
