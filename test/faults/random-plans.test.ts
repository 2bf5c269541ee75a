import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDuckDbTarget } from './duckdb-target.ts'
import { faultRun } from './fault-run.ts'
import { type FaultServer, startFaultServer } from './fault-server.ts'
import { createPostgresTarget, type FaultTarget } from './fault-target.ts'
import { runScenario } from './scenario.ts'

const { seconds, seed, isReplay, target: only } = faultRun()

let server: FaultServer

beforeAll(async () => {
  server = await startFaultServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const targets: readonly { name: FaultTarget['name']; share: number; create: () => Promise<FaultTarget> }[] = [
  { name: 'postgres', share: 0.7, create: () => createPostgresTarget(server) },
  { name: 'duckdb', share: 0.3, create: createDuckDbTarget },
]

describe('random interruptions lose nothing and repeat nothing', () => {
  it.each(targets.filter(({ name }) => only === undefined || name === only))(
    'destination-$name',
    async ({ name, share, create }) => {
      const end = performance.now() + seconds * share * 1000
      let runs = 0
      do {
        const current = seed + runs
        const log: string[] = []
        await using target = await create()
        const problems = await runScenario(target, current, (line) => void log.push(line))
        expect(problems, explain(name, current, log)).toEqual([])
        runs += 1
      } while (!isReplay && performance.now() < end)
      expect(runs).toBeGreaterThan(0)
    },
    (seconds + 600) * 1000,
  )
})

function explain(name: string, current: number, log: readonly string[]): string {
  const replay = `npm run test:faults -- --target ${name} --seed ${current}`
  return [`seed ${current}; replay with: ${replay}`, ...log].join('\n')
}
