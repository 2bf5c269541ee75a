import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { DestinationError, joinSql, type Logger, sql, type TableName } from 'landfall/sdk'
import type { PostgresConnection } from './connection.ts'
import { runScript } from './run-script.ts'
import { runStatement, serverProcess } from './statements.ts'

export type TableLocksOptions = {
  readonly open: () => Promise<PostgresConnection>
  readonly logger: Logger
  readonly signal: AbortSignal
  /** How long to wait for another sync to end. Default: a minute. */
  readonly waitMilliseconds?: number | undefined
}

/** Long enough for the server to see that a process was killed, short enough to tell the user soon. */
const defaultWaitMilliseconds = 60_000

const pollMilliseconds = 500

/**
 * Keeps other syncs away from raw tables: one advisory lock per table, held by a session of its own, which
 * the server lets go when the process is gone. https://www.postgresql.org/docs/current/explicit-locking.html
 *
 * A pooler that hands out sessions per transaction would give the session to others; there, one
 * transaction that stays open holds the locks. It has no snapshot, so it does not keep the server from
 * cleaning up.
 */
export class TableLocks implements AsyncDisposable {
  readonly #options: TableLocksOptions
  #tables: readonly TableName[] = []
  #session: PostgresConnection | undefined
  #renewal: Promise<void> | undefined

  constructor(options: TableLocksOptions) {
    this.#options = options
  }

  /** @throws DestinationError `TABLE_LOCKED` where another sync keeps one of the tables */
  async acquire(tables: readonly TableName[]): Promise<void> {
    this.#tables = tables
    await this.#open()
  }

  /**
   * Called before every write: with the session the locks are lost, and another sync may have begun. What
   * was under way at that moment may still land beside it, as rows with ids of their own.
   */
  async ensure(): Promise<void> {
    if (this.#tables.length === 0 || this.#session !== undefined) return
    this.#renewal ??= this.#open().finally(() => {
      this.#renewal = undefined
    })
    await this.#renewal
  }

  /** Goes on without locks. */
  forget(): void {
    this.#tables = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tables = []
    await this.#session?.client.end()
  }

  async #open(): Promise<void> {
    const session = await this.#options.open()
    try {
      const isPooled = await isBehindPooler(session)
      if (!isPooled) await noticeDeadClient(session)
      await this.#waitForLocks(session, isPooled)
    } catch (error) {
      session.client.connection.stream.destroy()
      throw error
    }
    this.#session = session
    session.client.once('end', () => {
      this.#session = undefined
    })
  }

  async #waitForLocks(session: PostgresConnection, isPooled: boolean): Promise<void> {
    const { logger, signal, waitMilliseconds = defaultWaitMilliseconds } = this.#options
    const deadline = performance.now() + waitMilliseconds
    for (let attempt = 0; ; attempt += 1) {
      const taken = await tryLocks(session, this.#tables, isPooled)
      if (taken === undefined) return
      if (performance.now() >= deadline) throw locked(taken, waitMilliseconds)
      if (attempt === 0) logger.info(`Waiting for another sync that writes to ${label(taken)}.`)
      // Two syncs that wait for each other's tables must not try in step.
      await sleep(pollMilliseconds * (0.5 + Math.random()), undefined, { signal }).catch((cause: unknown) => {
        throw new DestinationError(
          'INTERRUPTED',
          `The sync was stopped while it waited for ${label(taken)}.`,
          {
            cause,
          },
        )
      })
    }
  }
}

/** Takes all locks or none. Returns a table that another session has locked. */
async function tryLocks(
  { client }: PostgresConnection,
  tables: readonly TableName[],
  isPooled: boolean,
): Promise<TableName | undefined> {
  const keys = joinSql(
    tables.map((table) => sql`${lockKey(table)}`),
    ', ',
  )
  const lock = isPooled ? sql`pg_try_advisory_xact_lock` : sql`pg_try_advisory_lock`
  if (isPooled) {
    await runScript(client, [
      sql`BEGIN`,
      sql`SET LOCAL idle_in_transaction_session_timeout = 0`,
      sql`SET LOCAL statement_timeout = 0`,
    ])
  }
  const rows = await runStatement<{ readonly position: number; readonly is_locked: boolean }>(
    client,
    sql`SELECT position::int4 AS position, ${lock}(key) AS is_locked
FROM unnest(ARRAY[${keys}]::bigint[]) WITH ORDINALITY AS wanted (key, position)`,
  )
  const refused = rows.find((row) => !row.is_locked)
  if (refused === undefined) return undefined
  await runStatement(client, isPooled ? sql`ROLLBACK` : sql`SELECT pg_advisory_unlock_all()`)
  return tables[refused.position - 1]
}

/** The same for every process that writes to the table; other uses of advisory locks do not meet it by chance. */
function lockKey({ namespace, name }: TableName): bigint {
  return createHash('sha256').update(`landfall\0${namespace}\0${name}`).digest().readBigInt64BE()
}

/** A pooler tells its clients a process id of its own making. */
async function isBehindPooler({ client }: PostgresConnection): Promise<boolean> {
  const [row] = await runStatement<{ readonly pid: number }>(client, sql`SELECT pg_backend_pid() AS pid`)
  return row?.pid !== serverProcess(client)
}

/** The server asks a client that is silent for half a minute; without an answer, its locks are free a minute later. */
async function noticeDeadClient({ client }: PostgresConnection): Promise<void> {
  await runScript(client, [
    sql`SET tcp_keepalives_idle = 30`,
    sql`SET tcp_keepalives_interval = 10`,
    sql`SET tcp_keepalives_count = 3`,
  ])
}

function locked(table: TableName, waitMilliseconds: number): DestinationError {
  return new DestinationError(
    'TABLE_LOCKED',
    `Another sync writes to ${label(table)}, and did not end within ${Math.round(waitMilliseconds / 1000)} s. Let it end or stop it, ` +
      'then sync again; two syncs into one table would mix their rows.',
  )
}

function label({ namespace, name }: TableName): string {
  return `\`${namespace}.${name}\``
}
