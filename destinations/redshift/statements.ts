import { type Row, type Sql, type SqlTransaction, sql } from 'landfall/sdk'
import type pg from 'pg'
import { classifyRedshiftError } from './errors.ts'

/** Statement by statement. A single one is a transaction of its own. */
export async function runTransaction(client: pg.Client, statements: SqlTransaction): Promise<void> {
  const [first, ...others] = statements
  if (first === undefined) return
  if (others.length === 0) await runStatement(client, first)
  else
    await inTransaction(client, async () => {
      for (const statement of statements) await runStatement(client, statement)
    })
}

/** All of the work happens, or nothing of it. */
export async function inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await runStatement(client, sql`BEGIN`)
  try {
    const result = await work()
    await runStatement(client, sql`COMMIT`)
    return result
  } catch (error) {
    await rollBack(client)
    throw error
  }
}

/** Runs one statement; what it throws is classified. */
export async function runStatement<Result extends Row = Row>(
  client: pg.Client,
  statement: Sql,
): Promise<readonly Result[]> {
  try {
    const result = await client.query<Result>(statement)
    return result.rows
  } catch (error) {
    throw classifyRedshiftError(error, 'Running a statement', statement)
  }
}

async function rollBack(client: pg.Client): Promise<void> {
  try {
    await client.query('ROLLBACK')
  } catch {
    // The first error says what is wrong; the pool closes a connection that is still in a transaction.
  }
}
