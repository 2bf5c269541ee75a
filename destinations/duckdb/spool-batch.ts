import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import type { RecordBatch } from 'landfall/sdk'

/**
 * Between two fields. JSON text and raw ids cannot contain it: JSON allows control characters only as
 * escapes. It is also why no field needs quotes or escapes of its own.
 */
export const fieldSeparator = '\u001f'

export const separator = 0x1f
export const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20

/** Large enough that the calls to the system cost nothing, small enough to stay in the processor's cache. */
const frameBytes = 256 * 1024

export const rawIdBytes = 36

/** Room for the raw id, the time, and the separators of one row. */
const rowOverheadBytes = rawIdBytes + 32

/**
 * Changes a record on its way to the file, for the second attempt at a batch that DuckDB refused.
 * Returns what to write in place of `data` and `changes`, or undefined to write the record as it is.
 */
export type RecordRepair = (
  data: Buffer,
  changes: Buffer | undefined,
) => { readonly data: Buffer; readonly changes: Buffer | undefined } | undefined

export type SpooledLines = {
  /** Of all lines together. */
  readonly bytes: number
  /** Bytes of the longest line, with its line feed. */
  readonly longestLineBytes: number
}

/**
 * Adds one line per record to the end of a file, which is made where there is none: raw id, microseconds since the epoch, data, and the record's own changes
 * (nothing where it has none). The bytes of `data` stay as they are, except carriage returns between
 * tokens, which become spaces because DuckDB takes them for the end of a line.
 * A batch that cannot be written in full leaves nothing behind.
 * @param start bytes that the file has before
 */
export function spoolBatch(
  batch: RecordBatch,
  {
    path,
    start,
    repair,
  }: { readonly path: string; readonly start: number; readonly repair?: RecordRepair | undefined },
): SpooledLines {
  const file = openSync(path, 'a', 0o600)
  try {
    return writeLines(batch, new FrameWriter(file), repair)
  } catch (error) {
    ftruncateSync(file, start)
    throw error
  } finally {
    closeSync(file)
  }
}

function writeLines(batch: RecordBatch, writer: FrameWriter, repair: RecordRepair | undefined): SpooledLines {
  let longestLineBytes = 0
  batch.visit((index, block, start, end, emittedAt, changes) => {
    const repaired = repair?.(block.subarray(start, end), changes)
    const before = writer.bytesWritten
    writer.reserve(rowOverheadBytes)
    writer.rawId(batch, index)
    writer.byte(separator)
    writer.ascii(microseconds(emittedAt))
    writer.byte(separator)
    if (repaired === undefined) writer.bytes(block, start, end)
    else writer.bytes(repaired.data, 0, repaired.data.length)
    writer.byte(separator)
    const ownChanges = repaired === undefined ? changes : repaired.changes
    if (ownChanges !== undefined) writer.bytes(ownChanges, 0, ownChanges.length)
    writer.byte(lineFeed)
    longestLineBytes = Math.max(longestLineBytes, writer.bytesWritten - before)
  })
  writer.flush()
  return { bytes: writer.bytesWritten, longestLineBytes }
}

function microseconds(milliseconds: number): string {
  const exact = milliseconds * 1000
  if (Number.isSafeInteger(exact)) return String(exact)
  const whole = Math.floor(milliseconds)
  return String(BigInt(whole) * 1000n + BigInt(Math.round((milliseconds - whole) * 1000)))
}

/**
 * Collects bytes and writes them to a file in frames. Synchronous, because a batch can be visited only in
 * one go; the system takes a frame into its page cache in well under a millisecond.
 */
class FrameWriter {
  readonly #file: number
  readonly #frame = Buffer.allocUnsafe(frameBytes)
  #used = 0
  #flushed = 0

  constructor(file: number) {
    this.#file = file
  }

  get bytesWritten(): number {
    return this.#flushed + this.#used
  }

  /** Makes room for small fields, so that they need not check. */
  reserve(bytes: number): void {
    if (this.#used + bytes > frameBytes) this.flush()
  }

  byte(value: number): void {
    if (this.#used === frameBytes) this.flush()
    this.#frame[this.#used] = value
    this.#used += 1
  }

  ascii(text: string): void {
    this.#used += this.#frame.write(text, this.#used, 'latin1')
  }

  rawId(batch: RecordBatch, index: number): void {
    batch.rawIds.write(this.#frame, this.#used, index)
    this.#used += rawIdBytes
  }

  bytes(source: Buffer, start: number, end: number): void {
    for (let position = start; position < end; ) {
      if (this.#used === frameBytes) this.flush()
      const copied = source.copy(this.#frame, this.#used, position, end)
      position += copied
      this.#used += copied
    }
  }

  flush(): void {
    const filled = this.#frame.subarray(0, this.#used)
    for (let at = filled.indexOf(carriageReturn); at !== -1; at = filled.indexOf(carriageReturn, at + 1)) {
      filled[at] = space
    }
    for (let written = 0; written < filled.length; ) {
      written += writeSync(this.#file, filled, written, filled.length - written)
    }
    this.#flushed += this.#used
    this.#used = 0
  }
}
