import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { quoteIdentifier } from 'landfall/sdk'
import { databaseAlias } from './open-database.ts'

/**
 * Connections of one open database. A transaction belongs to a connection, so work that may run at the
 * same time takes one each; they are cheap, and idle ones are used again.
 */
export class ConnectionPool {
  readonly #instance: DuckDBInstance
  readonly #idle: DuckDBConnection[] = []
  readonly #busy = new Set<DuckDBConnection>()

  constructor(instance: DuckDBInstance) {
    this.#instance = instance
  }

  async use<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
    const connection = this.#idle.pop() ?? (await this.#connect())
    this.#busy.add(connection)
    try {
      return await work(connection)
    } finally {
      this.#busy.delete(connection)
      this.#idle.push(connection)
    }
  }

  /** Makes the running statements fail. */
  interrupt(): void {
    for (const connection of this.#busy) connection.interrupt()
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.closeSync()
  }

  async #connect(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect()
    await connection.run(`USE ${quoteIdentifier(databaseAlias)}`)
    // Times without an offset count as UTC, wherever the process runs. The setting belongs to a session.
    await connection.run("SET TimeZone = 'UTC'")
    return connection
  }
}
