import { recordLine, runCase, stateLine, statusLine, testDestination } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modeCases } from '../../src/testing/cases/modes.ts'
import { runConnectorContainer } from '../support/containers/connector-container.ts'
import { type ContainerTarget, openContainerTarget } from '../support/containers/connector-target.ts'
import { engineProblem, isLongForm, longFormProblem, titled } from '../support/containers/containers.ts'
import { users, usersCatalog } from './streams.ts'

const newest = '17'
const versions = isLongForm ? ['14', '16', newest] : [newest]

/** One of each mode, and a full refresh that breaks off. */
const shortCases = [
  'append keeps every record of every sync',
  'append_dedup keeps the newest record of each key',
  'a full refresh with a new generation replaces all rows',
  'a full refresh that breaks off leaves the old rows in place',
  'without generation ids, overwrite replaces all rows at the end of input',
]
/** On the newest, the long form has the others among its every case. */
const casesOn = (version: string) =>
  modeCases.filter(({ name }) => (isLongForm && version !== newest) || shortCases.includes(name))

describe.skipIf(engineProblem !== undefined).each(versions)(
  titled('the image of destination-postgres, started as the platform does, on PostgreSQL %s', engineProblem),
  (version) => {
    const cases = casesOn(version)
    let target: ContainerTarget
    beforeAll(async () => {
      target = await openContainerTarget(version)
    }, 300_000)
    afterAll(() => target?.[Symbol.asyncDispose]())

    it('checks a configuration', async () => {
      const run = await target.runCheck?.(target.config)
      expect(run).toMatchObject({ exitCode: 0, stderr: '' })
      expect(run?.messages.filter(({ type }) => type !== 'LOG')).toEqual([
        { type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } },
      ])
    })

    it('answers a wrong password with FAILED and exit code 0', async () => {
      const run = await target.runCheck?.({ ...target.config, password: 'wrong-password' })
      expect(run?.exitCode).toBe(0)
      expect(run?.messages.at(-1)).toMatchObject({ connectionStatus: { status: 'FAILED' } })
      expect(run?.stdout).not.toContain('wrong-password')
    })

    it('has found all of its cases', () => {
      const isWhole = isLongForm && version !== newest
      expect(cases.length).toBe(isWhole ? modeCases.length : shortCases.length)
    })

    it.each(cases.map((one, index) => ({ name: one.name, one, index })))('$name', async ({ one, index }) => {
      await runCase(target, one, `mode_${index}`)
    })
  },
)

describe.skipIf(engineProblem !== undefined)(titled('a container with 256 MB', engineProblem), () => {
  it('takes many times that in one sync, of four streams at once', { timeout: 240_000 }, async () => {
    await using target = await openContainerTarget(newest)
    const streams = ['a', 'b', 'c', 'd'].map((name) => ({ name, namespace: 'large' }))
    const [configured] = usersCatalog.streams
    const catalog = {
      streams: streams.map((stream) => ({
        ...configured,
        stream: { ...configured?.stream, ...stream },
        destination_sync_mode: 'append',
      })),
    }
    const recordCount = 240_000
    function* input(): Generator<string> {
      const text = 'x'.repeat(2000)
      for (let id = 0; id < recordCount; id += 1) {
        const stream = streams[id % streams.length]
        if (stream !== undefined) yield recordLine(stream, { id, text })
      }
      for (const [index, stream] of streams.entries()) {
        yield stateLine(stream, index + 1, recordCount / streams.length)
        yield statusLine(stream)
      }
    }
    const run = await runConnectorContainer(
      {
        ...target,
        memory: '256m',
        argv: ['write', '--config', '/dest/config.json', '--catalog', '/dest/catalog.json'],
        files: {
          'config.json': { ...target.connectorConfig, disable_type_dedupe: true },
          'catalog.json': catalog,
        },
      },
      input(),
    )
    expect(run.errorMessage).toBeUndefined()
    expect(run.exitCode).toBe(0)
    expect(run.stateLines).toHaveLength(streams.length)
    const [row] = await target.database.query(
      `SELECT ${streams.map(({ name }) => `(SELECT count(*) FROM airbyte_internal.large_raw__stream_${name})`).join(' + ')} AS rows`,
    )
    expect(row?.rows).toBe(String(recordCount))
  })
})

describe.skipIf(longFormProblem !== undefined)(titled('every case, in containers', longFormProblem), () => {
  testDestination({ name: 'The image of destination-postgres', open: () => openContainerTarget(newest) })
})

describe.skipIf(engineProblem !== undefined)(titled('docker run destination-postgres', engineProblem), () => {
  it('writes from standard input, as the README shows', async () => {
    await using target = await openContainerTarget(newest)
    const run = await runConnectorContainer(
      {
        ...target,
        start: 'direct',
        argv: ['write', '--config', 'config.json', '--catalog', 'catalog.json'],
        files: { 'config.json': target.connectorConfig, 'catalog.json': usersCatalog },
      },
      [recordLine(users, { id: 1, text: 'Ann' }), stateLine(users, 1, 1), statusLine(users)],
    )
    expect(run).toMatchObject({ exitCode: 0, stderr: '', errorMessage: undefined })
    expect(run.stateLines).toHaveLength(1)
    expect(await target.database.query('SELECT id, text FROM app.users')).toEqual([{ id: '1', text: 'Ann' }])
  })
})
