/**
 * What one stream cost. Loads of several streams, and of one, overlap. A batch that the destination collects counts
 * until the destination has it.
 */
export type StreamWork = { batches: number; bytes: number; loadingMilliseconds: number }

/**
 * Where the time of a sync went. Its parts follow each other and add up to the time between the first wait
 * for input and the end; what the writer did meanwhile is counted by stream.
 */
export class SyncTimes {
  readonly #streams = new Map<number, StreamWork>()
  /** Nothing was there to read: the source was slower than the sync. */
  sourceMilliseconds = 0
  /** Finding lines and records, and copying records into buffers. */
  scanningMilliseconds = 0
  /** Records were there, but no memory: the destination was slower than the source. */
  destinationMilliseconds = 0
  /** The last batches, after the end of the input. */
  drainingMilliseconds = 0
  finishingMilliseconds = 0

  /** What a stream has cost so far. */
  work(stream: number): StreamWork {
    const known = this.#streams.get(stream)
    if (known !== undefined) return known
    const work = { batches: 0, bytes: 0, loadingMilliseconds: 0 }
    this.#streams.set(stream, work)
    return work
  }
}
