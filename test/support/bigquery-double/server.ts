import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { restType } from './decode-values.ts'
import { Engine } from './engine.ts'
import { ApiError, notFound } from './errors.ts'
import { type Fault, Faults, type RequestKind } from './faults.ts'
import { type Job, type JobRequest, Jobs } from './jobs.ts'
import { type HmacKey, Objects } from './objects.ts'
import { readMultipart } from './read-multipart.ts'
import { type TokenRules, verifyToken } from './verify-token.ts'
import { ZetaSqlService } from './zetasql-service.ts'

export type DoubleOptions = TokenRules & {
  readonly projectId: string
  readonly location?: string
  readonly hmacKey?: HmacKey
  readonly buckets?: readonly string[]
  /**
   * Whether a bad query is refused at once, or accepted as a job that then fails. It is not documented which
   * errors come when, so the connector must live with both.
   */
  readonly refusesBadQueriesAtOnce?: boolean
  /** See `JobsOptions`. */
  readonly takeRows?: (key: string, input: Buffer) => number
}

/** How long getQueryResults waits for a job, at most. */
const longestWaitMilliseconds = 10_000

/**
 * BigQuery's REST API as far as the connector uses it, and the XML API of Cloud Storage, on the loopback
 * interface, with Google's own analyser and evaluator of SQL behind it.
 */
export class BigQueryDouble implements AsyncDisposable {
  readonly projectId: string
  readonly faults = new Faults()
  readonly objects: Objects
  readonly service = new ZetaSqlService()
  readonly engine: Engine
  readonly jobs: Jobs
  /** Method and path of every request, in order. */
  readonly requests: string[] = []
  readonly #options: DoubleOptions
  readonly #server: Server

