import type { StreamConfig } from '../catalog/stream-config.ts'
import type { BatchCopy, RawIdSequence, RecordBatch, RecordVisitor } from '../destination/record-batch.ts'
import type { Turns } from '../util/turns.ts'
import type { BufferedBatch } from './record-buffer.ts'

export type HeldBatchOptions = {
  /** Told by how many bytes the memory of batches grows or shrinks. */
  readonly onMemory: (bytes: number) => void
  /** Told when the destination has a copy of the batch. */
  readonly onHandOver: () => void
  /** Shared by all batches: only one of them at a time comes back into memory. */
  readonly restoring: Turns
}

/** A batch on its way to the destination, whose memory is free as soon as the destination has a copy of it. */
export class HeldBatch implements RecordBatch, AsyncDisposable {
  readonly stream: StreamConfig
  readonly count: number
  readonly byteLength: number
  readonly rawIds: RawIdSequence
  readonly #options: HeldBatchOptions
  #buffered: BufferedBatch | undefined
  #copy: BatchCopy | undefined
  #restored: RecordBatch | undefined
  #endTurn: (() => void) | undefined

  constructor(batch: BufferedBatch, options: HeldBatchOptions) {
    this.stream = batch.stream
    this.count = batch.count
    this.byteLength = batch.byteLength
    this.rawIds = batch.rawIds
    this.#buffered = batch
    this.#options = options
    options.onMemory(batch.allocatedBytes)
  }

  visit(visitor: RecordVisitor, from = 0): void {
    const records = this.#buffered ?? this.#restored
    if (records === undefined) throw new Error('A batch that was handed over must be restored first.')
    records.visit(visitor, from)
  }

  handOver(copy: BatchCopy): void {
    const earlier = this.#copy
    this.#copy = copy
    this.release(true)
    // Nobody waits for it: it is a file that is not needed any more.
    void earlier?.[Symbol.asyncDispose]()
    this.#options.onHandOver()
  }

  async restore(): Promise<void> {
    if (this.#buffered !== undefined || this.#restored !== undefined) return
    const endTurn = await this.#options.restoring.take()
    try {
      this.#restored = await this.#copy?.read()
    } catch (error) {
      endTurn()
      throw error
    }
    this.#endTurn = endTurn
    this.#options.onMemory(this.byteLength)
  }

  /** Asks for the load of a batch that was handed over. */
  load(): void {
    this.#copy?.load()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release(false)
    const copy = this.#copy
    this.#copy = undefined
    await copy?.[Symbol.asyncDispose]()
  }

  /**
   * The records are not needed any more.
   * @param isUnused whether it is certain that no socket and no file still reads from them: after the receipt
   */
  release(isUnused: boolean): void {
    const { onMemory } = this.#options
    if (this.#buffered !== undefined) onMemory(-this.#buffered.allocatedBytes)
    if (this.#restored !== undefined) onMemory(-this.byteLength)
    this.#buffered?.release(isUnused)
    this.#buffered = undefined
    this.#restored = undefined
    this.#endTurn?.()
    this.#endTurn = undefined
  }
}
