/** Who writes next. Transactions of the double run one after the other. */
export class Mutex {
  #tail: Promise<void> = Promise.resolve()

  /** Resolves with the function that lets the next one in. */
  async acquire(): Promise<() => void> {
    const before = this.#tail
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#tail = promise
    await before
    return resolve
  }
}