  constructor(options: DoubleOptions) {
    const location = options.location ?? 'EU'
    this.#options = options
    this.projectId = options.projectId
    this.engine = new Engine(this.service, location)
    this.objects = new Objects(options.buckets ?? [], options.hmacKey ?? { accessId: '', secret: '' })
    this.jobs = new Jobs({
      engine: this.engine,
      projectId: options.projectId,
      location,
      takeRows: options.takeRows,
      readObject: (uri) => this.objects.contents.get(uri),
      beforeWork: (request) => {
        const query = request.configuration?.query
        this.faults.failJob(query === undefined ? 'load' : 'query', query?.query)
      },
    })
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async start(options: DoubleOptions): Promise<BigQueryDouble> {
    const double = new BigQueryDouble(options)
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve))
    // Where ZetaSQL cannot start, the tests fail here and not somewhere in the middle.
    await double.service.languageOptions()
    return double
  }

  get url(): string {
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) throw new Error('the server has not started')
    return `http://127.0.0.1:${address.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.service[Symbol.asyncDispose]()
  }

  addFault(fault: Fault): void {
    this.faults.add(fault)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request)
      this.requests.push(`${request.method} ${request.url}`)
      const route = this.#route(request, body)
      const fault = this.faults.take(route.kind, 'refuse', 'cut')
      if (fault?.kind === 'refuse')
        throw new ApiError(fault.status, fault.reason, `${fault.reason}, on purpose`)
      if (fault?.kind === 'cut' && fault.moment === 'before') return void request.socket.destroy()
      const answer = await route.work()
      if (fault?.kind === 'cut') return void request.socket.destroy()
      send(response, route.status?.() ?? 200, answer)
    } catch (error) {
      sendError(response, error)
    }
  }

  #route(
    request: IncomingMessage,
    body: Buffer,
  ): { readonly kind: RequestKind; readonly work: () => Promise<object>; readonly status?: () => number } {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const path = url.pathname.replace(/^\/upload/, '').replace(/^\/bigquery\/v2/, '')
    const prefix = `/projects/${this.projectId}`
    if (!path.startsWith(prefix)) return this.#object(request, body)
    verifyToken(request.headers.authorization, this.#options)
    const parts = path
      .slice(prefix.length + 1)
      .split('/')
      .map(decodeURIComponent)
    const route = `${request.method} ${parts.map((part, index) => (index % 2 === 0 ? part : '*')).join('/')}`
    assertParameters(route, url)
    const isUpload = url.pathname.startsWith('/upload/')
    if (route === 'POST jobs')
      return this.#insertJob(
        isUpload
          ? readMultipart(request, body)
          : { metadata: JSON.parse(body.toString()), content: undefined },
      )
    if (route === 'GET jobs/*')
      return { kind: 'job', work: async () => this.jobs.toResource(this.jobs.get(parts[1] ?? '')) }
    if (route === 'GET queries/*')
      return { kind: 'results', work: () => this.#results(this.jobs.get(parts[1] ?? '')) }
    if (route === 'GET datasets/*')
      return { kind: 'metadata', work: async () => this.#dataset(parts[1] ?? '') }
    if (route === 'GET datasets/*/tables/*')
      return { kind: 'metadata', work: async () => this.#table(`${parts[1]}.${parts[3]}`) }
    throw new Error(`the double does not know ${route}`)
  }

  #insertJob({ metadata, content }: { readonly metadata: JobRequest; readonly content: Buffer | undefined }) {
    const kind = metadata.configuration?.query === undefined ? 'load' : 'query'
    const work = async () => {
      const job = this.jobs.insert(metadata, content)
      if (this.#options.refusesBadQueriesAtOnce === true) {
        await job.done
        if (job.error?.reason === 'invalidQuery') throw job.error
      }
      return this.jobs.toResource(job)
    }
    return { kind, work } as const
  }

  #object(request: IncomingMessage, body: Buffer) {
    let status = 500
    const work = async () => {
      status = this.objects.handle(request, body)
      return {}
    }
    return { kind: 'object', work, status: () => status } as const
  }

  async #results(job: Job): Promise<object> {
    await Promise.race([
      job.done,
      new Promise((resolve) => setTimeout(resolve, longestWaitMilliseconds).unref()),
    ])
    return this.jobs.toQueryResults(job)
  }

  #dataset(name: string): object {
    const dataset = this.engine.store.datasets.get(name)
    if (dataset === undefined) throw notFound(`Dataset ${this.projectId}:${name}`)
    return {
      kind: 'bigquery#dataset',
      datasetReference: { projectId: this.projectId, datasetId: name },
      location: dataset.location,
    }
  }

  #table(key: string): object {
    const { columns, clusterBy, partitionBy } = this.engine.store.table(key)
    const fields = columns.map(({ name, kind, isRequired, description }) => ({
      name,
      type: restType(kind),
      mode: isRequired ? 'REQUIRED' : 'NULLABLE',
      ...(description === undefined ? {} : { description }),
    }))
    return {
      kind: 'bigquery#table',
      schema: { fields },
      ...(clusterBy.length === 0 ? {} : { clustering: { fields: clusterBy } }),
      ...(partitionBy?.kind === 'day'
        ? { timePartitioning: { type: 'DAY', field: partitionBy.column } }
        : {}),
      ...(partitionBy?.kind === 'range' ? { rangePartitioning: { field: partitionBy.column } } : {}),
    }
  }
}

/** Per route the parameters of its reference page, besides those that every route takes; the API refuses others. */
const knownParameters: { readonly [route: string]: readonly string[] } = {
  'POST jobs': ['uploadType'],
  'GET jobs/*': ['location'],
  'GET queries/*': [
    'location',
    'timeoutMs',
    'maxResults',
    'pageToken',
    'startIndex',
    'formatOptions.useInt64Timestamp',
  ],
}

function assertParameters(route: string, url: URL): void {
  const unknown = [...url.searchParams.keys()].find(
    (name) => name !== 'prettyPrint' && !(knownParameters[route] ?? []).includes(name),
  )
  if (unknown !== undefined)
    throw new ApiError(400, 'invalid', `Unknown name "${unknown}": Cannot bind query parameter.`)
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(status === 204 ? undefined : JSON.stringify(body))
}

/** An error that is none of the API's is a fault of the double, and says so. */
function sendError(response: ServerResponse, error: unknown): void {
  const { status, reason, message } =
    error instanceof ApiError
      ? error
      : new ApiError(
          501,
          'notImplemented',
          `The double failed: ${error instanceof Error ? error.stack : String(error)}`,
        )
  send(response, status, {
    error: { code: status, message, errors: [{ message, domain: 'global', reason }] },
  })
}
