import type { FaultTarget, PostgresHandles } from './fault-target.ts'
import type { Interruption, InterruptionContext } from './interruption.ts'
import type { SeededRandom } from './random.ts'
import type { Direction, Effect, ProxyFault } from './tcp-proxy.ts'

/** Faults of the server and of the way to it. */

/** What a failure is that time may heal: nobody has to change anything before the next attempt. */
const passing = ['transient_error']

/** The message that ends the rows of a COPY (CopyDone): only behind it does the server commit them. */
export const copyDone = 'c\u0000\u0000\u0000\u0004'

/** Statements that a sync sends, as the wire shows them: places to cut and to kill at. */
export const wireTexts = [
  'CREATE TABLE',
  'CREATE INDEX',
  'COPY "',
  'SET TRANSACTION',
  'CREATE TEMPORARY TABLE',
  'DELETE FROM',
  'INSERT INTO',
  'UPDATE "',
  'DROP TABLE',
  'ALTER TABLE',
  'COMMIT',
  copyDone,
] as const

export type WireText = (typeof wireTexts)[number]

type Moment = ProxyFault['moment']

const show = (text: WireText) => (text === copyDone ? 'the end of a COPY' : text)

/** `before`: the server never sees the statement. `after`: it has run it, but its answer is lost. */
export function cutAtText(text: WireText, occurrence: number, moment: Moment): Interruption {
  return withProxyFault(`connection cut ${moment} ${show(text)} number ${occurrence}`, {
    direction: 'toServer',
    trigger: { kind: 'text', text, occurrence },
    moment,
    effect: { kind: 'cut' },
  })
}

export function cutAfterBytes(direction: Direction, count: number): Interruption {
  return withProxyFault(`connection cut after ${count} bytes ${direction}`, {
    direction,
    trigger: { kind: 'bytes', count },
    moment: 'before',
    effect: { kind: 'cut' },
  })
}

/** The process dies at a statement: before the server sees it, or after the server has run it. */
export function killAtText(text: WireText, occurrence: number, moment: Moment): Interruption {
  let kill = () => {}
  const first = () => kill()
  const fault = withProxyFault(`SIGKILL ${moment} ${show(text)} number ${occurrence}`, {
    direction: 'toServer',
    trigger: { kind: 'text', text, occurrence },
    moment,
    effect: { kind: 'cut', first },
  })
  return {
    ...fault,
    failureTypes: [],
    during: (attempt) => {
      kill = () => attempt.child.kill('SIGKILL')
    },
  }
}

export function stallAfterBytes(direction: Direction, count: number, milliseconds: number): Interruption {
  const effect = { kind: 'stall', milliseconds } as const
  const trigger = { kind: 'bytes', count } as const
  const fault = { direction, trigger, moment: 'before', effect } as const
  return {
    ...withProxyFault(`${direction} stalled for ${milliseconds} ms after ${count} bytes`, fault),
    isHarmless: true,
    failureTypes: [],
  }
}

/** Only for encrypted connections, which notice: nothing could tell a value that was changed on a plain one. */
export function corruptAfterBytes(direction: Direction, count: number): Interruption {
  return withProxyFault(`a byte changed after ${count} bytes ${direction}`, {
    direction,
    trigger: { kind: 'bytes', count },
    moment: 'before',
    effect: { kind: 'corrupt' },
  })
}

export function slowNetwork(milliseconds: number): Interruption {
  return {
    name: `every packet delayed by ${milliseconds} ms`,
    isHarmless: true,
    failureTypes: [],
    before: async ({ target }) => {
      const { proxy } = handles(target)
      proxy.delay(milliseconds)
      return async () => proxy.delay(0)
    },
  }
}

export function restartServerAtState(state: number): Interruption {
  return restart(`server restarted at state ${state}`, (run) => (attempt) => {
    attempt.on('state', (number) => {
      if (number === state) run()
    })
  })
}

export function restartServerAfter(milliseconds: number): Interruption {
  return restart(`server restarted after ${milliseconds} ms`, (run) => (attempt) => {
    const timer = setTimeout(run, milliseconds)
    attempt.child.once('close', () => clearTimeout(timer))
  })
}

/** The server comes back while the process runs; the attempt may hold on, or fail for a passing reason. */
function restart(name: string, plan: (run: () => void) => NonNullable<Interruption['during']>): Interruption {
  let restarting: Promise<void> | undefined
  let run = () => {}
  return {
    name,
    isHarmless: false,
    failureTypes: passing,
    before: async ({ target }) => {
      const { server } = handles(target)
      run = () => {
        restarting ??= server.restart()
      }
      return async () => restarting
    },
    during: (attempt, context) => plan(() => run())(attempt, context),
  }
}

/** A setting that the connector must overrule or live with: the database's is for everybody, the role's for it alone. */
export function serverSetting(
  owner: 'database' | 'role',
  name: string,
  value: string,
  ending: { readonly isHarmless: boolean; readonly failureTypes?: readonly string[] },
): Interruption {
  return {
    name: `the ${owner} has ${name} = ${value}`,
    isHarmless: ending.isHarmless,
    failureTypes: ending.failureTypes ?? passing,
    before: async ({ target }) => {
      const { server, role, database } = handles(target)
      const place = owner === 'role' ? `ROLE ${role}` : `DATABASE ${database}`
      await server.query(`ALTER ${place} SET ${name} = '${value}'`)
      return async () => void (await server.query(`ALTER ${place} RESET ${name}`))
    },
  }
}

