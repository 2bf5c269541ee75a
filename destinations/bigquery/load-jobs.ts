import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import type { BigQuery } from '@google-cloud/bigquery'
import {
  DestinationError,
  describeStream,
  type RecordBatch,
  type StreamConfig,
  type TableName,
} from 'landfall/sdk'
import { encodeRows } from './encode-rows.ts'
import { classifyBigQueryError } from './errors.ts'
import { JobFailure, type JobResource, type JobRunner } from './job-runner.ts'
import { isPassing, type Problem } from './problem.ts'
import { describeBatch } from './row-loader.ts'
import type { StagingFiles } from './staging-files.ts'

export type LoadJobsOptions = {
  readonly client: BigQuery
  readonly runner: JobRunner
  readonly location: string
  /** Absent: rows are uploaded with the job. */
  readonly files: StagingFiles | undefined
}

/** A batch among those of one job: what it is, and its records when they are needed. */
export type LoadSource = Pick<RecordBatch, 'stream' | 'rawIds' | 'count' | 'byteLength'> & {
  readonly read: () => Promise<RecordBatch>
}

/** A job whose end nobody saw. */
type OpenJob = { readonly base: string; readonly attempt: number }

/** Loads batches, each by a job whose id follows from the batch: however often it is sent, it lands once. */
export class LoadJobs {
  readonly #options: LoadJobsOptions
  /** Jobs of a batch that have ended with an error; the next one needs an id of its own. */
  readonly #failures = new Map<string, number>()
  /** The last job of each batch whose end nobody saw, by the batch's first raw id. */
  readonly #open = new Map<string, OpenJob>()

  constructor(options: LoadJobsOptions) {
    this.#options = options
  }

  /** @returns the number of rows that BigQuery reports */
  async load(table: TableName, batch: RecordBatch, activity: string): Promise<number> {
    const chunks = encodeRows(batch)
    return this.#load(
      { table, batches: [batch], parts: () => Readable.from([chunks]) },
      activity,
      (problem) => explainFailure(problem, batch, chunks),
    )
  }

  /** Several batches by one job. A failure does not say which of them it is about. @returns the number of rows */
  async loadTogether(table: TableName, sources: readonly LoadSource[], activity: string): Promise<number> {
    const [first] = sources
    if (first === undefined) return 0
    const parts = async function* () {
      for (const { read } of sources) yield encodeRows(await read())
    }
    return this.#load({ table, batches: sources, parts }, activity, () =>
      refusedRecord(first.stream, undefined),
    )
  }

  async #load(
    load: Load,
    activity: string,
    explainRefusal: (problem: Problem) => DestinationError,
  ): Promise<number> {
    const base = jobIdOf(load)
    const attempt = this.#failures.get(base) ?? 0
    const jobId = `${base}_${attempt}`
    const open = { base, attempt }
    for (const { rawIds } of load.batches) this.#open.set(rawIds.get(0), open)
    try {
      const job = await this.#run(jobId, load, activity)
      this.#forget(load)
      return Number(job.statistics?.load?.outputRows ?? 0)
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error
      this.#forget(load)
      this.#failures.set(base, attempt + 1)
      const { problem } = error
      if (!isPassing(problem) && problem.reason === 'invalid') throw explainRefusal(problem)
      throw classifyBigQueryError(
        { errors: [{ reason: problem.reason }], message: problem.message },
        activity,
      )
    }
  }

  #forget({ batches }: Load): void {
    for (const { rawIds } of batches) this.#open.delete(rawIds.get(0))
  }

  /**
   * Waits for the end of a load that nobody saw, and says whether it landed; undefined where there is none. A
   * load that is not there yet may still arrive, so its id, which can be used only once, is used up here: the batches
   * may go with others next, under another id.
   */
  async settle(firstRawId: string, activity: string): Promise<boolean | undefined> {
    const open = this.#open.get(firstRawId)
    if (open === undefined) return undefined
    const { base, attempt } = open
    const jobId = `${base}_${attempt}`
    const { runner } = this.#options
    try {
      await runner.useUp(jobId)
      const job = await runner.find(jobId)
      const isUsedUp = job?.configuration?.query !== undefined
      if (isUsedUp) this.#failures.set(base, Math.max(attempt + 1, this.#failures.get(base) ?? 0))
      if (job === undefined || isUsedUp) return false
      await runner.waitFor(jobId)
      return true
    } catch (error) {
      if (!(error instanceof JobFailure)) throw classifyBigQueryError(error, activity)
      return false
    }
  }

  async #run(jobId: string, { table, parts }: Load, activity: string): Promise<JobResource> {
    const { runner, files } = this.#options
    if (files === undefined) return runner.run(jobId, () => this.#upload(jobId, table, parts()), activity)
    const names: string[] = []
    for await (const chunks of parts()) {
      const name = files.nameFor(table, `${jobId}_${names.length}.ndjson`, new Date())
      await files.write(name, chunks)
      names.push(name)
    }
    const uris = names.map((name) => files.uri(name))
    const job = await runner.run(jobId, () => this.#loadFiles(jobId, table, uris), activity)
    for (const name of names) await files.remove(name)
    return job
  }

  #table({ namespace, name }: TableName) {
    const { client, location } = this.#options
    return client.dataset(namespace, { location }).table(name, { location })
  }

  /** One request with job and rows. The client would start to watch the job, which is the runner's business. */
  async #upload(jobId: string, table: TableName, parts: Parts): Promise<void> {
    const upload = this.#table(table).createWriteStream({ ...loadOptions, jobId })
    const rows = Readable.from(flatten(parts), { objectMode: false, highWaterMark: 1 })
    // A file that cannot be read any more must end the upload, and not look like the end of the rows.
    rows.on('error', (error) => upload.destroy(error))
    rows.pipe(upload)
    try {
      const [job] = await once(upload, 'job')
      // It has started to watch the job already; what that request meets is nobody's error either.
      job?.removeAllListeners().on('error', () => undefined)
    } finally {
      rows.unpipe(upload).destroy()
      // What still happens on a connection that is given up is nobody's error.
      upload.on('error', () => undefined)
      upload.destroy()
    }
  }

  async #loadFiles(
    jobId: string,
    { namespace, name }: TableName,
    sourceUris: readonly string[],
  ): Promise<void> {
    const { client, location } = this.#options
    await client.createJob({
      configuration: {
        load: {
          ...loadOptions,
          sourceUris: [...sourceUris],
          destinationTable: { projectId: client.projectId, datasetId: namespace, tableId: name },
        },
      },
      jobId,
      location,
    })
  }
}

