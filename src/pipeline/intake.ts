import type { StreamConfig } from '../catalog/stream-config.ts'
import type { TerminalStatus } from '../destination/destination.ts'
import { DestinationError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { describeStream, type StreamDescriptor, streamKey } from '../protocol/messages.ts'
import { spliceDestinationStats } from '../protocol/read-message.ts'
import { createMessageScanner } from '../protocol/scan-message.ts'
import type {
  InvalidMessage,
  ScannedRecord,
  ScannedState,
  ScannedStatus,
  StatsSlot,
} from '../protocol/scanned-message.ts'
import type { BufferFacts } from './flush-policy.ts'
import type { BufferedBatch, RecordBuffer } from './record-buffer.ts'
import { LineSplitter } from './split-lines.ts'
import { type BatchTicket, MixedStatesError, type ReleasedState, StateLedger } from './state-ledger.ts'
import { readDescriptor, StreamRouter, unknownStream } from './stream-router.ts'

/**
 * A STATE line as it came in, and where its counts belong. Lines that wait for the end of the sync are not counted as
 * memory in use: no write would free them.
 */
type HeldLine = { readonly line: Buffer; readonly slot: StatsSlot; readonly isCounted: boolean }

export type TakenBatch = {
  readonly batch: BufferedBatch
  readonly ticket: BatchTicket<HeldLine>
  /** When its oldest record arrived. */
  readonly firstRecordAt: number
}

export type IntakeOptions = {
  readonly streams: readonly StreamConfig[]
  readonly createBuffer: (stream: StreamConfig) => RecordBuffer
  /** Gets each state's line once it may leave. */
  readonly emitState: (line: Buffer) => void
  readonly logger: Logger
  /** A buffer that reaches this size raises `hasFullBuffer`. */
  readonly batchBytes: number
}

/** Turns bytes into buffered records and counted states. Everything here is synchronous. */
export class Intake {
  readonly #options: IntakeOptions
  readonly #buffers: readonly RecordBuffer[]
  readonly #ledger: StateLedger<HeldLine>
  readonly #router: StreamRouter
  readonly #indexes: ReadonlyMap<string, number>
  readonly #heldStreams: ReadonlySet<number>
  readonly #statuses = new Map<number, TerminalStatus>()
  readonly #splitter = new LineSplitter((...line) => this.#acceptLine(...line))
  readonly #scanner = createMessageScanner()
  #messages = 0
  #now = 0
  #bufferedBytes = 0
  #stateBytes = 0
  #receivedBytes = 0

  /** Whether some buffer is worth a batch. The caller lowers it when it has looked. */
  hasFullBuffer = false

  constructor(options: IntakeOptions) {
    const { streams } = options
    this.#options = options
    this.#buffers = streams.map(options.createBuffer)
    this.#heldStreams = streamsWithoutResume(streams)
    this.#ledger = new StateLedger(streams.length, this.#heldStreams)
    this.#router = new StreamRouter(streams.map((stream) => stream.descriptor))
    this.#indexes = new Map(streams.map((stream) => [streamKey(stream.descriptor), stream.index]))
  }

  /** Memory of buffered records, of states that wait for records, and of the unfinished line. */
  get bufferedBytes(): number {
    return this.#bufferedBytes + this.#stateBytes + this.#splitter.pendingBytes
  }

  /** The part of states. */
  get stateBytes(): number {
    return this.#stateBytes
  }

  get receivedBytes(): number {
    return this.#receivedBytes
  }

  /** States that wait for records to become durable, or for the end of the sync. */
  get pendingStates(): number {
    return this.#ledger.pendingStates
  }

  /** Of these, the ones that wait for the end, or that will never leave. */
  get heldStates(): number {
    return this.#ledger.heldStates
  }

  status(stream: StreamConfig): TerminalStatus {
    return this.#statuses.get(stream.index) ?? 'NONE'
  }

  /** @throws DestinationError at the first line that is not a message of this sync */
  push(chunk: Buffer, now: number): void {
    this.#now = now
    this.#receivedBytes += chunk.length
    this.#splitter.push(chunk)
  }

  /** The last line may lack its line break. */
  end(): void {
    this.#splitter.end()
  }

  bufferFacts(): BufferFacts[] {
    const facts: BufferFacts[] = []
    for (const { stream, allocatedBytes, firstRecordAt } of this.#buffers) {
      if (firstRecordAt !== undefined) facts.push({ stream: stream.index, allocatedBytes, firstRecordAt })
    }
    return facts
  }

  take(index: number): TakenBatch {
    const buffer = this.#buffer(index)
    const firstRecordAt = buffer.firstRecordAt ?? this.#now
    const batch = buffer.take()
    this.#bufferedBytes -= batch.allocatedBytes
    return { batch, ticket: this.#ledger.takeTicket(index), firstRecordAt }
  }

  /** `rejected`: indexes in the batch of the records that were refused. */
  markWritten({ batch, ticket }: TakenBatch, rejected: readonly number[]): void {
    this.#emit(this.#ledger.markWritten(batch.stream.index, ticket, rejected))
  }

  /** After the tables were finished: states of streams whose rows would not have survived a failure. */
  releaseHeld(finished: ReadonlySet<number>): void {
    this.#emit(this.#ledger.releaseHeld(finished))
  }

  /** Returns whether a record has taken the buffer over. */
  #acceptLine(buffer: Buffer, start: number, end: number, isLarge: boolean): boolean {
    this.#messages += 1
    const message = this.#scanner.scan(buffer, start, end)
    if (message.kind === 'record') return this.#acceptRecord(buffer, message, isLarge ? end : undefined)
    if (message.kind === 'state') this.#acceptState(Buffer.from(buffer.subarray(start, end)), message)
    else if (message.kind === 'status') this.#acceptStatus(message)
    else if (message.kind === 'invalid') throw this.#invalidLine(message, end - start)
    return false
  }

  #acceptRecord(bytes: Buffer, record: ScannedRecord, largeLineEnd: number | undefined): boolean {
    const index = this.#router.route(bytes, record)
    if (index === unknownStream) throw this.#unknownStream(readDescriptor(bytes, record))
    if (this.#statuses.has(index)) throw this.#lateRecord(readDescriptor(bytes, record))
    const buffer = this.#buffer(index)
    const before = buffer.allocatedBytes
    const isTaken = largeLineEnd !== undefined && buffer.takeOver(bytes, record, largeLineEnd, this.#now)
    if (!isTaken) buffer.append(bytes, record, this.#now)
    const after = buffer.allocatedBytes
    this.#bufferedBytes += after - before
    if (after >= this.#options.batchBytes) this.hasFullBuffer = true
    this.#ledger.countRecord(index)
    return isTaken
  }

  #acceptState(line: Buffer, { scope, descriptor, statsSlot }: ScannedState): void {
    const stream = descriptor === undefined ? undefined : this.#indexes.get(streamKey(descriptor))
    const isHeld = scope === 'STREAM' ? this.#heldStreams.has(stream ?? -1) : this.#heldStreams.size > 0
    if (!isHeld) this.#stateBytes += line.length
    try {
      this.#emit(this.#ledger.addState(scope, stream, { line, slot: statsSlot, isCounted: !isHeld }))
    } catch (error) {
      if (!(error instanceof MixedStatesError)) throw error
      throw new DestinationError(
        'MESSAGE_INVALID',
        `Message ${this.#messages} of the input is ${error.message}; one sync must use one kind of state. ` +
          'This is a fault of the source connector.',
      )
    }
  }

  #acceptStatus({ descriptor, status }: ScannedStatus): void {
    if (status !== 'COMPLETE' && status !== 'INCOMPLETE') return
    const index = this.#indexes.get(streamKey(descriptor))
    if (index !== undefined) this.#statuses.set(index, status)
    else {
      this.#options.logger.warn(
        `Ignoring status ${status} of stream \`${describeStream(descriptor)}\`, which the catalog does not have.`,
      )
    }
  }

  #emit(states: readonly ReleasedState<HeldLine>[]): void {
    for (const { state, written, rejected } of states) {
      if (state.isCounted) this.#stateBytes -= state.line.length
      this.#options.emitState(spliceDestinationStats(state.line, state.slot, written, rejected))
    }
  }

  #buffer(index: number): RecordBuffer {
    const buffer = this.#buffers[index]
    if (buffer === undefined) throw new RangeError(`stream number ${index} has no buffer`)
    return buffer
  }

  #invalidLine({ reason }: InvalidMessage, length: number): DestinationError {
    return new DestinationError(
      'MESSAGE_INVALID',
      `Message ${this.#messages} of the input (${length} bytes) is invalid: ${reason}. The sync stops here, so that no record ` +
        'is skipped in silence; everything before it is safe. Check what the source printed.',
    )
  }

  #unknownStream(descriptor: StreamDescriptor): DestinationError {
    return new DestinationError(
      'STREAM_UNKNOWN',
      `Message ${this.#messages} of the input is a record of stream \`${describeStream(descriptor)}\`, which the catalog does not have. ` +
        "Refresh the connection's schema, or check the names and namespaces in the catalog.",
      { stream: descriptor },
    )
  }

  #lateRecord(descriptor: StreamDescriptor): DestinationError {
    return new DestinationError(
      'MESSAGE_INVALID',
      `Message ${this.#messages} of the input is a record of stream \`${describeStream(descriptor)}\` after the stream's terminal status. ` +
        'This is a fault of the source connector.',
      { stream: descriptor },
    )
  }
}

/**
 * Streams whose new rows are thrown away when the sync fails: replaced as a whole, with no generation id
 * to find them again. Their states leave only after the replacement.
 */
function streamsWithoutResume(streams: readonly StreamConfig[]): ReadonlySet<number> {
  return new Set(
    streams.filter((stream) => stream.isTruncate && !stream.hasGenerations).map((stream) => stream.index),
  )
}
