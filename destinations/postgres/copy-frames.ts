import { copyDataHeaderBytes, sealCopyData } from './copy-in.ts'

/** Size of a CopyData message: above 64 KiB no gain was measured, and a few of them fill a socket's buffers. */
export const frameBytes = 131_072

/** Free frames that a pool keeps at most, 16 MiB: enough for two loads of the usual batch. */
const maximumFreeFrames = 128

/** Memory for messages, used again: left to the garbage collector, it would pile up between collections. */
export class FramePool {
  readonly #free: Buffer[] = []

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(frameBytes)
  }

  /** Nobody, the socket included, may still read them. */
  give(frames: readonly Buffer[]): void {
    this.#free.push(...frames.slice(0, maximumFreeFrames - this.#free.length))
  }
}

/**
 * Collects the bytes of a COPY stream in CopyData messages. A caller asks for room for a piece and writes it
 * into `frame` at the position it was given; long runs of bytes are split over as many messages as they need.
 */
export class CopyFrames {
  /** The message that is being filled. */
  frame: Buffer
  readonly #pool: FramePool
  readonly #frames: Buffer[]
  readonly #messages: Buffer[] = []
  #position = copyDataHeaderBytes

  constructor(pool: FramePool) {
    this.#pool = pool
    this.frame = pool.take()
    this.#frames = [this.frame]
  }

  /** Where in `frame` the next `length` bytes, at most a message's worth, go; they count as written. */
  reserve(length: number): number {
    if (this.#position + length > frameBytes) this.#startNext()
    const position = this.#position
    this.#position += length
    return position
  }

  /** Appends bytes of any length. */
  append(source: Buffer, start = 0, end: number = source.length): void {
    let from = start
    while (from < end) {
      if (this.#position === frameBytes) this.#startNext()
      const until = Math.min(end, from + frameBytes - this.#position)
      source.copy(this.frame, this.#position, from, until)
      this.#position += until - from
      from = until
    }
  }

  /** Every message, the last one as far as it is filled. Nothing may be added afterwards. */
  finish(): readonly Buffer[] {
    this.#seal()
    return this.#messages
  }

  /** Gives the memory of the messages back to the pool. */
  release(): void {
    this.#pool.give(this.#frames.splice(0))
  }

  #startNext(): void {
    this.#seal()
    this.frame = this.#pool.take()
    this.#frames.push(this.frame)
    this.#position = copyDataHeaderBytes
  }

  #seal(): void {
    this.#messages.push(sealCopyData(this.frame.subarray(0, this.#position)))
  }
}
