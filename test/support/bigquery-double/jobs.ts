import { restType, toCell } from './decode-values.ts'
import type { Engine } from './engine.ts'
import { ApiError, duplicate, notFound } from './errors.ts'
import type { QueryResult } from './evaluator.ts'
import { readJsonRows } from './load-rows.ts'
import { asList, asMessage } from './resolved.ts'

/** What a request asks for: the body of jobs.insert. */
export type JobRequest = {
  readonly configuration?: {
    readonly query?: { readonly query?: string; readonly useLegacySql?: boolean }
    readonly load?: {
      readonly destinationTable?: { readonly datasetId?: string; readonly tableId?: string }
      readonly sourceFormat?: string
      readonly sourceUris?: readonly string[]
      readonly schema?: {
        readonly fields?: readonly { readonly name: string; readonly type: string; readonly mode?: string }[]
      }
      readonly createDisposition?: string
      readonly writeDisposition?: string
    }
  }
  readonly jobReference?: { readonly jobId?: string; readonly location?: string }
}

export type Job = {
  readonly id: string
  readonly request: JobRequest
  readonly startedAt: number
  /** Settles when the job is done, also where it failed. */
  readonly done: Promise<void>
  isDone: boolean
  error?: ApiError | undefined
  result?: QueryResult | undefined
  outputRows?: number | undefined
  inputBytes?: number | undefined
}

export type JobsOptions = {
  readonly engine: Engine
  readonly projectId: string
  readonly location: string
  /** The contents of `gs://bucket/name`. */
  readonly readObject: (uri: string) => Buffer | undefined
  /** Takes the rows of loads in place of the store, for measurements; returns their number. */
  readonly takeRows?: ((key: string, input: Buffer) => number) | undefined
  /** Called before a job's work; what it throws is the job's error. */
  readonly beforeWork: (request: JobRequest) => void
}

