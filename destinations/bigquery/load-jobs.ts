import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import type { BigQuery } from '@google-cloud/bigquery'
import { DestinationError, describeStream, type RecordBatch, type TableName } from 'landfall/sdk'
import { encodeRows } from './encode-rows.ts'
import { classifyBigQueryError } from './errors.ts'
import { JobFailure, type JobResource, type JobRunner } from './job-runner.ts'
import { isPassing } from './problem.ts'
import { describeBatch, type RowLoader } from './row-loader.ts'
import type { StagingFiles } from './staging-files.ts'

export type LoadJobsOptions = {
  readonly client: BigQuery
  readonly runner: JobRunner
  readonly location: string
  /** Absent: rows are uploaded with the job. */
  readonly files: StagingFiles | undefined
}

/** Loads batches, each by a job whose id follows from the batch: however often it is sent, it lands once. */
export class LoadJobs implements RowLoader {
  readonly #options: LoadJobsOptions
  /** Jobs of a batch that have ended with an error; the next one needs an id of its own. */
  readonly #failures = new Map<string, number>()
  /** The last job of each batch whose end nobody saw, by the batch's first raw id. */
  readonly #open = new Map<string, string>()

  constructor(options: LoadJobsOptions) {
    this.#options = options
  }

  /** @returns the number of rows that BigQuery reports */
  async load(table: TableName, batch: RecordBatch, activity: string): Promise<number> {
    const chunks = encodeRows(batch)
    const base = jobIdOf(table, batch)
    const jobId = `${base}_${this.#failures.get(base) ?? 0}`
    const firstRawId = batch.rawIds.get(0)
    this.#open.set(firstRawId, jobId)
    try {
      const job = await this.#run(jobId, table, chunks, activity)
      this.#open.delete(firstRawId)
      return Number(job.statistics?.load?.outputRows ?? 0)
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error
      this.#open.delete(firstRawId)
      this.#failures.set(base, (this.#failures.get(base) ?? 0) + 1)
      throw explainFailure(error, batch, chunks, activity)
    }
  }

  /**
   * Waits for the end of a load that nobody saw, and says whether it landed; undefined where there is none. A
   * load that is not there yet may still arrive, but its id can be used only once, whoever sends it.
   */
  async settle(firstRawId: string, activity: string): Promise<boolean | undefined> {
    const jobId = this.#open.get(firstRawId)
    if (jobId === undefined) return undefined
    const { runner } = this.#options
    try {
      if ((await runner.find(jobId)) === undefined) return false
      await runner.waitFor(jobId)
      return true
    } catch (error) {
      if (!(error instanceof JobFailure)) throw classifyBigQueryError(error, activity)
      return false
    }
  }

  /** Requests are single ones; there is nothing to close. */
  async [Symbol.asyncDispose](): Promise<void> {}

  async #run(
    jobId: string,
    table: TableName,
    chunks: readonly Buffer[],
    activity: string,
  ): Promise<JobResource> {
    const { runner, files } = this.#options
    if (files === undefined) return runner.run(jobId, () => this.#upload(jobId, table, chunks), activity)
    const name = files.nameFor(table, `${jobId}.ndjson`, new Date())
    await files.write(name, chunks)
    const job = await runner.run(jobId, () => this.#loadFile(jobId, table, files.uri(name)), activity)
    await files.remove(name)
    return job
  }

  #table({ namespace, name }: TableName) {
    const { client, location } = this.#options
    return client.dataset(namespace, { location }).table(name, { location })
  }

  /** One request with job and rows. The client would start to watch the job, which is the runner's business. */
  async #upload(jobId: string, table: TableName, chunks: readonly Buffer[]): Promise<void> {
    const upload = this.#table(table).createWriteStream({ ...loadOptions, jobId })
    const rows = Readable.from(chunks, { objectMode: false, highWaterMark: chunks[0]?.length ?? 0 })
    rows.pipe(upload)
    try {
      const [job] = await once(upload, 'job')
      // It has started to watch the job already; what that request meets is nobody's error either.
      job?.removeAllListeners().on('error', () => undefined)
    } finally {
      rows.unpipe(upload)
      // What still happens on a connection that is given up is nobody's error.
      upload.on('error', () => undefined)
      upload.destroy()
    }
  }

  async #loadFile(jobId: string, { namespace, name }: TableName, uri: string): Promise<void> {
    const { client, location } = this.#options
    await client.createJob({
      configuration: {
        load: {
          ...loadOptions,
          sourceUris: [uri],
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

/** Follows from the batch, so that BigQuery knows it again. */
function jobIdOf(table: TableName, batch: RecordBatch): string {
  const hash = createHash('sha256').update(describeBatch(table, batch)).digest('hex')
  return `landfall_load_${hash.slice(0, 40)}`
}

/** BigQuery quotes values in its words about rows, so they go nowhere; only the position is read. */
function explainFailure(
  failure: JobFailure,
  batch: RecordBatch,
  chunks: readonly Buffer[],
  activity: string,
): DestinationError {
  const { problem } = failure
  if (isPassing(problem) || problem.reason !== 'invalid') {
    return classifyBigQueryError({ errors: [{ reason: problem.reason }], message: problem.message }, activity)
  }
  const position = /position (\d+)/.exec(problem.message)?.[1]
  const recordIndex = position === undefined ? undefined : countLines(chunks, Number(position))
  return new DestinationError(
    'DATA_REFUSED',
    `BigQuery refused ${recordIndex === undefined ? 'a record' : `record ${recordIndex + 1}`} of a batch of ${batch.count} of the stream \`${describeStream(batch.stream.descriptor)}\`.`,
    { stream: batch.stream.descriptor, recordIndex },
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
