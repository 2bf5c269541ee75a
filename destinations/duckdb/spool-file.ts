import { open, rm } from 'node:fs/promises'
import type { Receipt, RecordBatch, TableName } from 'landfall/sdk'
import { type BatchFacts, readSpooledBatch } from './read-spool.ts'
import { type RecordRepair, spoolBatch } from './spool-batch.ts'

/** A batch in a file, and who waits for its receipt. */
export type SpooledBatch = BatchFacts & {
  readonly start: number
  readonly end: number
  readonly receipt: PromiseWithResolvers<Receipt>
}

/** Batches of one table that are loaded together. The file exists from its first batch until nobody needs any of them. */
export class SpoolFile {
  readonly table: TableName
  readonly path: string
  readonly batches: SpooledBatch[] = []
  readonly #wanted = new Set<SpooledBatch>()
  #bytes = 0
  #rows = 0
  #longestLineBytes = 0

  constructor(table: TableName, path: string) {
    this.table = table
    this.path = path
  }

  get bytes(): number {
    return this.#bytes
  }

  get rows(): number {
    return this.#rows
  }

  get longestLineBytes(): number {
    return this.#longestLineBytes
  }

  append(batch: RecordBatch, repair?: RecordRepair): SpooledBatch {
    const start = this.#bytes
    const { bytes, longestLineBytes } = spoolBatch(batch, { path: this.path, start, repair })
    const { stream, rawIds, count, byteLength } = batch
    const receipt = Promise.withResolvers<Receipt>()
    // Who was to wait for it may have failed before; an answer that nobody hears is no reason to end the process.
    receipt.promise.catch(() => undefined)
    const spooled = { stream, rawIds, count, byteLength, start, end: start + bytes, receipt }
    this.batches.push(spooled)
    this.#wanted.add(spooled)
    this.#bytes += bytes
    this.#rows += count
    this.#longestLineBytes = Math.max(this.#longestLineBytes, longestLineBytes)
    return spooled
  }

  async read(batch: SpooledBatch): Promise<RecordBatch> {
    const { start, end } = batch
    await using handle = await open(this.path)
    const lines = Buffer.allocUnsafeSlow(end - start)
    for (let filled = 0; filled < lines.length; ) {
      const { bytesRead } = await handle.read(lines, filled, lines.length - filled, start + filled)
      if (bytesRead === 0) throw new Error('a spool file is shorter than what was written to it')
      filled += bytesRead
    }
    return readSpooledBatch(lines, batch)
  }

  /** Nobody will ask for this batch again. */
  async forget(batch: SpooledBatch): Promise<void> {
    this.#wanted.delete(batch)
    if (this.#wanted.size === 0) await this.remove()
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true })
  }
}
