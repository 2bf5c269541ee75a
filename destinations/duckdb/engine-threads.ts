import { type Sql, sql, Turns } from 'landfall/sdk'

/**
 * How many threads the engine has. A load has one task, so a second thread finds nothing to do; and while the engine has it,
 * the caller's thread may lose the task to it and spin until it ends. Typing uses all of them.
 */
export class EngineThreads {
  readonly #run: (statement: Sql) => Promise<unknown>
  readonly #most: number
  readonly #setting = new Turns()
  #users = 0
  #current: number

  /**
   * @param most what the engine has chosen for this machine, and has now
   * @param run runs a statement of the engine's
   */
  constructor(most: number, run: (statement: Sql) => Promise<unknown>) {
    this.#most = most
    this.#current = most
    this.#run = run
  }

  /** Runs work that the engine can divide. */
  async useAll<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#users += 1
    try {
      await this.#adjust()
      return await work()
    } finally {
      this.#users -= 1
    }
  }

  /** Called before work that cannot be divided. Changes nothing while somebody uses all of them. */
  async spare(): Promise<void> {
    await this.#adjust()
  }

  async #adjust(): Promise<void> {
    const endTurn = await this.#setting.take()
    try {
      const wanted = this.#users > 0 ? this.#most : 1
      if (wanted === this.#current) return
      await this.#run(sql`SET threads = ${wanted}`)
      this.#current = wanted
    } finally {
      endTurn()
    }
  }
}
