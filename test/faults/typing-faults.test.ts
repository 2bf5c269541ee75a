import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type FaultServer, startFaultServer } from './fault-server.ts'
import { createPostgresTarget } from './fault-target.ts'
import type { Interruption } from './interruption.ts'
import { Platform } from './platform.ts'
import { SeededRandom } from './random.ts'
import { faultStreams } from './scenario.ts'
import { killAtText } from './server-interruptions.ts'
import { deadlockWithTyping, withRowsThatWaitSinceBefore } from './typing-interruptions.ts'

let server: FaultServer

beforeAll(async () => {
  server = await startFaultServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A sync, then one with these faults, attempt by attempt, of the stream whose typing has the most to do. */
async function syncWith(interruptions: readonly Interruption[]) {
  const target = await createPostgresTarget(server)
  onTestFinished(() => target[Symbol.asyncDispose]())
  const endings: string[] = []
  const platform = new Platform({
    target,
    streams: faultStreams(5).filter(({ name }) => name === 'accounts'),
    random: new SeededRandom(5),
    stateKind: 'STREAM',
    report: (line) => void endings.push(line),
  })
  const problems = [
    ...(await platform.runJob({ kind: 'sync', end: 300, interruptions: [], isAbandoned: false })),
    ...(await platform.runJob({ kind: 'sync', end: 2000, interruptions, isAbandoned: false })),
  ]
  return { problems, endings: endings.slice(1) }
}

describe('typing in destination-postgres', () => {
  it('is run again where the server stops it because of a deadlock', async () => {
    const logs: string[] = []
    const fault = deadlockWithTyping()
    const { problems, endings } = await syncWith([
      { ...fault, during: (attempt) => attempt.on('log', (line) => void logs.push(line)) },
    ])
    expect(problems, endings.join('\n')).toEqual([])
    expect(endings[0]).toMatch(/exit 0/)
    expect(logs.filter((line) => line.includes('deadlock detected'))).toHaveLength(1)
  })

  it('takes rows of loads that were noted, of those before, and of both, when a kill came in between', async () => {
    // Typing begins with the temporary table: all that was sent is loaded by then.
    const kill = () => killAtText('CREATE TEMPORARY TABLE', 1, 'before')
    const waiting: number[] = []
    const before = withRowsThatWaitSinceBefore(kill(), (rows) => void waiting.push(rows))
    const { problems, endings } = await syncWith([kill(), before, kill()])
    expect(problems, endings.join('\n')).toEqual([])
    expect(endings.map((line) => /: (SIGKILL|exit 0)/.exec(line)?.[1])).toEqual([
      'SIGKILL',
      'SIGKILL',
      'SIGKILL',
      'exit 0',
    ])
    expect(waiting[0]).toBeGreaterThan(1000)
  })
})