/** 0: not even one connection. 1: the connector makes do with it. */
export function connectionLimit(limit: number): Interruption {
  return {
    name: `the role may open ${limit} connections`,
    isHarmless: limit > 0,
    failureTypes: passing,
    before: async ({ target }) => {
      const { server, role, proxy } = handles(target)
      // Sessions of an attempt that was killed end when the server notices; they would count.
      proxy.cutAll()
      await server.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${role}'`,
      )
      await server.query(`ALTER ROLE ${role} CONNECTION LIMIT ${limit}`)
      return async () => void (await server.query(`ALTER ROLE ${role} CONNECTION LIMIT -1`))
    },
  }
}

/** Another session reads the final tables in a transaction that stays open; swaps have to wait for it. */
export function lockedTables(milliseconds: number): Interruption {
  return {
    name: `the final tables are locked for ${milliseconds} ms`,
    isHarmless: true,
    failureTypes: [],
    before: async (context) => {
      const locked = lockTables(context, milliseconds)
      return async () => locked
    },
  }
}

/** The same, with a setting that may end the waiting before the lock goes away. It decides how the attempt must end. */
export function lockedTablesWith(milliseconds: number, setting: Interruption): Interruption {
  const lock = lockedTables(milliseconds)
  return {
    ...setting,
    name: `${lock.name}, ${setting.name}`,
    before: async (context) => {
      const endings = [await setting.before?.(context), await lock.before?.(context)]
      return async () => {
        for (const end of endings) await end?.()
      }
    },
  }
}

/** Another session changes every row while the sync types: one of the two transactions cannot be serialized. */
export function concurrentUpdate(milliseconds: number): Interruption {
  let update = () => {}
  let updating: Promise<unknown> | undefined
  return {
    name: `another session updates all rows for ${milliseconds} ms`,
    isHarmless: false,
    failureTypes: passing,
    before: async ({ target, streams }) => {
      const { server, database } = handles(target)
      const table = streams.find((stream) => stream.isDeduped && !stream.isFullRefresh)
      if (table === undefined) throw new Error('This fault needs a stream that is deduplicated.')
      const statement = `UPDATE "${table.namespace}"."${table.name}" SET text = text`
      update = () => {
        updating ??= server.query(
          `BEGIN; ${statement}; SELECT pg_sleep(${milliseconds / 1000}); COMMIT`,
          database,
        )
      }
      return async () => void (await updating)
    },
    during: (attempt) => {
      attempt.on('state', (number) => {
        if (number === 1) update()
      })
    },
  }
}

async function lockTables({ target, streams }: InterruptionContext, milliseconds: number): Promise<void> {
  const { server, database } = handles(target)
  const existing = await Promise.all(
    streams.map(async (stream) => ((await target.look?.(stream)) === undefined ? [] : [stream])),
  )
  const tables = existing.flat().map(({ namespace, name }) => `"${namespace}"."${name}"`)
  if (tables.length === 0) return
  const lock = `LOCK TABLE ${tables.join(', ')} IN ACCESS EXCLUSIVE MODE`
  await server.query(`BEGIN; ${lock}; SELECT pg_sleep(${milliseconds / 1000}); COMMIT`, database)
}

function withProxyFault(name: string, fault: ProxyFault & { readonly effect: Effect }): Interruption {
  return {
    name,
    isHarmless: false,
    failureTypes: passing,
    before: async ({ target }) => {
      const { proxy } = handles(target)
      proxy.arm([fault])
      return async () => void proxy.arm([])
    },
  }
}

function handles(target: FaultTarget): PostgresHandles {
  if (target.postgres === undefined) throw new Error('This fault needs a PostgreSQL server.')
  return target.postgres
}

/** One of these faults, somewhere in an attempt. */
export function randomServerInterruption(random: SeededRandom): Interruption {
  const moment = random.pick(['before', 'after'] as const)
  const direction = random.pick(['toServer', 'toClient'] as const)
  const text = random.pick(wireTexts)
  const bytes = random.chance(0.3) ? random.between(1, 20_000) : random.between(1, 3_000_000)
  return random.pick([
    () => cutAtText(text, random.between(1, 4), moment),
    () => cutAtText('COPY "', random.between(1, 10), moment),
    () => cutAtText('COMMIT', random.between(1, 6), moment),
    () => cutAtText(copyDone, random.between(1, 10), moment),
    () => killAtText(text, random.between(1, 4), moment),
    () => killAtText(text, random.between(1, 4), moment),
    () => cutAfterBytes(direction, direction === 'toServer' ? bytes : bytes % 30_000),
    () =>
      stallAfterBytes(
        direction,
        direction === 'toServer' ? bytes : bytes % 30_000,
        random.between(200, 2000),
      ),
    () => slowNetwork(random.between(1, 5)),
    () => restartServerAtState(random.between(1, 15)),
    () => restartServerAfter(random.between(100, 2500)),
    () => serverSetting('database', 'statement_timeout', '200ms', { isHarmless: true }),
    () => serverSetting('role', 'idle_in_transaction_session_timeout', '20ms', { isHarmless: true }),
    () => connectionLimit(random.between(0, 2)),
    () => lockedTables(random.between(200, 1500)),
  ])()
}
