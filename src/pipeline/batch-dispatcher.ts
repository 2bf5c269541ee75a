import type { DestinationWriter } from '../destination/destination.ts'
import { findReceiptMismatch } from '../destination/record-batch.ts'
import { DestinationError } from '../errors.ts'
import { describeStream } from '../protocol/messages.ts'
import { chooseFlush, type FlushLimits } from './flush-policy.ts'
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

/** Moves buffered records to the writer, as many batches at a time as it allows. */
export class BatchDispatcher {
  readonly #options: BatchDispatcherOptions
  readonly #inFlight = new Set<Promise<void>>()
  readonly #recordsWritten: number[] = []
  #inFlightBytes = 0
  #failure: { readonly error: unknown } | undefined
  #hasInputEnded = false

  constructor(options: BatchDispatcherOptions) {
    this.#options = options
  }

  /** Memory of all records that are not durable yet, and of the unfinished line. */
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

  /** Starts the writes that the policy asks for now. Never waits, never throws. */
  pump(): void {
    const { intake, limits, writer, now } = this.#options
    while (this.#failure === undefined && this.#inFlight.size < writer.concurrency) {
      const facts = { now: now(), usedBytes: this.usedBytes, hasInputEnded: this.#hasInputEnded }
      const stream = chooseFlush(intake.bufferFacts(), limits, facts)
      if (stream === undefined) return
      this.#start(intake.take(stream))
    }
  }

  /** Waits while the budget is used up and a write is under way that will free some of it. */
  async waitForRoom(): Promise<void> {
    while (this.usedBytes >= this.#options.limits.budgetBytes && this.#inFlight.size > 0) {
      await Promise.race(this.#inFlight)
      if (this.#failure !== undefined) return
    }
  }

  /** Writes everything that is buffered. Throws the first failure of the sync, when nothing is under way any more. */
  async drain(): Promise<void> {
    this.#hasInputEnded = true
    this.pump()
    while (this.#inFlight.size > 0) await Promise.race(this.#inFlight)
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Waits for the writes that are under way and starts no others. */
  async settle(): Promise<void> {
    this.#failure ??= { error: new DestinationError('INTERRUPTED', 'The sync was stopped.') }
    while (this.#inFlight.size > 0) await Promise.race(this.#inFlight)
  }

  #start(taken: TakenBatch): void {
    const bytes = taken.batch.allocatedBytes
    this.#inFlightBytes += bytes
    const write = this.#write(taken)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        taken.batch.release()
        this.#inFlightBytes -= bytes
        this.#inFlight.delete(write)
        this.pump()
      })
    this.#inFlight.add(write)
  }

  async #write(taken: TakenBatch): Promise<void> {
    const { batch } = taken
    const { writer, times, now } = this.#options
    const startedAt = now()
    const receipt = await writer.write(batch)
    const work = times.work(batch.stream.index)
    work.batches += 1
    work.bytes += batch.byteLength
    work.loadingMilliseconds += now() - startedAt
    const mismatch = findReceiptMismatch(receipt, batch.count)
    if (mismatch !== undefined) {
      throw new DestinationError(
        'RECEIPT_MISMATCH',
        `Of ${batch.count} records sent to stream \`${describeStream(batch.stream.descriptor)}\` the destination reports ` +
          `${mismatch}. No state is released for them; the next sync sends them again.`,
        { stream: batch.stream.descriptor },
      )
    }
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
