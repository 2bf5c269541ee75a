import { type Row, type Sql, type SqlTransaction, sql } from 'landfall/sdk'
import type pg from 'pg'
import type { PostgresConnection } from './connection.ts'
import { classifyPostgresError } from './errors.ts'
import { runScript } from './run-script.ts'

/** The server's process of this session; `undefined` where the server did not tell. A pooler tells a number of its own. */
export function serverProcess(client: pg.Client): number | undefined {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : undefined
}

type Session = Pick<PostgresConnection, 'client' | 'isPooled' | 'begin'>

/** In one message. One statement is a transaction of its own, except behind a pooler, where settings must go with it. */
export async function runTransaction(
  { client, isPooled, begin }: Session,
  statements: SqlTransaction,
): Promise<void> {
  const [first, ...others] = statements
  if (first === undefined) return
  if (others.length === 0 && !isPooled) {
    await runStatement(client, first)
    return
  }
  try {
    await runScript(client, [...begin, ...statements, sql`COMMIT`])
  } catch (error) {
    await rollBack(client)
    throw error
  }
}

/** All of the work happens, or nothing of it. */
export async function inTransaction<Result>(
  { client, begin }: Session,
  work: () => Promise<Result>,
): Promise<Result> {
  await runScript(client, begin)
  try {
    const result = await work()
    await runStatement(client, sql`COMMIT`)
    return result
  } catch (error) {
    await rollBack(client)
    throw error
  }
}

/** Runs one statement, with values for `$1`, `$2`...; what it throws is classified. */
export async function runStatement<Result extends Row = Row>(
  client: pg.Client,
  statement: Sql,
  values: readonly unknown[] = [],
): Promise<readonly Result[]> {
  try {
    const result = await client.query<Result>(statement, [...values])
    return result.rows
  } catch (error) {
    throw classifyPostgresError(error, 'Running a statement', statement)
  }
}

/** After a failure; its error is the one that counts. */
export async function rollBack(client: pg.Client): Promise<void> {
  try {
    await client.query('ROLLBACK')
  } catch {
    // The first error says what is wrong; the pool closes a connection that is still in a transaction.
  }
}
