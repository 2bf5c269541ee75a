import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { constants, crc32, createDeflateRaw, inflateRaw } from 'node:zlib'
import { describeDiskError, type Receipt, type RecordBatch } from 'landfall/sdk'
import { type BatchFacts, decodeBatch } from './decode-batch.ts'
import { encodeBatch } from './encode-batch.ts'

/** A batch in a file, and who waits for its receipt. */
export type StagedBatch = BatchFacts & {
  readonly start: number
  readonly end: number
  readonly receipt: PromiseWithResolvers<Receipt>
}

/** A batch as it goes into a file, and as it was before it was compressed. */
export type PackedBatch = { readonly lines: readonly Buffer[]; readonly compressed: Buffer }

/** The fastest one: uploads are rarely the bottleneck, and level 6 takes four times the processor. */
const compressionLevel = 1

/** RFC 1952: deflate, no name, no time, the fastest algorithm, no particular system. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255])

/** RFC 1951: an empty last block. */
const lastBlock = Buffer.from([3, 0])

/** Encodes and compresses a batch; throws `DATA_REFUSED` where a record of it cannot be loaded as it is. */
export async function packBatch(batch: RecordBatch): Promise<PackedBatch> {
  const lines = encodeBatch(batch)
  const compressed: Buffer[] = []
  // Ends on a byte and without looking back into other batches, so that each can be read by itself.
  const deflate = createDeflateRaw({ level: compressionLevel, finishFlush: constants.Z_FULL_FLUSH })
  await pipeline(Readable.from(lines), deflate, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) compressed.push(chunk)
  })
  return { lines, compressed: Buffer.concat(compressed) }
}

/** A gzip file of several batches, of one member: nothing that a reader of such files would not know. */
export class StagedFile {
  readonly name: string
  readonly path: string
  readonly batches: StagedBatch[] = []
  readonly #handle: FileHandle
  readonly #wanted = new Set<StagedBatch>()
  #bytes = gzipHeader.length
  #plainBytes = 0
  #checksum = 0

  private constructor(name: string, path: string, handle: FileHandle) {
    this.name = name
    this.path = path
    this.#handle = handle
  }

  static async create(directory: string, name: string): Promise<StagedFile> {
    const path = join(directory, name)
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      // `a`: after a batch that did not fit, the next one goes to the end of the file and not behind a hole.
      const handle = await open(path, 'ax+', 0o600)
      await handle.appendFile(gzipHeader)
      return new StagedFile(name, path, handle)
    } catch (error) {
      throw describeDiskError(error, path)
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  get rows(): number {
    return this.batches.reduce((sum, { count }) => sum + count, 0)
  }

  /** One at a time. A batch that does not fit on the disk leaves nothing behind. */
  async append({ stream, rawIds, count, byteLength }: BatchFacts, packed: PackedBatch): Promise<StagedBatch> {
    const start = this.#bytes
    try {
      await this.#handle.appendFile(packed.compressed)
    } catch (error) {
      await this.#handle.truncate(start)
      throw describeDiskError(error, this.path)
    }
    this.#bytes += packed.compressed.length
    for (const line of packed.lines) {
      this.#checksum = crc32(line, this.#checksum)
      this.#plainBytes += line.length
    }
    const receipt = Promise.withResolvers<Receipt>()
    // Who was to wait for it may have failed before; an answer that nobody hears is no reason to end the process.
    receipt.promise.catch(() => undefined)
    const batch = { stream, rawIds, count, byteLength, start, end: this.#bytes, receipt }
    this.batches.push(batch)
    this.#wanted.add(batch)
    return batch
  }

  /** Makes the file whole; nothing is appended afterwards. */
  async finish(): Promise<void> {
    const trailer = Buffer.alloc(8)
    trailer.writeUInt32LE(this.#checksum, 0)
    trailer.writeUInt32LE(this.#plainBytes % 2 ** 32, 4)
    try {
      await this.#handle.appendFile(Buffer.concat([lastBlock, trailer]))
    } catch (error) {
      throw describeDiskError(error, this.path)
    }
  }

  async read(batch: StagedBatch): Promise<RecordBatch> {
    const { start, end } = batch
    const { buffer } = await this.#handle.read(Buffer.alloc(end - start), 0, end - start, start)
    return decodeBatch(await promisify(inflateRaw)(buffer, { finishFlush: constants.Z_SYNC_FLUSH }), batch)
  }

  /** Nobody will read this batch again. The file goes with its last one. */
  async forget(batch: StagedBatch): Promise<void> {
    this.#wanted.delete(batch)
    if (this.#wanted.size === 0) await this.remove()
  }

  async remove(): Promise<void> {
    await this.#handle.close()
    await rm(this.path, { force: true })
  }
}
