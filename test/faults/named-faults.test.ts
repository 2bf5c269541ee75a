import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createDuckDbTarget } from './duckdb-target.ts'
import { faultRun } from './fault-run.ts'
import { type FaultServer, startFaultServer } from './fault-server.ts'
import { createPostgresTarget, type FaultTarget } from './fault-target.ts'
import { type Interruption, undisturbed } from './interruption.ts'
import { type JobKind, Platform } from './platform.ts'
import {
  breakInputAfter,
  closeOutputAtState,
  endInputAfter,
  signalAtState,
  signalAtStep,
  stepOf,
} from './process-interruptions.ts'
import { SeededRandom } from './random.ts'
import { faultStreams } from './scenario.ts'
import {
  concurrentUpdate,
  connectionLimit,
  copyDone,
  corruptAfterBytes,
  cutAtText,
  killAtText,
  lockedTables,
  lockedTablesWith,
  restartServerAtState,
  serverSetting,
  stallAfterBytes,
} from './server-interruptions.ts'

const { isLong, isThorough, seed } = faultRun()

let server: FaultServer

beforeAll(async () => {
  server = await startFaultServer()
})
afterAll(() => server[Symbol.asyncDispose]())

async function postgres(settings: object = {}): Promise<FaultTarget> {
  const target = await createPostgresTarget(server)
  onTestFinished(() => target[Symbol.asyncDispose]())
  return { ...target, config: { ...target.config, ...settings } }
}

async function duckdb(): Promise<FaultTarget> {
  const target = await createDuckDbTarget()
  onTestFinished(() => target[Symbol.asyncDispose]())
  return target
}

/** One sync, then a job with the fault in its first attempt. Returns how the attempts ended and what was wrong. */
async function syncWith(target: FaultTarget, fault: Interruption, kind: JobKind, records = 600) {
  const endings: string[] = []
  const platform = new Platform({
    target,
    streams: faultStreams(7),
    random: new SeededRandom(seed),
    stateKind: 'STREAM',
    report: (line) => void endings.push(line),
  })
  const first = { kind: 'sync', end: 300, interruptions: [], isAbandoned: false } as const
  const second = { kind, end: 300 + records, interruptions: [fault], isAbandoned: false }
  const problems = [...(await platform.runJob(first)), ...(await platform.runJob(second))]
  return { problems, endings: endings.slice(1) }
}

type Case = {
  readonly title: string
  readonly fault: Interruption
  /** How the attempt with the fault ends: what shows that the fault has happened. */
  readonly ending: RegExp
  readonly kind?: JobKind
  readonly settings?: object
  /** Part of `npm test`, and not only of `npm run test:faults`. */
  readonly isShort?: boolean
}

/** Ends are given where the fault leaves no choice; a connector that repeats what failed may also succeed. */
const failedOrRepeated = /exit (1 transient_error|0 )/

