import type { DestinationWriter } from '../destination/destination.ts'
import { findReceiptMismatch } from '../destination/record-batch.ts'
import { DestinationError } from '../errors.ts'
import { describeStream } from '../protocol/messages.ts'
import { Turns } from '../util/turns.ts'
import { chooseFlush, type FlushLimits, isLoadDue } from './flush-policy.ts'
import { HeldBatch } from './held-batch.ts'
import type { Intake, TakenBatch } from './intake.ts'
import type { SyncTimes } from './sync-times.ts'

export type BatchDispatcherOptions = {
  readonly intake: Intake
  readonly writer: DestinationWriter
  readonly limits: FlushLimits
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number
  readonly times: SyncTimes
  /** Called once, when the first batch fails. */
  readonly onFailure: (error: unknown) => void
}

/** A write that has no receipt yet. */
type Write = {
  readonly batch: HeldBatch
  readonly firstRecordAt: number
  readonly startedAt: number
  /** When the destination had a copy: since then the batch takes no memory and none of the writer's places. */
  handedOverAt: number | undefined
}

/**
 * Moves buffered records to the writer, as many batches at a time as it allows. Batches that the writer has collected
 * may be any number beside these; they are asked for when they have waited for long enough.
 */
export class BatchDispatcher {
  readonly #options: BatchDispatcherOptions
  readonly #writes = new Set<Write>()
  readonly #recordsWritten: number[] = []
  readonly #restoring = new Turns()
  #busy = 0
  #inFlightBytes = 0
  #change = Promise.withResolvers<void>()
  #failure: { readonly error: unknown } | undefined
  #hasInputEnded = false
  #isPumping = false
  #isPumpDue = false

  constructor(options: BatchDispatcherOptions) {
    this.#options = options
  }

  /** Memory of all records that are not durable yet, of states that wait for them, and of the unfinished line. */
  get usedBytes(): number {
    return this.#inFlightBytes + this.#options.intake.bufferedBytes
  }

  /** Whether a batch has failed; `drain` throws its error. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /** Records of a stream that the warehouse has confirmed. */
  recordsWritten(stream: number): number {
    return this.#recordsWritten[stream] ?? 0
  }

  /** Starts the writes and loads that the policy asks for now. Never waits, never throws. */
  pump(): void {
    this.#isPumpDue = true
    // A writer may hand its batch over at once, before `#start` returns: with many streams, calls within calls fill the stack.
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      while (this.#isPumpDue) {
        this.#isPumpDue = false
        this.#startWrites()
        this.#askForLoads()
      }
    } finally {
      this.#isPumping = false
    }
  }

  #startWrites(): void {
    const { intake, limits, writer, now } = this.#options
    while (this.#failure === undefined && this.#busy < writer.concurrency) {
      const facts = { now: now(), usedBytes: this.usedBytes, hasInputEnded: this.#hasInputEnded }
      const stream = chooseFlush(intake.bufferFacts(), limits, facts)
      if (stream === undefined) break
      void this.#start(intake.take(stream))
    }
  }

  /** Waits while the budget is used up and a write is under way that will free some of it. */
  async waitForRoom(): Promise<void> {
    const isWorthWaiting = () => this.#busy > 0 || (this.#isFullOfStates && this.#writes.size > 0)
    while (this.usedBytes >= this.#options.limits.budgetBytes && isWorthWaiting()) {
      await this.#change.promise
      if (this.#failure !== undefined) return
    }
  }

  /** Writes everything that is buffered. Throws the first failure of the sync, when nothing is under way any more. */
  async drain(): Promise<void> {
    this.#hasInputEnded = true
    this.pump()
    while (this.#writes.size > 0) await this.#change.promise
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Waits for the writes that are under way and starts no others. */
  async settle(): Promise<void> {
    this.#failure ??= { error: new DestinationError('INTERRUPTED', 'The sync was stopped.') }
    this.pump()
    while (this.#writes.size > 0) await this.#change.promise
  }

  /** Collected batches take no memory, but the states that wait for them do. */
  get #isFullOfStates(): boolean {
    const { intake, limits } = this.#options
    return intake.stateBytes * 2 >= limits.budgetBytes
  }

  /** When nothing more will be collected, the rest is loaded at once. */
  #askForLoads(): void {
    const hasEnded = this.#hasInputEnded || this.#failure !== undefined
    const isLast = hasEnded && this.#busy === 0
    const facts = { now: this.#options.now(), isLast, isFullOfStates: this.#isFullOfStates }
    for (const write of this.#writes) {
      if (write.handedOverAt !== undefined && isLoadDue(write, this.#options.limits, facts))
        write.batch.load()
    }
  }

  /** Never throws. */
  async #start(taken: TakenBatch): Promise<void> {
    const batch = new HeldBatch(taken.batch, {
      restoring: this.#restoring,
      onMemory: (bytes) => {
        this.#inFlightBytes += bytes
      },
      onHandOver: () => this.#leavePlace(write),
    })
    const startedAt = this.#options.now()
    const write: Write = { batch, firstRecordAt: taken.firstRecordAt, startedAt, handedOverAt: undefined }
    this.#writes.add(write)
    this.#busy += 1
    try {
      await this.#write(taken, write)
    } catch (error) {
      this.#fail(error)
    }
    // A file that cannot be removed is no reason to fail what has landed.
    await batch[Symbol.asyncDispose]().catch(() => undefined)
    this.#writes.delete(write)
    this.#leavePlace(write)
  }

  #leavePlace(write: Write): void {
    if (write.handedOverAt === undefined) this.#busy -= 1
    write.handedOverAt ??= this.#options.now()
    this.#change.resolve()
    this.#change = Promise.withResolvers()
    this.pump()
  }

  async #write(taken: TakenBatch, write: Write): Promise<void> {
    const { batch, startedAt } = write
    const { writer, times, now } = this.#options
    const receipt = await writer.write(batch)
    const work = times.work(batch.stream.index)
    work.batches += 1
    work.bytes += batch.byteLength
    work.loadingMilliseconds += (write.handedOverAt ?? now()) - startedAt
    const mismatch = findReceiptMismatch(receipt, batch.count)
    if (mismatch !== undefined) {
      throw new DestinationError(
        'RECEIPT_MISMATCH',
        `Of ${batch.count} records sent to stream \`${describeStream(batch.stream.descriptor)}\` the destination reports ` +
          `${mismatch}. No state is released for them; the next sync sends them again.`,
        { stream: batch.stream.descriptor },
      )
    }
    batch.release(true)
    const { index } = batch.stream
    this.#recordsWritten[index] = this.recordsWritten(index) + receipt.rowsWritten
    this.#options.intake.markWritten(
      taken,
      receipt.rejected.map((record) => record.index),
    )
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = { error }
    this.#options.onFailure(error)
  }
}
