import { joinSql, type Sql } from 'landfall/sdk'
import type pg from 'pg'
import { classifyPostgresError } from './errors.ts'

/**
 * Runs statements that need no answer in one message: one round trip to the server, however many they are.
 * It stops at the first that fails; what it throws is classified, and shows that statement to engineers.
 */
export async function runScript(client: pg.Client, statements: readonly Sql[]): Promise<void> {
  const script = new Script(statements)
  client.query(script)
  try {
    await script.result
  } catch (error) {
    throw classifyPostgresError(error, 'Running a statement', statements[script.completed])
  }
}

/** The driver's `Submittable`: it is told what the server answers while it is the active query. */
class Script implements pg.Submittable {
  readonly result: Promise<void>
  /** How many statements the server has finished: the position of one that fails. */
  completed = 0
  readonly #statements: readonly Sql[]
  #resolve: () => void = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor(statements: readonly Sql[]) {
    this.#statements = statements
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: pg.Connection): void {
    connection.query(joinSql(this.#statements, ';\n'))
  }

  /** The driver calls these two for a SELECT among the statements. */
  handleRowDescription(): void {}
  handleDataRow(): void {}

  handleCommandComplete(): void {
    this.completed += 1
  }

  handleReadyForQuery(): void {
    this.#resolve()
  }

  /** Also called when the connection breaks. */
  handleError(error: unknown): void {
    this.#reject(error)
  }
}
