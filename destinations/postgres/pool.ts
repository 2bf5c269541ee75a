import { DestinationError, type Logger } from 'landfall/sdk'
import type { PostgresConnection } from './connection.ts'

export type PoolOptions = {
  readonly open: () => Promise<PostgresConnection>
  /** Most connections at the same time; further work waits for one. */
  readonly limit: number
  readonly logger: Logger
  /** When it aborts, running work fails and no new work starts. */
  readonly signal: AbortSignal
}

/**
 * Lends connections. Opens one when none is idle, takes back only those that are fit for the next user, and
 * makes do with fewer where the server has no room for another.
 */
export class ConnectionPool implements AsyncDisposable {
  readonly #options: PoolOptions
  readonly #idle: PostgresConnection[] = []
  readonly #busy = new Set<PostgresConnection>()
  readonly #waiting: (() => void)[] = []
  #opening = 0
  #limit: number
  #isClosed = false

  constructor(options: PoolOptions) {
    this.#options = options
    this.#limit = options.limit
    options.signal.addEventListener('abort', this.#interrupt)
  }

  /** Lends a connection to `work` until its promise settles. */
  async use<Result>(work: (connection: PostgresConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.#acquire()
    let isLost = false
    try {
      return await work(connection)
    } catch (error) {
      // The server says that it ends a session before the socket closes.
      isLost = isUnavailable(error)
      if (this.#options.signal.aborted) throw interrupted(error)
      throw error
    } finally {
      this.#release(connection, isLost)
    }
  }

  /** Refuses new work, waits for the work that runs, and closes every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#wakeAll()
    while (this.#busy.size + this.#opening > 0) await this.#nextChange()
    this.#options.signal.removeEventListener('abort', this.#interrupt)
    await Promise.all(this.#idle.splice(0).map(({ client }) => client.end()))
  }

  async #acquire(): Promise<PostgresConnection> {
    for (;;) {
      if (this.#options.signal.aborted) throw interrupted()
      if (this.#isClosed)
        throw new DestinationError('INTERNAL', 'A database connection was asked for after the end.')
      const connection = this.#takeIdle()
      if (connection) return connection
      // Nothing may be awaited between looking and waiting: a connection that comes back would go unseen.
      if (this.#busy.size + this.#opening < this.#limit) await this.#openIdle()
      else await this.#nextChange()
    }
  }

  #takeIdle(): PostgresConnection | undefined {
    let connection = this.#idle.pop()
    while (connection && !isFit(connection)) connection = this.#idle.pop()
    if (connection) this.#busy.add(connection)
    return connection
  }

  async #openIdle(): Promise<void> {
    this.#opening += 1
    try {
      this.#idle.push(await this.#options.open())
    } catch (error) {
      const others = this.#busy.size + this.#idle.length + this.#opening - 1
      if (others === 0 || !isUnavailable(error)) throw error
      this.#limit = others
      this.#options.logger.warn(`The server has no room for another connection; going on with ${others}.`)
    } finally {
      this.#opening -= 1
      this.#wakeAll()
    }
  }

  #release(connection: PostgresConnection, isLost: boolean): void {
    this.#busy.delete(connection)
    if (!isLost && isFit(connection)) this.#idle.push(connection)
    else connection.client.connection.stream.destroy()
    this.#wakeAll()
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  readonly #interrupt = () => {
    for (const { client } of this.#busy) client.connection.stream.destroy()
    this.#wakeAll()
  }
}

/** Whether nothing of the last user is left: the connection lives and is in no transaction. */
function isFit({ client }: PostgresConnection): boolean {
  return client.connection.stream.writable && client.getTransactionStatus() === 'I'
}

function isUnavailable(error: unknown): boolean {
  return DestinationError.is(error) && error.code === 'SERVER_UNAVAILABLE'
}

function interrupted(cause?: unknown): DestinationError {
  return new DestinationError('INTERRUPTED', 'The work was stopped because the process was asked to stop.', {
    cause,
  })
}
