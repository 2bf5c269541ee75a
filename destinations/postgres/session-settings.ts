import { type Sql, sql } from 'landfall/sdk'

/** What the server says about a new session, before anything is set. */
export type SessionFacts = {
  /** `server_version_num`, for example 180004 for 18.4. */
  readonly serverVersion: number
  /** Whether statements may reach other server sessions from one transaction to the next. */
  readonly isPooled: boolean
  /** Timeouts that were given to this very role, or to this connection, by `options`. */
  readonly chosenTimeouts: readonly string[]
}

/** `client_connection_check_interval` and `idle_session_timeout` came with PostgreSQL 14, `transaction_timeout` with 17. */
const versionOf14 = 140_000
const versionOf17 = 170_000

/**
 * Reads the facts. A pooler tells its clients a process id of its own, so a difference between `pid` and
 * the driver's number means a pooler. `source` says where a setting comes from: `user` and `database user`
 * are ALTER ROLE, `client` is this connection.
 */
export const selectSessionFacts = sql`SELECT pg_backend_pid() AS pid, current_setting('server_version_num')::int4 AS version,
  current_setting('standard_conforming_strings') AS strings,
  (SELECT string_agg(name, ',') FROM pg_catalog.pg_settings
   WHERE name IN ('statement_timeout', 'transaction_timeout') AND source IN ('user', 'database user', 'client')) AS chosen`

/**
 * Set once per session; behind a pooler, at the beginning of every transaction. The defaults of the server,
 * the database and the role must not change what a statement or a value means. `search_path` is not among
 * them because every name in our statements has its schema.
 */
export function sessionSettings(facts: SessionFacts): readonly Sql[] {
  const settings = [...meaningSettings, ...timeoutSettings(facts)]
  return facts.isPooled ? [] : settings.map((setting) => sql`SET ${setting}`)
}

/** What begins a transaction: behind a pooler, with everything that the session cannot keep. */
export function beginTransaction(facts: SessionFacts): readonly Sql[] {
  if (!facts.isPooled) return [sql`BEGIN`]
  const settings = [...meaningSettings, ...timeoutSettings(facts)]
  return [sql`BEGIN`, ...settings.map((setting) => sql`SET LOCAL ${setting}`)]
}

const meaningSettings: readonly Sql[] = [
  sql`TimeZone = 'UTC'`,
  sql`DateStyle = 'ISO, YMD'`,
  sql`IntervalStyle = 'postgres'`,
  sql`standard_conforming_strings = on`,
]

/**
 * Typing a large table may take hours, so limits that are meant for everybody do not hold. A limit that
 * somebody gave to this very role does.
 */
function timeoutSettings({ serverVersion, isPooled, chosenTimeouts }: SessionFacts): readonly Sql[] {
  return [
    ...(chosenTimeouts.includes('statement_timeout') ? [] : [sql`statement_timeout = 0`]),
    sql`idle_in_transaction_session_timeout = 0`,
    ...(serverVersion >= versionOf17 && !chosenTimeouts.includes('transaction_timeout')
      ? [sql`transaction_timeout = 0`]
      : []),
    // It is about sessions, of which a pooler's are not ours.
    ...(serverVersion >= versionOf14 && !isPooled ? [sql`idle_session_timeout = 0`] : []),
  ]
}

/** Whether the server can look after clients that are gone while a statement runs. */
export function supportsConnectionCheck({ serverVersion, isPooled }: SessionFacts): boolean {
  return serverVersion >= versionOf14 && !isPooled
}
