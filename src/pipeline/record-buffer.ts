import type { StreamConfig } from '../catalog/stream-config.ts'
import type { RawIdSequence, RecordBatch, RecordVisitor } from '../destination/record-batch.ts'
import type { ScannedRecord } from '../protocol/scanned-message.ts'
import { type BlockPool, blockBytes } from './block-pool.ts'
import { freeMemory } from './line-buffer.ts'

/** A batch whose memory goes back to the pool. The writer calls `release` once the receipt is there. */
export interface BufferedBatch extends RecordBatch {
  /** Memory that the batch holds, until it is released. */
  readonly allocatedBytes: number
  /**
   * May be called more than once; `visit` is forbidden afterwards.
   * @param isUnused whether it is certain that no socket and no file still reads from it
   */
  release(isUnused: boolean): void
}

export type RecordBufferOptions = {
  readonly stream: StreamConfig
  readonly pool: BlockPool
  /** Makes the ids of one batch. */
  readonly createRawIds: () => RawIdSequence
}

/** First block of a stream that has shown few records: hundreds of quiet streams must stay cheap. */
const smallestBlockBytes = 4096

/** Records from this size on get a block of their own, so that at most a quarter of a shared block stays empty. */
const ownBlockBytes = blockBytes / 4

/** Bytes of the numbers kept per record: time, data length, changes length. */
const numbersBytes = 16

/**
 * Collects the records of one stream. Bytes are copied into blocks back to back, numbers into typed
 * arrays: no object per record.
 */
export class RecordBuffer {
  readonly stream: StreamConfig
  readonly #pool: BlockPool
  readonly #createRawIds: () => RawIdSequence
  #content = new BatchContent()
  #firstRecordAt: number | undefined
  #nextBlockBytes = smallestBlockBytes

  constructor(options: RecordBufferOptions) {
    this.stream = options.stream
    this.#pool = options.pool
    this.#createRawIds = options.createRawIds
  }

  /** Number of records. */
  get count(): number {
    return this.#content.count
  }

  /** Bytes of `data` and `changes` of all records. */
  get byteLength(): number {
    return this.#content.byteLength
  }

  /** Memory that the records occupy, empty parts of blocks and bookkeeping included: what a budget counts. */
  get allocatedBytes(): number {
    return this.#content.allocatedBytes
  }

  /** When the oldest record arrived, by the clock that `append` was given; `undefined` while empty. */
  get firstRecordAt(): number | undefined {
    return this.#firstRecordAt
  }

  /**
   * Copies a record out of the buffer that was scanned. Returns by how much `allocatedBytes` grew, most
   * often 0, so that a budget over many streams needs no sum per record.
   * @param now milliseconds, of any clock that does not go back
   */
  append(buffer: Buffer, record: ScannedRecord, now: number): number {
    const content = this.#content
    const allocatedBefore = content.allocatedBytes
    const { dataStart, dataEnd, changesStart, changesEnd } = record
    const dataLength = dataEnd - dataStart
    const length = dataLength + (changesEnd - changesStart)
    const block = length >= ownBlockBytes ? content.addOwnBlock(length) : this.#sharedBlock(length)
    copyBytes(buffer, dataStart, dataEnd, block.bytes, block.used)
    if (changesEnd > changesStart) {
      copyBytes(buffer, changesStart, changesEnd, block.bytes, block.used + dataLength)
    }
    block.used += length
    content.addNumbers(record.emittedAt, dataLength, changesEnd - changesStart)
    this.#firstRecordAt ??= now
    return content.allocatedBytes - allocatedBefore
  }

