import {
  DestinationError,
  describeStream,
  type Logger,
  type RecordBatch,
  requestRetryPolicy,
  retry,
  type TableName,
} from 'landfall/sdk'
import { AppendConnection, type AppendResponse, interruption } from './append-connection.ts'
import { encodeProtoRows, type ProtoRequest } from './encode-proto-rows.ts'
import { classifyBigQueryError } from './errors.ts'
import { isPassing, readProblem } from './problem.ts'
import { describeBatch, type RowLoader } from './row-loader.ts'
import type { WriteDriver } from './write-client.ts'
import { codeOf, grpcCode, toProblem } from './write-errors.ts'

export type WriteStreamsOptions = {
  readonly driver: WriteDriver
  readonly projectId: string
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Before the second attempt of a request; doubles. */
  readonly firstDelayMilliseconds?: number
}

const requestTimeoutMilliseconds = 60_000

/** How far a batch has come on its way into a stream of its own. */
type Progress = {
  /** What the batch is known by: another one needs another stream. */
  readonly batch: string
  readonly stream: string
  /** Rows that the stream is known to have. */
  rows: number
  isFinalized: boolean
}

/**
 * Loads batches by the Storage Write API, each through a pending stream of its own: rows are appended at
 * offsets that the server checks, and become visible all at once when the stream is committed, which happens once however
 * often it is asked for. https://cloud.google.com/bigquery/docs/write-api-batch
 */
export class WriteStreams implements RowLoader {
  readonly #options: WriteStreamsOptions
  /** Batches whose end nobody saw, by the first raw id. The next attempt goes on with the same stream. */
  readonly #open = new Map<string, Progress>()

  constructor(options: WriteStreamsOptions) {
    this.#options = options
  }

  /** @returns the number of rows that BigQuery reports */
  async load(table: TableName, batch: RecordBatch, activity: string): Promise<number> {
    const firstRawId = batch.rawIds.get(0)
    try {
      const progress = await this.#progressOf(table, batch)
      if (!progress.isFinalized) await this.#append(progress, batch)
      const rows = await this.#finalize(progress)
      // A stream that has other rows than the batch must not become visible; the receipt will say so.
      if (rows === batch.count) await this.#commit(table, progress)
      this.#open.delete(firstRawId)
      return rows
    } catch (error) {
      // Without a commit nothing of the stream will ever be seen.
      if (DestinationError.is(error) && error.code === 'DATA_REFUSED') this.#open.delete(firstRawId)
      throw classifyBigQueryError(toProblem(error), activity)
    }
  }

  loadAlone(table: TableName, batch: RecordBatch, activity: string): Promise<number> {
    return this.load(table, batch, activity)
  }

  /**
   * Whether the batch's stream is committed; undefined where the batch has none. A commit that is not there yet may
   * still arrive, but the next attempt commits the same stream, and a stream is committed once.
   */
  async settle(firstRawId: string, activity: string): Promise<boolean | undefined> {
    const progress = this.#open.get(firstRawId)
    if (progress === undefined) return undefined
    const { client } = this.#options.driver
    try {
      const [stream] = await this.#persist(() => client.getWriteStream({ name: progress.stream }, once))
      return stream.commitTime !== undefined && stream.commitTime !== null
    } catch (error) {
      throw classifyBigQueryError(toProblem(error), activity)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.driver.client.close()
  }

  async #progressOf(table: TableName, batch: RecordBatch): Promise<Progress> {
    const name = describeBatch(table, batch)
    const firstRawId = batch.rawIds.get(0)
    const open = this.#open.get(firstRawId)
    if (open?.batch === name) return open
    const { client } = this.#options.driver
    const [{ name: stream }] = await this.#persist(() =>
      client.createWriteStream({ parent: this.#path(table), writeStream: { type: 'PENDING' } }, once),
    )
    if (!stream) throw new Error('BigQuery has made a stream without a name')
    const progress = { batch: name, stream, rows: 0, isFinalized: false }
    this.#open.set(firstRawId, progress)
    return progress
  }

  async #append(progress: Progress, batch: RecordBatch): Promise<void> {
    const { driver, signal } = this.#options
    let connection: AppendConnection | undefined
    try {
      for (const request of encodeProtoRows(batch, progress.rows)) {
        await this.#persist(async () => {
          connection ??= new AppendConnection(driver, progress.stream)
          try {
            assertAppended(await connection.append(request, signal), request, batch)
          } catch (error) {
            connection.close()
            connection = undefined
            throw error
          }
        })
        progress.rows = request.offset + request.rows.length
      }
    } finally {
      connection?.close()
    }
  }

  /** No more rows: only then can a stream be committed. A second time changes nothing. */
  async #finalize(progress: Progress): Promise<number> {
    const { client } = this.#options.driver
    const [{ rowCount }] = await this.#persist(() =>
      client.finalizeWriteStream({ name: progress.stream }, once),
    )
    progress.isFinalized = true
    return Number(rowCount ?? 0)
  }

  async #commit(table: TableName, { stream }: Progress): Promise<void> {
    const { client } = this.#options.driver
    const [{ streamErrors, commitTime }] = await this.#persist(() =>
      client.batchCommitWriteStreams({ parent: this.#path(table), writeStreams: [stream] }, once),
    )
    const [error] = streamErrors ?? []
    if (error === undefined && commitTime) return
    // An earlier request that nobody saw the end of has done it.
    if (error?.code === 'STREAM_ALREADY_COMMITTED' || error?.code === 2) return
    throw { code: 400, errors: [{ reason: String(error?.code ?? 'unknown') }], message: error?.errorMessage }
  }

  #path({ namespace, name }: TableName): string {
    return `projects/${this.#options.projectId}/datasets/${namespace}/tables/${name}`
  }

  #persist<Result>(action: () => Promise<Result>): Promise<Result> {
    const { logger, signal, firstDelayMilliseconds } = this.#options
    const attempt = async () => {
      if (signal.aborted) throw interruption(signal)
      return action()
    }
    return retry(attempt, {
      policy: {
        ...requestRetryPolicy,
        ...(firstDelayMilliseconds !== undefined && { firstDelayMilliseconds }),
      },
      signal,
      // A table that was made a moment ago is not everywhere yet.
      isPassing: (error) =>
        !DestinationError.is(error) &&
        (isPassing(readProblem(toProblem(error))) || codeOf(error) === grpcCode.notFound),
      onRetry: (error, { failures }) =>
        logger.debug(
          `The Storage Write API failed (${readProblem(toProblem(error)).reason}), attempt ${failures}.`,
        ),
    })
  }
}

/** The client repeats some requests for ten minutes without telling; repeating is our business. */
const once = { timeout: requestTimeoutMilliseconds, retry: null }

/** BigQuery quotes values in its words about rows, so they go nowhere; only the position is read. */
function assertAppended(
  { error, rowErrors }: AppendResponse,
  request: ProtoRequest,
  batch: RecordBatch,
): void {
  // Sent before, and nobody saw the answer. Offsets are the batch's own, so it is the same rows.
  if (!error || error.code === grpcCode.alreadyExists) return
  if (!rowErrors?.length) throw error
  const recordIndex = request.offset + Number(rowErrors[0]?.index ?? 0)
  throw new DestinationError(
    'DATA_REFUSED',
    `BigQuery refused record ${recordIndex + 1} of a batch of ${batch.count} of the stream \`${describeStream(batch.stream.descriptor)}\`.`,
    { stream: batch.stream.descriptor, recordIndex },
  )
}
