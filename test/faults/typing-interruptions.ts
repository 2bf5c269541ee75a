import type { FaultStream } from './fault-stream.ts'
import { finalTable } from './fault-target.ts'
import type { Interruption, InterruptionContext } from './interruption.ts'

/** Faults of typing that need to know the tables behind it. */

/** As the connector names it where the names are plain. */
const rawTable = ({ namespace, name }: FaultStream) => `airbyte_internal.${namespace}_raw__stream_${name}`

function dedupedStream({ streams }: InterruptionContext): FaultStream {
  const stream = streams.find(({ isDeduped, isFullRefresh }) => isDeduped && !isFullRefresh)
  if (stream === undefined) throw new Error('This fault needs a stream that is deduplicated.')
  return stream
}

function postgresOf({ target }: InterruptionContext) {
  if (target.postgres === undefined) throw new Error('This fault needs a PostgreSQL server.')
  return target.postgres
}

/**
 * Another session holds the notes of untyped rows, waits until typing has written to the final table and
 * waits for the notes, and then asks for the final table. It would wait for a minute before it looks for a
 * deadlock, so that typing is the one whom the server stops.
 */
export function deadlockWithTyping(): Interruption {
  return {
    name: 'a deadlock with another session',
    isHarmless: true,
    failureTypes: [],
    before: async (context) => {
      const { server, database } = postgresOf(context)
      const stream = dedupedStream(context)
      const notes = `${rawTable(stream)}_airbyte_untyped`
      const other = server.query(
        `BEGIN;
         SET LOCAL deadlock_timeout = '1min';
         DO $$ BEGIN
           LOOP
             PERFORM 1 FROM ${notes} FOR UPDATE;
             EXIT WHEN FOUND;
             PERFORM pg_sleep(0.01);
           END LOOP;
           LOOP
             EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)));
             PERFORM pg_sleep(0.01);
           END LOOP;
         END $$;
         LOCK TABLE ${finalTable(stream)} IN SHARE MODE;
         COMMIT`,
        database,
      )
      return async () => void (await other)
    },
  }
}

/**
 * The rows that wait for typing look as those of the Java connector, or of an earlier version: without a note,
 * and NULL in `_airbyte_loaded_at`. Then comes the fault.
 */
export function withRowsThatWaitSinceBefore(fault: Interruption, seen: (rows: number) => void): Interruption {
  return {
    ...fault,
    name: `${fault.name}, where rows wait with NULL`,
    before: async (context) => {
      const { server, database, role } = postgresOf(context)
      const raw = rawTable(dedupedStream(context))
      // The load that was under way when the process died is over once its session is.
      await server.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${role}'`,
      )
      const rows = await server.query(
        `WITH waiting AS (
           UPDATE ${raw} SET _airbyte_loaded_at = NULL FROM ${raw}_airbyte_untyped AS notes
           WHERE _airbyte_raw_id BETWEEN first_raw_id AND last_raw_id RETURNING 1
         ), gone AS (DELETE FROM ${raw}_airbyte_untyped)
         SELECT count(*) AS count FROM waiting`,
        database,
      )
      seen(Number(rows[0]?.count))
      return fault.before?.(context)
    },
  }
}