  /**
   * The same as `append` for a line that has a buffer of its own, without a copy: from now on the buffer belongs here.
   * Returns `false`, and does nothing, where that is not possible.
   */
  takeOver(buffer: Buffer, record: ScannedRecord, lineEnd: number, now: number): boolean {
    const { dataStart, dataEnd, changesStart, changesEnd } = record
    const changesLength = changesEnd - changesStart
    const end = dataEnd + changesLength
    if (end - dataStart < ownBlockBytes || end > buffer.length) return false
    // Whatever else the line holds would stay in memory with it.
    if ((end - dataStart) * 2 < lineEnd) return false
    // The rest of the line has been read: what stands behind the data may be overwritten.
    if (changesLength > 0) buffer.copyWithin(dataEnd, changesStart, changesEnd)
    this.#content.addLine(buffer.subarray(dataStart, end), Math.max(lineEnd, end))
    this.#content.addNumbers(record.emittedAt, dataEnd - dataStart, changesLength)
    this.#firstRecordAt ??= now
    return true
  }

  /** Detaches everything as a batch; the buffer is empty afterwards. Throws where it was empty before. */
  take(): BufferedBatch {
    if (this.#content.count === 0)
      throw new Error(`The buffer of stream ${this.stream.index} has no records to take.`)
    const batch = new TakenBatch(this.stream, this.#createRawIds(), this.#content, this.#pool)
    if (batch.byteLength < blockBytes) this.#nextBlockBytes = smallestBlockBytes
    this.#content = new BatchContent()
    this.#firstRecordAt = undefined
    return batch
  }

  /** The block that takes the next `length` bytes. */
  #sharedBlock(length: number): Block {
    const open = this.#content.openBlock
    if (open !== undefined && open.used + length <= open.bytes.length) return open
    while (this.#nextBlockBytes < length) this.#nextBlockBytes *= 2
    const isPooled = this.#nextBlockBytes >= blockBytes
    const bytes = isPooled ? this.#pool.take() : Buffer.allocUnsafeSlow(this.#nextBlockBytes)
    if (!isPooled) this.#nextBlockBytes *= 2
    return this.#content.addSharedBlock(bytes)
  }
}

/** Bytes in use from 0 up to `used`. `isLine`: a part of memory that was taken over. */
type Block = { readonly bytes: Buffer; used: number; readonly isLine?: true }

/** The records of one batch; small ones lie in shared blocks, big ones in `ownBlocks`, both in arrival order. */
class BatchContent {
  readonly sharedBlocks: Block[] = []
  readonly ownBlocks: Block[] = []
  count = 0
  byteLength = 0
  emittedAt = new Float64Array(initialRecords)
  dataLengths = new Uint32Array(initialRecords)
  changesLengths = new Uint32Array(initialRecords)
  allocatedBytes = initialRecords * numbersBytes
  /** The last of `sharedBlocks`: the one that is being filled. */
  openBlock: Block | undefined

  addSharedBlock(bytes: Buffer): Block {
    const block = { bytes, used: 0 }
    this.sharedBlocks.push(block)
    this.openBlock = block
    this.allocatedBytes += bytes.length
    return block
  }

  addOwnBlock(length: number): Block {
    const block = { bytes: Buffer.allocUnsafeSlow(length), used: 0 }
    this.ownBlocks.push(block)
    this.allocatedBytes += length
    return block
  }

  addLine(bytes: Buffer, residentBytes: number): void {
    this.ownBlocks.push({ bytes, used: bytes.length, isLine: true })
    this.allocatedBytes += residentBytes
  }

  addNumbers(emittedAt: number, dataLength: number, changesLength: number): void {
    if (this.count === this.emittedAt.length) this.#grow()
    this.emittedAt[this.count] = emittedAt
    this.dataLengths[this.count] = dataLength
    this.changesLengths[this.count] = changesLength
    this.count += 1
    this.byteLength += dataLength + changesLength
  }

  #grow(): void {
    const capacity = this.count * 2
    const { emittedAt, dataLengths, changesLengths } = this
    this.emittedAt = new Float64Array(capacity)
    this.emittedAt.set(emittedAt)
    this.dataLengths = new Uint32Array(capacity)
    this.dataLengths.set(dataLengths)
    this.changesLengths = new Uint32Array(capacity)
    this.changesLengths.set(changesLengths)
    this.allocatedBytes += (capacity - this.count) * numbersBytes
  }
}

/** Capacity of a new batch's number arrays, in records. */
const initialRecords = 16

class TakenBatch implements BufferedBatch {
  readonly stream: StreamConfig
  readonly rawIds: RawIdSequence
  readonly count: number
  readonly byteLength: number
  readonly #pool: BlockPool
  #content: BatchContent | undefined
  #cursor: BatchCursor | undefined

