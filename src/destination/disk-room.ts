import { errorCode } from '../connection/network-errors.ts'
import { DestinationError } from '../errors.ts'

/** How many bytes of temporary files there are, and whether any of them will go away: for destinations that collect batches. */
export class DiskRoom {
  readonly #limit: number
  #used = 0
  #leaving = 0
  #change = Promise.withResolvers<void>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get isFull(): boolean {
    return this.#used >= this.#limit
  }

  add(bytes: number): void {
    this.#used += bytes
    this.#tell()
  }

  /** Runs what ends with a file that goes away, or is known to stay. */
  async during(delivery: Promise<void>): Promise<void> {
    this.#leaving += 1
    try {
      await delivery
    } finally {
      this.#leaving -= 1
      this.#tell()
    }
  }

  /**
   * Waits while the room is used up and some of it will be free. Where nothing is on its way, the files are those of loads
   * that failed, which wait for their turn to be loaded again: they may not wait for themselves.
   */
  async wait(): Promise<void> {
    while (this.isFull && this.#leaving > 0) await this.#change.promise
  }

  #tell(): void {
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }
}

/** What went wrong with a temporary file of collected records. */
export function describeDiskError(cause: unknown, path: string): DestinationError {
  const code = errorCode(cause)
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  return new DestinationError(
    isFull ? 'SERVER_UNAVAILABLE' : 'INTERNAL',
    `Writing the temporary file \`${path}\` failed: ${isFull ? 'the disk is full' : code || 'unknown error'}. ` +
      'Give the connector more room there, or set TMPDIR to a larger disk.',
    { cause, failureType: 'config_error' },
  )
}
