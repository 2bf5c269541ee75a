const carriageReturn = 0x0d
const lineFeed = 0x0a
const space = 0x20

/** Sees one line: the bytes from `start` up to `end`, without the line break. */
export type LineHandler = (buffer: Buffer, start: number, end: number) => void

/**
 * Cuts a byte stream into lines at byte 0x0A and nothing else: U+2028 or a lone carriage return inside a
 * record end no line. One carriage return before the break is dropped, a byte order mark at the very
 * start of the stream is dropped, blank lines are skipped.
 *
 * A line within one chunk is handed out in place, so the handler must copy what it keeps: the bytes are
 * only its own during the call. A line over several chunks is joined once, however long it is. Chunks
 * must not be changed after `push`.
 */
export class LineSplitter {
  readonly #onLine: LineHandler
  #pending: Buffer[] = []
  #pendingBytes = 0
  #isAtStart = true

  constructor(onLine: LineHandler) {
    this.#onLine = onLine
  }

  /** Bytes of the line that has begun and not yet ended; they count towards the memory budget. */
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  push(chunk: Buffer): void {
    let start = 0
    let end = chunk.indexOf(lineFeed)
    if (end !== -1 && this.#pendingBytes > 0) {
      this.#emitPending(chunk.subarray(0, end))
      start = end + 1
      end = chunk.indexOf(lineFeed, start)
    }
    while (end !== -1) {
      this.#emit(chunk, start, end)
      start = end + 1
      end = chunk.indexOf(lineFeed, start)
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
  }

  /** The stream is over: what is left is a line too. */
  end(): void {
    if (this.#pendingBytes > 0) this.#emitPending(Buffer.alloc(0))
  }

  #keep(rest: Buffer): void {
    this.#pending.push(rest)
    this.#pendingBytes += rest.length
  }

  #emitPending(lastPart: Buffer): void {
    this.#keep(lastPart)
    const line = Buffer.concat(this.#pending, this.#pendingBytes)
    this.#pending = []
    this.#pendingBytes = 0
    this.#emit(line, 0, line.length)
  }

  #emit(buffer: Buffer, lineStart: number, lineEnd: number): void {
    let start = lineStart
    let end = lineEnd
    if (this.#isAtStart) {
      this.#isAtStart = false
      if (hasByteOrderMark(buffer, start, end)) start += byteOrderMark.length
    }
    if (end > start && buffer[end - 1] === carriageReturn) end -= 1
    if (!isBlank(buffer, start, end)) this.#onLine(buffer, start, end)
  }
}

const byteOrderMark = [0xef, 0xbb, 0xbf] as const

function hasByteOrderMark(buffer: Buffer, start: number, end: number): boolean {
  return end - start >= 3 && byteOrderMark.every((byte, index) => buffer[start + index] === byte)
}

function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let position = start; position < end; position += 1) {
    if ((buffer[position] ?? space) > space) return false
  }
  return true
}