/** The jobs of a project, one at a time, each under an id that can be used only once. */
export class Jobs {
  readonly #options: JobsOptions
  readonly #jobs = new Map<string, Job>()
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: JobsOptions) {
    this.#options = options
  }

  get all(): readonly Job[] {
    return [...this.#jobs.values()]
  }

  get(id: string): Job {
    const job = this.#jobs.get(id)
    if (job === undefined) throw notFound(`Job ${this.#options.projectId}:${this.#options.location}.${id}`)
    return job
  }

  insert(request: JobRequest, body?: Buffer): Job {
    const id = request.jobReference?.jobId ?? `job_${this.#jobs.size}`
    const location = request.jobReference?.location
    if (location !== this.#options.location)
      throw new ApiError(400, 'invalid', `a job in ${location}, tables in ${this.#options.location}`)
    if (this.#jobs.has(id)) throw duplicate(`Job ${this.#options.projectId}:${this.#options.location}.${id}`)
    if (!/^[A-Za-z0-9_-]{1,1024}$/.test(id)) throw new ApiError(400, 'invalid', `Invalid job ID "${id}"`)
    const work = this.#queue.then(() => this.#run(job, body))
    const job: Job = { id, request, startedAt: Date.now(), done: work, isDone: false }
    this.#queue = work
    this.#jobs.set(id, job)
    return job
  }

  async #run(job: Job, body: Buffer | undefined): Promise<void> {
    try {
      this.#options.beforeWork(job.request)
      const { query, load } = job.request.configuration ?? {}
      if (query?.query !== undefined) {
        if (query.useLegacySql !== false) throw new ApiError(400, 'invalidQuery', 'legacy SQL')
        job.result = (await this.#options.engine.run(query.query)).result
      } else if (load !== undefined) this.#load(job, load, body)
      else throw new ApiError(400, 'invalid', 'the double knows query and load jobs only')
    } catch (error) {
      job.error = error instanceof ApiError ? error : new ApiError(501, 'notImplemented', String(error))
    } finally {
      job.isDone = true
    }
  }

  #load(
    job: Job,
    load: NonNullable<NonNullable<JobRequest['configuration']>['load']>,
    body: Buffer | undefined,
  ): void {
    const { store } = this.#options.engine
    const { datasetId = '', tableId = '' } = load.destinationTable ?? {}
    const key = `${datasetId}.${tableId}`
    if (!store.datasets.has(datasetId)) throw notFound(`Dataset ${this.#options.projectId}:${datasetId}`)
    if (load.sourceFormat !== 'NEWLINE_DELIMITED_JSON')
      throw new Error(`the double does not load ${load.sourceFormat}`)
    if (load.writeDisposition !== 'WRITE_APPEND') throw new Error('the double only appends')
    if (!store.tables.has(key) && load.createDisposition === 'CREATE_NEVER')
      throw notFound(`Table ${this.#options.projectId}:${key}`)
    const table = store.tables.get(key) ?? {
      columns: (load.schema?.fields ?? []).map(toColumn),
      rows: [],
      clusterBy: [],
      partitionBy: undefined,
    }
    const input =
      load.sourceUris === undefined
        ? (body ?? Buffer.alloc(0))
        : Buffer.concat(load.sourceUris.map((uri) => this.#read(uri)))
    job.inputBytes = input.length
    job.outputRows = this.#options.takeRows?.(key, input)
    if (job.outputRows !== undefined) return
    const rows = readJsonRows(input, table)
    store.tables.set(key, { ...table, rows: [...table.rows, ...rows] })
    job.outputRows = rows.length
  }

  #read(uri: string): Buffer {
    const object = this.#options.readObject(uri)
    if (object === undefined) throw notFound(`URI ${uri}`)
    return object
  }

  /** As jobs.get and jobs.insert write it. */
  toResource(job: Job): object {
    const { projectId, location } = this.#options
    const error = job.error && { reason: job.error.reason, message: job.error.message }
    return {
      kind: 'bigquery#job',
      id: `${projectId}:${location}.${job.id}`,
      jobReference: { projectId, jobId: job.id, location },
      configuration: job.request.configuration,
      status: {
        state: job.isDone ? 'DONE' : 'RUNNING',
        ...(job.isDone && error !== undefined ? { errorResult: error, errors: [error] } : {}),
      },
      statistics: {
        creationTime: String(job.startedAt),
        ...(job.isDone && job.outputRows !== undefined
          ? { load: { outputRows: String(job.outputRows), inputFileBytes: String(job.inputBytes) } }
          : {}),
        ...(job.request.configuration?.query === undefined
          ? {}
          : {
              totalBytesProcessed: '1000',
              query: { totalBytesBilled: String(10 * 1024 * 1024), totalBytesProcessed: '1000' },
            }),
      },
    }
  }

  /** As jobs.getQueryResults writes it. Fails as the job has failed. */
  toQueryResults(job: Job): object {
    const { projectId, location } = this.#options
    const jobReference = { projectId, jobId: job.id, location }
    if (!job.isDone) return { kind: 'bigquery#getQueryResultsResponse', jobReference, jobComplete: false }
    if (job.error !== undefined) throw job.error
    const columns = job.result?.columns ?? []
    const kinds = columns.map(({ type }) => String(type.type_kind))
    return {
      kind: 'bigquery#getQueryResultsResponse',
      jobReference,
      jobComplete: true,
      schema: {
        fields: columns.map(({ name }, index) => ({
          name,
          type: restType(kinds[index] ?? ''),
          mode: 'NULLABLE',
        })),
      },
      totalRows: String(job.result?.rows.length ?? 0),
      rows: asList(job.result?.rows).map((row) => ({
        f: asList(row).map((cell, index) => ({ v: toCell(asMessage(cell), kinds[index] ?? '') })),
      })),
    }
  }
}

function toColumn(field: { readonly name: string; readonly type: string; readonly mode?: string }) {
  const kind = field.type === 'INTEGER' ? 'TYPE_INT64' : `TYPE_${field.type}`
  return { name: field.name, kind, isRequired: field.mode === 'REQUIRED' }
}
