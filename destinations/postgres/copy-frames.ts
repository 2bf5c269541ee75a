import { copyWords, type ViewedBytes, withView } from 'landfall/sdk'
import { copyDataHeaderBytes, sealCopyData, writeCopyDataHeader } from './copy-in.ts'

/** Size of a CopyData message: above 64 KiB no gain was measured, and a few of them fill a socket's buffers. */
export const frameBytes = 131_072

/** Runs of bytes from this size on are sent from where they are. */
const referenceBytes = frameBytes

/** Free frames that a pool keeps at most, 1 MiB: a load has one being filled and one on its way. */
const maximumFreeFrames = 8

/** Memory for messages, used again: left to the garbage collector, it would pile up between collections. */
export class FramePool {
  readonly #free: ViewedBytes[] = []

  take(): ViewedBytes {
    return this.#free.pop() ?? withView(Buffer.allocUnsafeSlow(frameBytes))
  }

  /** Nobody, the socket included, may still read it. */
  give(frame: ViewedBytes): void {
    if (this.#free.length < maximumFreeFrames) this.#free.push(frame)
  }
}

/** A whole CopyData message for the socket. */
export type CopyPart = {
  /** The message's header, where it is not within `bytes`. */
  readonly header?: Buffer
  readonly bytes: Buffer
  /** Called when the socket is done with them; absent where they are the batch's own. */
  readonly release?: () => void
}

/**
 * Collects the bytes of a COPY stream in CopyData messages. A caller asks for room for a piece and writes it
 * into `frame` at the position it was given; long runs of bytes become messages of their own, uncopied.
 */
export class CopyFrames {
  /** The message that is being filled. */
  frame: ViewedBytes
  readonly #pool: FramePool
  #parts: CopyPart[] = []
  #position = copyDataHeaderBytes

  constructor(pool: FramePool) {
    this.#pool = pool
    this.frame = pool.take()
  }

  /** Whether there are parts to take. */
  get hasParts(): boolean {
    return this.#parts.length > 0
  }

  /** Where in `frame` the next `length` bytes, at most a message's worth, go; they count as written. */
  reserve(length: number): number {
    if (this.#position + length > frameBytes) this.#startNext()
    const position = this.#position
    this.#position += length
    return position
  }

  /** Appends bytes of any length. Many of them are read again when the socket takes them. */
  append(source: Buffer, start = 0, end: number = source.length): void {
    if (end - start >= referenceBytes) {
      this.#refer(source, start, end)
      return
    }
    let from = start
    while (from < end) {
      if (this.#position === frameBytes) this.#startNext()
      const until = Math.min(end, from + frameBytes - this.#position)
      source.copy(this.frame.bytes, this.#position, from, until)
      this.#position += until - from
      from = until
    }
  }

  /** The same for a few bytes. */
  appendFew({ bytes, view }: ViewedBytes): void {
    const position = this.reserve(bytes.length)
    copyWords(view, 0, bytes.length, this.frame.view, position)
  }

  /** What is complete so far. */
  take(): readonly CopyPart[] {
    const parts = this.#parts
    this.#parts = []
    return parts
  }

  /** The rest. Nothing may be added afterwards. */
  finish(): readonly CopyPart[] {
    this.#seal()
    return this.take()
  }

  #refer(source: Buffer, start: number, end: number): void {
    this.#startNext()
    for (let from = start; from < end; from += frameBytes) {
      const bytes = source.subarray(from, Math.min(end, from + frameBytes))
      this.#parts.push({ header: writeCopyDataHeader(bytes.length), bytes })
    }
  }

  #startNext(): void {
    if (this.#position === copyDataHeaderBytes) return
    this.#seal()
    this.frame = this.#pool.take()
    this.#position = copyDataHeaderBytes
  }

  #seal(): void {
    const { frame } = this
    const bytes = sealCopyData(frame.bytes.subarray(0, this.#position))
    this.#parts.push({ bytes, release: () => this.#pool.give(frame) })
  }
}
