import { randomUUID } from 'node:crypto'
import type { BigQuery } from '@google-cloud/bigquery'
import { type DestinationError, type Logger, pause, type Row, requestRetryPolicy, retry } from 'landfall/sdk'
import type { CostMeter } from './cost-meter.ts'
import { classifyBigQueryError } from './errors.ts'
import { isPassing, type Problem, readProblem } from './problem.ts'
import { type ApiRow, type ApiSchema, readRows } from './read-rows.ts'

/** What the API says of a job, as far as it is read here. */
export type JobResource = {
  readonly configuration?: { readonly query?: object }
  readonly status?: {
    readonly state?: string
    readonly errorResult?: { readonly reason?: string; readonly message?: string }
  }
  readonly statistics?: {
    readonly load?: { readonly outputRows?: string }
    readonly query?: { readonly totalBytesBilled?: string; readonly statementType?: string }
  }
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfiguration */
export type QueryConfiguration = {
  readonly query: { readonly query: string; readonly useLegacySql: false }
  readonly labels?: { readonly [name: string]: string }
}

const newQueryId = () => `landfall_query_${randomUUID()}`

type QueryResults = {
  readonly jobComplete?: boolean
  readonly schema?: ApiSchema
  readonly rows?: readonly ApiRow[]
  readonly pageToken?: string
}

export type JobRunnerOptions = {
  readonly client: BigQuery
  readonly projectId: string
  readonly location: string
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly costs: CostMeter
  /** Before the second attempt of a request; doubles. */
  readonly firstDelayMilliseconds?: number
}

/** How long one request waits for a query's end. The server answers at the end of it, done or not. */
const longPollMilliseconds = 20_000

/** Between two looks at a load: most take a few seconds. */
const firstPollMilliseconds = 50
const longestPollMilliseconds = 2_000

/** A job's own error, kept apart from what requests about it meet. */
export class JobFailure extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

/**
 * Runs jobs under ids of our own. BigQuery takes an id once, so a job whose answer was lost is found again, or
 * sent again under the same id, and never runs twice.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions
  /** Jobs whose end nobody saw, by the statements that they run. */
  readonly #unseen = new Map<string, string>()

  constructor(options: JobRunnerOptions) {
    this.#options = options
  }

  /** Runs a query and returns its rows. @throws DestinationError */
  async query(configuration: QueryConfiguration, activity: string): Promise<readonly Row[]> {
    try {
      return await this.#query(newQueryId(), configuration, activity)
    } catch (error) {
      throw this.#classify(error, activity)
    }
  }

  /**
   * Runs statements that must not run twice. Where nobody saw the end of their job, the next call waits for that one and
   * does not start another. @throws DestinationError
   */
  async executeOnce(configuration: QueryConfiguration, activity: string): Promise<void> {
    const statements = configuration.query.query
    const jobId = this.#unseen.get(statements) ?? newQueryId()
    this.#unseen.set(statements, jobId)
    try {
      await this.#query(jobId, configuration, activity)
      this.#unseen.delete(statements)
    } catch (error) {
      if (error instanceof JobFailure || !isPassing(readProblem(error))) this.#unseen.delete(statements)
      throw this.#classify(error, activity)
    }
  }

  async #query(jobId: string, configuration: QueryConfiguration, activity: string): Promise<readonly Row[]> {
    await this.#submit(jobId, () =>
      this.#post('/jobs', { configuration, jobReference: this.#reference(jobId) }),
    )
    const { rows, isDone } = await this.#results(jobId)
    const job = await this.waitFor(jobId, isDone)
    this.#options.costs.add(activity, Number(job.statistics?.query?.totalBytesBilled ?? 0))
    return rows
  }

  /**
   * Starts a job by an action of the caller's, and waits for its end.
   * @throws JobFailure where the job has ended with an error; DestinationError for all else
   */
  async run(jobId: string, start: () => Promise<unknown>, activity: string): Promise<JobResource> {
    try {
      await this.#submit(jobId, start)
      return await this.waitFor(jobId)
    } catch (error) {
      throw error instanceof JobFailure ? error : this.#classify(error, activity)
    }
  }

  /** Sees to it that no job that is still on its way can come under this id: a query of nothing takes it, or finds it taken. */
  async useUp(jobId: string): Promise<void> {
    const configuration = { query: { query: 'SELECT 1', useLegacySql: false } }
    await this.#submit(jobId, () =>
      this.#post('/jobs', { configuration, jobReference: this.#reference(jobId) }),
    )
  }

  /** The job with this id, or `undefined`. */
  async find(jobId: string): Promise<JobResource | undefined> {
    try {
      return await this.get<JobResource>(`/jobs/${jobId}`, { location: this.#options.location })
    } catch (error) {
      if (readProblem(error).status === 404) return undefined
      throw error
    }
  }

  /** @throws JobFailure where the job has ended with an error */
  async waitFor(jobId: string, isDone = false): Promise<JobResource> {
    for (let delay = firstPollMilliseconds; ; delay = Math.min(longestPollMilliseconds, delay * 1.5)) {
      const job = await this.get<JobResource>(`/jobs/${jobId}`, { location: this.#options.location })
      const { state, errorResult } = job.status ?? {}
      if (state === 'DONE') {
        if (errorResult === undefined) return job
        throw new JobFailure({
          status: undefined,
          reason: errorResult.reason ?? '',
          message: errorResult.message ?? '',
        })
      }
      if (isDone) delay = firstPollMilliseconds
      await pause(delay, this.#options.signal)
    }
  }

  /** A GET of the project, repeated where that helps. The API refuses parameters that it does not know. */
  get<Resource>(uri: string, qs: object = {}): Promise<Resource> {
    return this.#persist(() => this.#request<Resource>({ uri, qs }))
  }

  /** Sends a job until somebody says that it is there. */
  async #submit(jobId: string, start: () => Promise<unknown>): Promise<void> {
    await this.#persist(async (earlier) => {
      // After a failure that tells nothing, the job may be there.
      if (earlier !== undefined && (await this.find(jobId)) !== undefined) return
      try {
        await start()
      } catch (error) {
        if (readProblem(error).status !== 409) throw error
        // Sent before, by this process or by the client. The id is ours alone.
      }
    })
  }

  /** Rows of all pages, once the query has ended. A query that failed has none; its job tells why. */
  async #results(jobId: string): Promise<{ readonly rows: readonly Row[]; readonly isDone: boolean }> {
    const rows: Row[] = []
    let pageToken: string | undefined
    let schema: ApiSchema | undefined
    for (;;) {
      const page = await this.#resultPage(jobId, pageToken)
      if (page === undefined) return { rows: [], isDone: true }
      if (page.jobComplete !== true) continue
      schema ??= page.schema
      rows.push(...readRows(schema, page.rows ?? []))
      pageToken = page.pageToken
      if (pageToken === undefined) return { rows, isDone: true }
    }
  }

  async #resultPage(jobId: string, pageToken: string | undefined): Promise<QueryResults | undefined> {
    try {
      return await this.get<QueryResults>(`/queries/${jobId}`, {
        location: this.#options.location,
        timeoutMs: longPollMilliseconds,
        'formatOptions.useInt64Timestamp': true,
        ...(pageToken === undefined ? {} : { pageToken }),
      })
    } catch (error) {
      // This request fails as its job has failed, and does not say whether it is about itself.
      const job = await this.find(jobId)
      if (job?.status?.state === 'DONE' && job.status.errorResult !== undefined) return undefined
      throw error
    }
  }

  #persist<Result>(action: (earlier: unknown) => Promise<Result>): Promise<Result> {
    const { firstDelayMilliseconds, logger, signal } = this.#options
    return retry(action, {
      policy: {
        ...requestRetryPolicy,
        ...(firstDelayMilliseconds !== undefined && { firstDelayMilliseconds }),
      },
      signal,
      isPassing: (error) => isPassing(readProblem(error)),
      onRetry: (error, { failures }) =>
        logger.debug(`A request to BigQuery failed (${readProblem(error).reason}), attempt ${failures}.`),
    })
  }

  #post(uri: string, json: object): Promise<unknown> {
    return this.#request({ method: 'POST', uri, json })
  }

  #request<Response>(options: {
    readonly uri: string
    readonly [option: string]: unknown
  }): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#options.client.request({ ...options }, (error: unknown, response: unknown) => {
        if (error) reject(error)
        else resolve(response as Response)
      })
    })
  }

  #reference(jobId: string) {
    const { projectId, location } = this.#options
    return { projectId, jobId, location }
  }

  #classify(error: unknown, activity: string): DestinationError {
    if (!(error instanceof JobFailure)) return classifyBigQueryError(error, activity)
    const { reason, message } = error.problem
    return classifyBigQueryError({ errors: [{ reason }], message }, activity)
  }
}
