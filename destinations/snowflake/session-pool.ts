import { DestinationError, type Logger } from 'landfall/sdk'
import type { Session } from './session.ts'

export type SessionPoolOptions = {
  readonly open: () => Promise<Session>
  /** Most sessions at the same time; further work waits for one. */
  readonly limit: number
  readonly logger: Logger
  /** When it aborts, running work fails and no new work starts. */
  readonly signal: AbortSignal
}

/** Lends sessions. A transaction and a session's settings belong to one user at a time. */
export class SessionPool implements AsyncDisposable {
  readonly #options: SessionPoolOptions
  readonly #idle: Session[] = []
  readonly #busy = new Set<Session>()
  readonly #waiting: (() => void)[] = []
  #opening = 0

  constructor(options: SessionPoolOptions) {
    this.#options = options
    options.signal.addEventListener('abort', this.#interrupt)
  }

  /** `isUrgent`: neither waits for a session of others, nor is stopped with them. For short work. */
  async use<Result>(
    work: (session: Session) => Promise<Result>,
    { isUrgent = false }: { readonly isUrgent?: boolean | undefined } = {},
  ): Promise<Result> {
    const session = await this.#acquire(isUrgent)
    try {
      return await work(session)
    } catch (error) {
      throw this.#options.signal.aborted && !isUrgent ? interrupted(error) : error
    } finally {
      this.#busy.delete(session)
      if (session.isUsable) this.#idle.push(session)
      else await session.close(this.#options.logger)
      this.#wakeAll()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#busy.size + this.#opening > 0) await this.#nextChange()
    this.#options.signal.removeEventListener('abort', this.#interrupt)
    await Promise.all(this.#idle.splice(0).map((session) => session.close(this.#options.logger)))
  }

  async #acquire(isUrgent: boolean): Promise<Session> {
    const limit = this.#options.limit + (isUrgent ? 1 : 0)
    for (;;) {
      if (this.#options.signal.aborted && !isUrgent) throw interrupted()
      const session = this.#idle.pop()
      if (session !== undefined) {
        this.#busy.add(session)
        return session
      }
      // Nothing may be awaited between looking and waiting: a session that comes back would go unseen.
      if (this.#busy.size + this.#opening < limit) await this.#openIdle()
      else await this.#nextChange()
    }
  }

  async #openIdle(): Promise<void> {
    this.#opening += 1
    try {
      this.#idle.push(await this.#options.open())
    } finally {
      this.#opening -= 1
      this.#wakeAll()
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  readonly #interrupt = () => {
    for (const session of this.#busy) session.interrupt()
    this.#wakeAll()
  }
}

function interrupted(cause?: unknown): DestinationError {
  return new DestinationError('INTERRUPTED', 'The work was stopped because the process was asked to stop.', {
    cause,
  })
}
