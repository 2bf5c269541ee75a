import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeDiskError, type Receipt, type RecordBatch, type RecordVisitor } from 'landfall/sdk'

/** A batch in a file, and who waits for its receipt. */
export type CollectedBatch = Pick<RecordBatch, 'stream' | 'rawIds' | 'count' | 'byteLength'> & {
  readonly start: number
  readonly end: number
  readonly receipt: PromiseWithResolvers<Receipt>
}

/** In front of each record: bytes of `data` and of `changes`, and its time. */
const headBytes = 16

const chunkBytes = 1024 * 1024

/** Records of several batches as they came, until they are loaded together. */
export class CollectedFile {
  readonly path: string
  readonly batches: CollectedBatch[] = []
  readonly #handle: FileHandle
  readonly #wanted = new Set<CollectedBatch>()
  #bytes = 0

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  static async create(directory: string, name: string): Promise<CollectedFile> {
    const path = join(directory, name)
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      // `a`: after a batch that did not fit, the next one goes to the end of the file and not behind a hole.
      return new CollectedFile(path, await open(path, 'ax+', 0o600))
    } catch (error) {
      throw describeDiskError(error, path)
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  /** One at a time. A batch that does not fit on the disk leaves nothing behind. */
  async append(batch: RecordBatch): Promise<CollectedBatch> {
    const start = this.#bytes
    try {
      for (const chunk of encodeRecords(batch)) {
        await this.#handle.appendFile(chunk)
        this.#bytes += chunk.length
      }
    } catch (error) {
      this.#bytes = start
      await this.#handle.truncate(start)
      throw describeDiskError(error, this.path)
    }
    const { stream, rawIds, count, byteLength } = batch
    const receipt = Promise.withResolvers<Receipt>()
    // Who was to wait for it may have failed before; an answer that nobody hears is no reason to end the process.
    receipt.promise.catch(() => undefined)
    const collected = { stream, rawIds, count, byteLength, start, end: this.#bytes, receipt }
    this.batches.push(collected)
    this.#wanted.add(collected)
    return collected
  }

  async read({ start, end, ...facts }: CollectedBatch): Promise<RecordBatch> {
    const { stream, rawIds, count, byteLength } = facts
    const bytes = Buffer.allocUnsafeSlow(end - start)
    for (let read = 0; read < bytes.length; ) {
      const { bytesRead } = await this.#handle.read(bytes, read, bytes.length - read, start + read)
      if (bytesRead === 0) throw new Error(`${this.path} ends in the middle of a batch`)
      read += bytesRead
    }
    const visit = (visitor: RecordVisitor, from = 0) => visitRecords(bytes, visitor, from)
    return { stream, rawIds, count, byteLength, visit }
  }

  /** Nobody will read this batch again. The file goes with its last one. */
  async forget(batch: CollectedBatch): Promise<void> {
    if (!this.#wanted.delete(batch) || this.#wanted.size > 0) return
    await this.#handle.close()
    await rm(this.path, { force: true })
  }
}

function* encodeRecords(batch: RecordBatch): Generator<Buffer> {
  for (let next = 0; next < batch.count; ) {
    const parts: Buffer[] = []
    let bytes = 0
    batch.visit((index, block, start, end, emittedAt, changes) => {
      const head = Buffer.allocUnsafe(headBytes)
      head.writeUInt32LE(end - start, 0)
      head.writeUInt32LE(changes?.length ?? 0, 4)
      head.writeDoubleLE(emittedAt, 8)
      parts.push(head, block.subarray(start, end), ...(changes === undefined ? [] : [changes]))
      bytes += headBytes + end - start + (changes?.length ?? 0)
      next = index + 1
      return bytes < chunkBytes
    }, next)
    yield Buffer.concat(parts, bytes)
  }
}

function visitRecords(bytes: Buffer, visitor: RecordVisitor, from: number): void {
  let position = 0
  for (let index = 0; position < bytes.length; index += 1) {
    const start = position + headBytes
    const end = start + bytes.readUInt32LE(position)
    const changesBytes = bytes.readUInt32LE(position + 4)
    const emittedAt = bytes.readDoubleLE(position + 8)
    position = end + changesBytes
    if (index < from) continue
    const changes = changesBytes === 0 ? undefined : bytes.subarray(end, position)
    if (visitor(index, bytes, start, end, emittedAt, changes) === false) return
  }
}
