import { alike, type ServerError } from './known-error.ts'

/** What may be gone by the next attempt: repeated for up to five minutes, then left to the platform. */
export const errorsThatPass = alike({ code: 'SERVER_UNAVAILABLE' }, [
  {
    name: 'query_wait_timeout (PgBouncer)',
    words: /query_wait_timeout/,
    sentence: 'The pooler had no server connection to spare in time.',
    remedy: 'Raise its `default_pool_size`: a sync needs up to five.',
  },
  {
    name: 'protocol_violation (words of PgBouncer)',
    state: '08P01',
    // PgBouncer reports what happened to it or behind it as violations of the protocol.
    words:
      /server conn crashed|server closed|server login|cannot connect to server|idle.*timeout|query.*timeout|shut/,
    sentence: 'The pooler in between lost its connection to the server, or ended ours.',
    remedy: "This may pass; if it stays, look at the pooler's log.",
  },
  {
    name: 'connection lost',
    applies: isConnectionLoss,
    sentence: 'The connection to the server was lost.',
    remedy: 'The next attempt will connect again; if it stays, look at firewalls that end long connections.',
  },
  {
    name: 'serialization_failure',
    state: '40001',
    sentence: 'Another session changed the same rows at the same time.',
    remedy: 'It is tried again; if it stays, let nobody else write to the tables of the sync.',
  },
  {
    name: 'deadlock_detected',
    state: '40P01',
    sentence: 'Two sessions waited for each other, and the server stopped this one.',
    remedy: 'It is tried again; if it stays, find out what else locks these tables.',
  },
  {
    name: 'lock_not_available',
    state: '55P03',
    sentence: 'Another session holds a lock for longer than `lock_timeout` allows us to wait.',
    remedy: 'It is tried again; end the other session, or raise `lock_timeout`.',
  },
  {
    name: 'object_in_use',
    state: '55006',
    sentence: 'Another session uses the object that has to change.',
    remedy: 'It is tried again; end the session that uses it.',
  },
  {
    name: 'idle_in_transaction_session_timeout',
    state: '25P03',
    sentence: 'The server ended the session because its transaction was idle for too long.',
    remedy: 'This may pass; if it stays, raise `idle_in_transaction_session_timeout` for the role.',
  },
  {
    name: 'idle_session_timeout',
    state: '57P05',
    since: 14,
    sentence: 'The server ended the session because it was idle for too long.',
    remedy: 'The next attempt will connect again; if it stays, raise `idle_session_timeout` for the role.',
  },
  {
    name: 'query_canceled (by somebody)',
    state: '57014',
    sentence: 'Somebody cancelled the statement.',
    remedy: 'It is tried again; if it stays, find out who calls `pg_cancel_backend`.',
  },
  {
    name: 'admin_shutdown',
    state: '57P01',
    sentence: 'The server is being stopped, or an administrator ended the session.',
    remedy: 'The next attempt will connect again.',
  },
  {
    name: 'crash_shutdown',
    state: '57P02',
    sentence: 'Another process of the server crashed, so the server ended all sessions.',
    remedy: "The next attempt will connect again; if it stays, look at the server's log.",
  },
  {
    name: 'disk_full',
    state: '53100',
    sentence: "The server's disk is full.",
    remedy: 'Make room on it; the sync goes on from its last state.',
  },
  {
    name: 'out_of_memory (locks)',
    state: '53200',
    words: /shared memory/,
    sentence: "The server's table of locks is full.",
    remedy: 'Raise `max_locks_per_transaction`, and restart the server.',
  },
  {
    name: 'out_of_memory',
    state: '53200',
    sentence: 'The server has no memory left.',
    remedy: 'Give it more memory, or lower `work_mem` and `max_connections`.',
  },
  {
    name: 'insufficient_resources (class 53)',
    state: '53',
    sentence: 'The server ran out of a resource.',
    remedy: "This may pass; if it stays, look at the server's log.",
  },
  {
    name: 'lost race (same name)',
    state: '23505',
    // `CREATE ... IF NOT EXISTS` is not atomic: two sessions can collide in a system catalog.
    applies: (error) => error.schema === 'pg_catalog',
    sentence: 'Another session created the same object at the same time.',
    remedy: 'The next attempt will see its work.',
  },
  {
    name: 'lost race (name of an index)',
    state: '42P07',
    // The server chooses the names of our indexes; two sessions can choose the same one for tables with long names.
    words: /_idx\d*\b/,
    sentence: 'Another session made an index at the same time, for which the server chose the same name.',
    remedy: 'The next attempt will choose another one.',
  },
  {
    name: 'lost race (same object)',
    state: 'XX000',
    words: /concurrently|^cache lookup failed|^could not open relation with OID/,
    sentence: 'Another session changed or dropped the same object at the same time.',
    remedy: 'The next attempt will see its work.',
  },
  {
    name: 'transaction_rollback (class 40)',
    state: '40',
    sentence: 'The server rolled the transaction back.',
    remedy: "This may pass; if it stays, look at the server's log.",
  },
  {
    name: 'connection_exception (class 08)',
    state: '08',
    // The server did not understand what this connector sent; time does not heal that.
    applies: ({ code }) => code !== '08P01',
    sentence: 'The server reports a broken connection.',
    remedy: "This may pass; if it stays, look at the server's log.",
  },
  {
    name: 'operator_intervention (class 57)',
    state: '57',
    sentence: 'The server ended the work from its side.',
    remedy: "This may pass; if it stays, look at the server's log.",
  },
  {
    name: 'io_error',
    state: '58030',
    sentence: "The server's disk or file system failed.",
    remedy: "This may pass; if it stays, look at the server's log and its disks.",
  },
  {
    name: 'system_error (class 58)',
    state: '58',
    sentence: 'Something outside of the server failed it: a file, a disk, the operating system.',
    remedy: "This may pass; if it stays, look at the server's log.",
  },
])

/** Whether the connection broke, rather than the server refusing a statement on it. */
export function isConnectionLoss(error: ServerError): boolean {
  if (error.code === undefined)
    return /^Connection terminated|not queryable|^Client was closed/.test(error.message)
  // Of TLS, an open connection knows only one failure: what came was not what was sent.
  if (error.code.startsWith('ERR_SSL_')) return true
  return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH'].includes(
    error.code,
  )
}
