import { LineBuffer } from './line-buffer.ts'

const carriageReturn = 0x0d
const lineFeed = 0x0a
const space = 0x20

/**
 * Sees one line: the bytes from `start` up to `end`, without the line break.
 * @param isLarge whether the whole buffer is the line's own, so that the handler may take it over
 * @returns `true` where it has done so
 */
export type LineHandler = (buffer: Buffer, start: number, end: number, isLarge: boolean) => unknown

/**
 * Cuts a byte stream into lines at byte 0x0A and nothing else: U+2028 or a lone carriage return inside a
 * record end no line. One carriage return before the break is dropped, a byte order mark at the very
 * start of the stream is dropped, blank lines are skipped.
 *
 * A line within one chunk is handed out in place, so the handler must copy what it keeps: the bytes are
 * only its own during the call. So is a line over several chunks, which is joined in memory of the splitter,
 * unless it is large and the handler takes that over. After `push` a chunk is not needed any more.
 */
export class LineSplitter {
  readonly #onLine: LineHandler
  readonly #pending = new LineBuffer()
  #isAtStart = true

  constructor(onLine: LineHandler) {
    this.#onLine = onLine
  }

  /** Bytes of the line that has begun and not yet ended; they count towards the memory budget. */
  get pendingBytes(): number {
    return this.#pending.length
  }

  push(chunk: Buffer): void {
    let start = 0
    let end = chunk.indexOf(lineFeed)
    if (end !== -1 && this.#pending.length > 0) {
      this.#pending.append(chunk, 0, end)
      this.#emitPending()
      start = end + 1
      end = chunk.indexOf(lineFeed, start)
    }
    while (end !== -1) {
      this.#emit(chunk, start, end, false)
      start = end + 1
      end = chunk.indexOf(lineFeed, start)
    }
    if (start < chunk.length) this.#pending.append(chunk, start, chunk.length)
  }

  /** The stream is over: what is left is a line too. */
  end(): void {
    if (this.#pending.length > 0) this.#emitPending()
  }

  #emitPending(): void {
    const { bytes, length, isLarge } = this.#pending
    const isTaken = this.#emit(bytes, 0, length, isLarge)
    this.#pending.clear(isTaken)
  }

  /** Returns whether the handler has taken the buffer over. */
  #emit(buffer: Buffer, lineStart: number, lineEnd: number, isLarge: boolean): boolean {
    let start = lineStart
    let end = lineEnd
    if (this.#isAtStart) {
      this.#isAtStart = false
      if (hasByteOrderMark(buffer, start, end)) start += byteOrderMark.length
    }
    if (end > start && buffer[end - 1] === carriageReturn) end -= 1
    return !isBlank(buffer, start, end) && this.#onLine(buffer, start, end, isLarge) === true
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