const cases: readonly Case[] = [
  { title: 'SIGKILL', fault: signalAtState('SIGKILL', 5), ending: /SIGKILL, \d+ states/ },
  { title: 'SIGTERM', fault: signalAtState('SIGTERM', 2), ending: /exit 1 transient_error/ },
  { title: 'closed standard output', fault: closeOutputAtState(2), ending: /exit 1/ },
  { isShort: true, title: 'a source that fails', fault: endInputAfter(900), ending: /exit 1 ,/ },
  {
    title: 'a source that breaks off inside a line',
    fault: breakInputAfter(900),
    ending: /exit 1 system_error/,
  },
  { isShort: true, title: 'a server restart', fault: restartServerAtState(3), ending: failedOrRepeated },
  {
    title: 'a connection cut inside a COPY',
    fault: cutAtText(copyDone, 2, 'before'),
    ending: failedOrRepeated,
  },
  {
    title: 'a connection lost while a COPY is confirmed',
    fault: cutAtText(copyDone, 2, 'after'),
    isShort: true,
    ending: failedOrRepeated,
  },
  {
    title: 'a connection lost before a COMMIT',
    fault: cutAtText('COMMIT', 2, 'before'),
    kind: 'truncate',
    ending: failedOrRepeated,
  },
  {
    title: 'a connection lost while a COMMIT is confirmed',
    isShort: true,
    fault: cutAtText('COMMIT', 2, 'after'),
    kind: 'truncate',
    ending: failedOrRepeated,
  },
  {
    title: 'SIGKILL while a table is swapped',
    isShort: true,
    fault: killAtText('ALTER TABLE', 1, 'after'),
    kind: 'truncate',
    ending: /SIGKILL/,
  },
  {
    title: 'bytes that change on an encrypted connection',
    isShort: true,
    fault: corruptAfterBytes('toServer', 60_000),
    settings: { ssl: true, ssl_mode: { mode: 'require' } },
    ending: failedOrRepeated,
  },
  {
    title: 'a server that stops reading for 2 seconds',
    fault: stallAfterBytes('toServer', 30_000, 2000),
    ending: /exit 0/,
  },
  {
    title: "a statement timeout in the database's settings",
    fault: lockedTablesWith(
      1500,
      serverSetting('database', 'statement_timeout', '400ms', { isHarmless: true }),
    ),
    ending: /exit 0/,
  },
  {
    title: 'a statement timeout that somebody gave to this role',
    fault: lockedTablesWith(
      1500,
      serverSetting('role', 'statement_timeout', '400ms', {
        isHarmless: false,
        failureTypes: ['config_error'],
      }),
    ),
    ending: /exit 1 config_error/,
  },
  { title: 'final tables that are locked for a second', fault: lockedTables(1000), ending: /exit 0/ },
  {
    title: 'a lock that lasts longer than the role may wait',
    fault: lockedTablesWith(2000, serverSetting('role', 'lock_timeout', '100ms', { isHarmless: false })),
    ending: failedOrRepeated,
  },
  {
    title: 'rows that another session changes during typing',
    fault: concurrentUpdate(1500),
    ending: failedOrRepeated,
  },
  { title: 'a role that may open one connection', fault: connectionLimit(1), ending: /exit 0/ },
  {
    title: 'a role that may open no connection',
    fault: connectionLimit(0),
    ending: /exit 1 transient_error/,
  },
]

describe('destination-postgres loses nothing and repeats nothing after', () => {
  it.each(cases.filter(({ isShort }) => isShort === true || isLong))(
    '$title',
    async ({ fault, kind = 'sync', settings, ending }) => {
      const { problems, endings } = await syncWith(await postgres(settings), fault, kind)
      expect(problems, endings.join('\n')).toEqual([])
      expect(endings[0]).toMatch(ending)
    },
  )
})

/** Everything that a refresh logs, in order, each step once. */
async function lifecycleSteps(target: FaultTarget): Promise<readonly string[]> {
  const steps = new Set<string>()
  const recorder: Interruption = {
    ...undisturbed,
    name: 'recorded',
    during: (attempt) => attempt.on('log', (message) => void steps.add(stepOf(message))),
  }
  const { problems } = await syncWith(target, recorder, 'truncate')
  expect(problems).toEqual([])
  return [...steps]
}

/** `npm test` takes another step each time, the usual form some of them, the thorough form all. */
function chooseSteps(steps: readonly string[]): readonly string[] {
  if (isThorough) return steps
  const random = new SeededRandom(seed)
  return [...new Set(Array.from({ length: isLong ? 6 : 1 }, () => random.pick(steps)))]
}

describe('SIGKILL at each step that a refresh logs loses nothing and repeats nothing', () => {
  it.each([
    ['postgres', postgres],
    ['duckdb', duckdb],
  ] as const)(
    'destination-%s',
    async (_name, create) => {
      const steps = await lifecycleSteps(await create())
      expect(steps.length).toBeGreaterThan(3)
      for (const step of chooseSteps(steps)) {
        const { problems, endings } = await syncWith(
          await create(),
          signalAtStep('SIGKILL', step),
          'truncate',
        )
        expect(problems, [step, ...endings].join('\n')).toEqual([])
      }
    },
    1_200_000,
  )
})
