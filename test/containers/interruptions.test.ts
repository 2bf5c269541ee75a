import { once } from 'node:events'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import split2 from 'split2'
import { describe, expect, it } from 'vitest'
import {
  type ConnectorContainer,
  type ConnectorOptions,
  runConnectorContainer,
  startConnectorContainer,
} from '../support/containers/connector-container.ts'
import { type ContainerTarget, openContainerTarget } from '../support/containers/connector-target.ts'
import { engineProblem, isLongForm, titled } from '../support/containers/containers.ts'
import { docker } from '../support/containers/docker.ts'
import { collectOutput, waitForOutput } from '../support/spawn-connector.ts'
import { users, usersCatalog } from './streams.ts'

const versions = isLongForm ? ['14', '16', '17'] : ['17']

const filler = 'x'.repeat(300)
const record = (id: number) => recordLine(users, { id, text: filler })

function writeOptions({ image, network, connectorConfig }: ContainerTarget): ConnectorOptions {
  return {
    image,
    network,
    argv: ['write', '--config', '/dest/config.json', '--catalog', '/dest/catalog.json'],
    files: { 'config.json': connectorConfig, 'catalog.json': usersCatalog },
    env: { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.1' },
  }
}

describe.skipIf(engineProblem !== undefined).each(versions)(
  titled('a container that is ended in the middle of a sync, PostgreSQL %s', engineProblem),
  (version) => {
    it('by a kill: what was acknowledged stays, and the next one goes on', { timeout: 300_000 }, async () => {
      await using target = await openContainerTarget(version)
      const options = writeOptions(target)
      const resumeFrom = await killAfterStates(options, 3)
      const [kept] = await target.database.query(
        `SELECT count(DISTINCT _airbyte_data ->> 'id') AS ids FROM airbyte_internal.app_raw__stream_users WHERE (_airbyte_data ->> 'id')::int <= ${resumeFrom}`,
      )
      expect(kept?.ids).toBe(String(resumeFrom))
      const rest = Array.from({ length: 2000 }, (_, index) => record(resumeFrom + 1 + index))
      const run = await runConnectorContainer(options, [
        ...rest,
        stateLine(users, 1, 2000),
        statusLine(users),
      ])
      expect(run.errorMessage).toBeUndefined()
      expect(run.exitCode).toBe(0)
      const [counts] = await target.database.query(
        `SELECT count(*) AS rows, count(DISTINCT id) AS ids, count(*) FILTER (WHERE id <= ${resumeFrom + 2000}) AS expected FROM app.users`,
      )
      expect(counts?.rows).toBe(counts?.ids)
      expect(counts?.expected).toBe(String(resumeFrom + 2000))
    })

    it('by docker stop, as process 1: it says so and leaves before Docker kills it', async () => {
      await using target = await openContainerTarget(version)
      await using container = startConnectorContainer({ ...writeOptions(target), start: 'direct' })
      const { child, name } = container
      const done = collectOutput(child)
      const firstState = waitForOutput(child, '"STATE"')
      child.stdin.write(`${record(1)}\n${stateLine(users, 1, 1)}\n`)
      await firstState
      const startedAt = performance.now()
      await docker('stop', '--time', '30', name)
      const seconds = (performance.now() - startedAt) / 1000
      const run = await done
      expect(run.exitCode).toBe(1)
      expect(run.errorMessage).toContain('SIGTERM')
      expect(run.stateLines).toHaveLength(1)
      // Docker's own patience is ten.
      expect(seconds).toBeLessThan(10)
      expect(await countRows(target)).toBe('1')
    })
  },
)

/** The id of the last state that came out before the container was gone. */
async function killAfterStates(options: ConnectorOptions, states: number): Promise<number> {
  await using container = startConnectorContainer(options)
  const { child } = container
  const acknowledged: number[] = []
  const output: string[] = []
  child.stdout.pipe(split2()).on('data', (line: string) => {
    output.push(line)
    const message = JSON.parse(line)
    if (message.type === 'STATE') acknowledged.push(message.state.id)
  })
  const closed = once(child, 'close')
  let isOpen = true
  void closed.then(() => {
    isOpen = false
  })
  for (let id = 1; isOpen && acknowledged.length < states; id += 1) {
    const line = id % 1000 === 0 ? `${record(id)}\n${stateLine(users, id, 1000)}\n` : `${record(id)}\n`
    if (!child.stdin.write(line)) await Promise.race([once(child.stdin, 'drain'), closed])
  }
  await killContainer(container)
  await closed
  expect(acknowledged.length, output.join('\n')).toBeGreaterThanOrEqual(states)
  return acknowledged.at(-1) ?? 0
}

/** As a lack of memory or a lost machine ends it: every process at once, without a word. */
async function killContainer({ name }: ConnectorContainer): Promise<void> {
  await docker('kill', '--signal', 'KILL', name)
}

async function countRows({ database }: ContainerTarget): Promise<string | null | undefined> {
  const [row] = await database.query('SELECT count(*) AS rows FROM airbyte_internal.app_raw__stream_users')
  return row?.rows
}
