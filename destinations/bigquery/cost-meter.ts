import type { Logger } from 'landfall/sdk'

const mebibyte = 1024 * 1024

/** Adds up what a sync's statements are billed for. Loads cost nothing. */
export class CostMeter {
  readonly #logger: Logger
  #bytes = 0
  #statements = 0

  constructor(logger: Logger) {
    this.#logger = logger
  }

  add(activity: string, bytes: number): void {
    this.#bytes += bytes
    this.#statements += 1
    this.#logger.debug(`BigQuery billed ${inMebibytes(bytes)} for ${activity}.`)
  }

  /** One line for the whole sync. */
  report(): void {
    if (this.#statements === 0) return
    this.#logger.info(
      `BigQuery billed ${inMebibytes(this.#bytes)} for ${this.#statements} statements of this sync.`,
    )
  }
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / mebibyte).toLocaleString('en')} MiB`
}