  constructor(stream: StreamConfig, rawIds: RawIdSequence, content: BatchContent, pool: BlockPool) {
    this.stream = stream
    this.rawIds = rawIds
    this.count = content.count
    this.byteLength = content.byteLength
    this.#pool = pool
    this.#content = content
  }

  get allocatedBytes(): number {
    return this.#content?.allocatedBytes ?? 0
  }

  visit(visitor: RecordVisitor, from = 0): void {
    const content = this.#content
    if (content === undefined) throw new Error('A batch cannot be visited after its release.')
    const cursor = this.#cursorAt(from, content)
    while (cursor.next < content.count) {
      const index = cursor.next
      const reader = cursor.advance()
      const { start } = reader
      const dataEnd = start + (content.dataLengths[index] ?? 0)
      const changesLength = content.changesLengths[index] ?? 0
      const changes = changesLength > 0 ? reader.bytes.subarray(dataEnd, dataEnd + changesLength) : undefined
      const emittedAt = content.emittedAt[index] ?? 0
      if (visitor(index, reader.bytes, start, dataEnd, emittedAt, changes) === false) break
    }
    this.#cursor = cursor
  }

  /** A visit that goes on where the last one ended need not look for its place. */
  #cursorAt(from: number, content: BatchContent): BatchCursor {
    const last = this.#cursor
    this.#cursor = undefined
    const cursor = last !== undefined && last.next <= from ? last : new BatchCursor(content)
    while (cursor.next < from) cursor.advance()
    return cursor
  }

  release(isUnused: boolean): void {
    for (const { bytes, isLine } of this.#content?.ownBlocks ?? []) {
      if (isUnused && isLine) freeMemory(bytes)
    }
    for (const block of this.#content?.sharedBlocks ?? []) this.#pool.give(block.bytes)
    this.#content = undefined
    this.#cursor = undefined
  }
}

/** A place in a batch. */
class BatchCursor {
  readonly #content: BatchContent
  readonly #shared: BlockReader
  readonly #own: BlockReader
  /** Index of the record that comes next. */
  next = 0

  constructor(content: BatchContent) {
    this.#content = content
    this.#shared = new BlockReader(content.sharedBlocks)
    this.#own = new BlockReader(content.ownBlocks)
  }

  /** Moves over a record; the reader that is returned tells where it lies. */
  advance(): BlockReader {
    const { dataLengths, changesLengths } = this.#content
    const length = (dataLengths[this.next] ?? 0) + (changesLengths[this.next] ?? 0)
    const reader = length >= ownBlockBytes ? this.#own : this.#shared
    reader.advance(length)
    this.next += 1
    return reader
  }
}

/** Walks through blocks whose records lie back to back. */
class BlockReader {
  readonly #blocks: readonly Block[]
  #nextBlock = 0
  #position = 0
  #used = 0
  /** The block of the record that was advanced over last, and where it begins there. */
  bytes: Buffer = Buffer.alloc(0)
  start = 0

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks
  }

  advance(length: number): void {
    if (this.#position === this.#used) this.#open()
    this.start = this.#position
    this.#position += length
  }

  #open(): void {
    const block = this.#blocks[this.#nextBlock]
    if (block === undefined) throw new Error('A batch has fewer blocks than its records need.')
    this.#nextBlock += 1
    this.bytes = block.bytes
    this.#used = block.used
    this.#position = 0
  }
}

function copyBytes(source: Buffer, start: number, end: number, target: Buffer, offset: number): void {
  source.copy(target, offset, start, end)
}