/** The table's own schema counts; a row with anything else is refused. */
const loadOptions = {
  sourceFormat: 'NEWLINE_DELIMITED_JSON',
  writeDisposition: 'WRITE_APPEND',
  createDisposition: 'CREATE_NEVER',
  ignoreUnknownValues: false,
  maxBadRecords: 0,
} as const

/** Rows of one batch after the other, encoded when it is their turn. */
type Parts = AsyncIterable<readonly Buffer[]>

type Load = {
  readonly table: TableName
  readonly batches: readonly Pick<RecordBatch, 'rawIds' | 'count' | 'byteLength'>[]
  readonly parts: () => Parts
}

async function* flatten(parts: Parts): AsyncGenerator<Buffer> {
  for await (const chunks of parts) yield* chunks
}

/** Follows from the batches, so that BigQuery knows it again. */
function jobIdOf({ table, batches }: Load): string {
  const descriptions = batches.map((batch) => describeBatch(table, batch))
  const hash = createHash('sha256').update(descriptions.join('\n')).digest('hex')
  return `landfall_load_${hash.slice(0, 40)}`
}

/** BigQuery quotes values in its words about rows, so they go nowhere; only the position is read. */
function explainFailure(
  { message }: Problem,
  { stream, count }: RecordBatch,
  chunks: readonly Buffer[],
): DestinationError {
  const position = /position (\d+)/.exec(message)?.[1]
  const recordIndex = position === undefined ? undefined : countLines(chunks, Number(position))
  return refusedRecord(stream, recordIndex === undefined ? undefined : { recordIndex, count })
}

function refusedRecord(
  { descriptor }: StreamConfig,
  place: { readonly recordIndex: number; readonly count: number } | undefined,
): DestinationError {
  const what =
    place === undefined ? 'a record' : `record ${place.recordIndex + 1} of a batch of ${place.count}`
  return new DestinationError(
    'DATA_REFUSED',
    `BigQuery refused ${what} of the stream \`${describeStream(descriptor)}\`.`,
    {
      stream: descriptor,
      recordIndex: place?.recordIndex,
    },
  )
}

const lineFeed = 0x0a

/** How many rows end in front of a position. */
function countLines(chunks: readonly Buffer[], position: number): number {
  let lines = 0
  let start = 0
  for (const chunk of chunks) {
    const head = chunk.subarray(0, Math.max(0, position - start))
    for (let at = head.indexOf(lineFeed); at !== -1; at = head.indexOf(lineFeed, at + 1)) lines += 1
    start += chunk.length
  }
  return lines
}
