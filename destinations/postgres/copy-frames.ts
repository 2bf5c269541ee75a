import { copyDataHeaderBytes, sealCopyData } from './copy-in.ts'

/** Size of a CopyData message: above 64 KiB no gain was measured, and a few of them fill a socket's buffers. */
export const frameBytes = 131_072

/**
 * Collects the bytes of a COPY stream in CopyData messages. A caller asks for room for a piece and writes it
 * into `frame` at the position it was given; long runs of bytes are split over as many messages as they need.
 */
export class CopyFrames {
  /** The message that is being filled. */
  frame: Buffer
  #position = copyDataHeaderBytes
  #sealed: Buffer[] = []

  constructor() {
    this.frame = Buffer.allocUnsafeSlow(frameBytes)
  }

  /** Where in `frame` the next `length` bytes, at most a message's worth, go; they count as written. */
  reserve(length: number): number {
    if (this.#position + length > frameBytes) this.#seal()
    const position = this.#position
    this.#position += length
    return position
  }

  /** Appends bytes of any length. */
  append(source: Buffer, start = 0, end: number = source.length): void {
    let from = start
    while (from < end) {
      if (this.#position === frameBytes) this.#seal()
      const until = Math.min(end, from + frameBytes - this.#position)
      source.copy(this.frame, this.#position, from, until)
      this.#position += until - from
      from = until
    }
  }

  /** Hands over every message, the last one as far as it is filled. Nothing may be added afterwards. */
  finish(): readonly Buffer[] {
    this.#sealed.push(sealCopyData(this.frame.subarray(0, this.#position)))
    return this.#sealed
  }

  #seal(): void {
    this.#sealed.push(sealCopyData(this.frame.subarray(0, this.#position)))
    this.frame = Buffer.allocUnsafeSlow(frameBytes)
    this.#position = copyDataHeaderBytes
  }
}
