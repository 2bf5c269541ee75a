/** What a stream of short lines needs. */
const usualBytes = 65_536

/** Up to here memory is doubled, copied and kept for the next line. */
const largeBytes = 4 * 1024 * 1024

/**
 * Address space of a longer line, in times of what it needs so far. The system gives memory only to the pages that are
 * written to, so that a line is there once, and is copied once or not at all while it grows. More
 * would be address space that many such lines have to share where it is limited.
 */
const reservedTimes = 16

const mostReservedBytes = 1024 * 1024 * 1024

/** The beginning of a line whose end has not come yet. */
export class LineBuffer {
  #bytes: Buffer = Buffer.allocUnsafeSlow(usualBytes)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** The line is in its first `length` bytes. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** Whether it has memory of its own, which may be taken over instead of copied. */
  get isLarge(): boolean {
    return this.#bytes.length > largeBytes
  }

  append(source: Buffer, start: number, end: number): void {
    const length = this.#length + end - start
    if (length > this.#bytes.length) this.#grow(length)
    source.copy(this.#bytes, this.#length, start, end)
    this.#length = length
  }

  /** @param isTaken whether somebody else has the memory now */
  clear(isTaken: boolean): void {
    this.#length = 0
    if (!this.isLarge) return
    if (!isTaken) freeMemory(this.#bytes)
    this.#bytes = Buffer.allocUnsafeSlow(usualBytes)
  }

  #grow(length: number): void {
    const smaller = this.#bytes
    this.#bytes = allocate(length)
    smaller.copy(this.#bytes, 0, 0, this.#length)
    if (smaller.length > largeBytes) freeMemory(smaller)
  }
}

/** Gives memory back at once, where the garbage collector would come too late. Nobody may look at it any more. */
export function freeMemory({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
}

function allocate(length: number): Buffer {
  const doubled = 2 ** Math.ceil(Math.log2(length))
  if (doubled <= largeBytes) return Buffer.allocUnsafeSlow(doubled)
  try {
    return Buffer.allocUnsafeSlow(Math.max(doubled, Math.min(doubled * reservedTimes, mostReservedBytes)))
  } catch {
    // Where address space is limited too, a line is copied while it grows, as others are.
    return Buffer.allocUnsafeSlow(doubled)
  }
}
