import { randomBytes } from 'node:crypto'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { DestinationWriter, StreamSummary } from '../destination/destination.ts'
import { DestinationError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { BatchDispatcher } from './batch-dispatcher.ts'
import { BlockPool } from './block-pool.ts'
import type { FlushLimits } from './flush-policy.ts'
import type { InputChunks } from './input-chunks.ts'
import { Intake } from './intake.ts'
import { createRawIdFactory } from './raw-ids.ts'
import { RecordBuffer } from './record-buffer.ts'
import { SyncTimes } from './sync-times.ts'

export type WriteOptions = {
  /** AirbyteMessages, one per line. */
  readonly input: InputChunks
  readonly streams: readonly StreamConfig[]
  readonly writer: DestinationWriter
  readonly limits: FlushLimits
  /** Gets each state once its records are durable: a line with its line break. */
  readonly emitState: (line: Buffer) => void
  readonly logger: Logger
  /** Aborted when the process is asked to stop, with a DestinationError as its reason. */
  readonly signal: AbortSignal
}

export type SyncReport = {
  readonly summaries: readonly StreamSummary[]
  readonly receivedBytes: number
  readonly times: SyncTimes
}

/** How often the age of buffers is looked at. */
const tickMilliseconds = 500

/** How often a long sync says that it lives. */
const progressMilliseconds = 60_000

/**
 * Reads the input to its end, writes every record, lets states out as their records become durable, and
 * has the destination finish its tables. Reading stops while the memory budget is used up.
 * @throws DestinationError the first failure; every state that left before it is true
 */
export async function runWrite(options: WriteOptions): Promise<SyncReport> {
  const { input, streams, writer, signal } = options
  const now = () => performance.now()
  const intake = createIntake(options)
  const times = new SyncTimes()
  const stopReading = () => void input.destroy()
  const dispatcher = new BatchDispatcher({
    intake,
    writer,
    limits: options.limits,
    now,
    times,
    onFailure: stopReading,
  })
  signal.addEventListener('abort', stopReading, { once: true })
  // Who was asked to stop before hears no event any more.
  if (signal.aborted) stopReading()
  const timer = startTimer(options, intake, dispatcher)
  try {
    await readInput({ ...options, intake, dispatcher, times })
    throwIfAborted(signal)
    const summaries = streams.map((stream) => summarize(stream, intake, dispatcher))
    const finishingAt = now()
    await writer.finish(summaries)
    times.finishingMilliseconds = now() - finishingAt
    intake.releaseHeld(
      new Set(summaries.filter(({ isSuccessful }) => isSuccessful).map(({ stream }) => stream.index)),
    )
    assertAllStatesReleased(intake)
    return { summaries, receivedBytes: intake.receivedBytes, times }
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', stopReading)
    await dispatcher.settle()
  }
}

type Reading = WriteOptions & {
  readonly intake: Intake
  readonly dispatcher: BatchDispatcher
  readonly times: SyncTimes
}

async function readInput({ input, signal, limits, intake, dispatcher, times }: Reading): Promise<void> {
  let since = performance.now()
  const lap = () => {
    const before = since
    since = performance.now()
    return since - before
  }
  try {
    for await (const chunk of input) {
      times.sourceMilliseconds += lap()
      intake.push(chunk, since)
      times.scanningMilliseconds += lap()
      if (intake.hasFullBuffer || dispatcher.usedBytes >= limits.budgetBytes) dispatcher.pump()
      intake.hasFullBuffer = false
      await dispatcher.waitForRoom()
      times.destinationMilliseconds += lap()
    }
    times.sourceMilliseconds += lap()
    // A stream that was destroyed because of a failure breaks off in the middle of a line.
    if (!signal.aborted && !dispatcher.hasFailed) intake.end()
  } catch (error) {
    throwIfAborted(signal)
    // What came before a bad line is good: it is written and its states leave before the sync fails.
    await dispatcher.drain()
    throw error
  }
  throwIfAborted(signal)
  await dispatcher.drain()
  times.drainingMilliseconds = lap()
}

function createIntake({ streams, emitState, logger, limits }: WriteOptions): Intake {
  const pool = new BlockPool()
  const createRawIds = createRawIdFactory({ now: Date.now, randomBytes })
  return new Intake({
    streams,
    emitState,
    logger,
    batchBytes: limits.batchBytes,
    createBuffer: (stream) => new RecordBuffer({ stream, pool, createRawIds }),
  })
}

function startTimer(
  { logger, streams }: WriteOptions,
  intake: Intake,
  dispatcher: BatchDispatcher,
): NodeJS.Timeout {
  let lastReport = performance.now()
  return setInterval(() => {
    dispatcher.pump()
    const now = performance.now()
    if (now - lastReport < progressMilliseconds) return
    lastReport = now
    const written = streams.reduce((sum, stream) => sum + dispatcher.recordsWritten(stream.index), 0)
    const megabytes = (intake.receivedBytes / 1e6).toFixed(0)
    logger.info(
      `Progress: ${megabytes} MB read, ${written} records written, ${(dispatcher.usedBytes / 1e6).toFixed(0)} MB in memory, ${intake.pendingStates} states waiting.`,
    )
  }, tickMilliseconds)
}

function summarize(stream: StreamConfig, intake: Intake, dispatcher: BatchDispatcher): StreamSummary {
  const status = intake.status(stream)
  return {
    stream,
    status,
    recordsWritten: dispatcher.recordsWritten(stream.index),
    isSuccessful: stream.hasGenerations ? status === 'COMPLETE' : status !== 'INCOMPLETE',
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw signal.reason
}

function assertAllStatesReleased(intake: Intake): void {
  const missing = intake.pendingStates - intake.heldStates
  if (missing === 0) return
  throw new DestinationError(
    'RECEIPT_MISMATCH',
    `${missing} states could not be released, although all records were written. The next sync sends their records again.`,
  )
}
