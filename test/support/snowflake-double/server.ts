import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { stagePath } from './copy.ts'
import { Engine } from './engine.ts'
import { resolveName } from './identifiers.ts'
import { type Credentials, type LoginData, refuseLogin } from './login.ts'
import type { Rowset } from './rowset.ts'
import type { SessionEngine } from './session-engine.ts'
import { SnowflakeError } from './snowflake-error.ts'

/** What happens to a request for a query, in place of an answer. */
export type Fault =
  /** The server is too busy, before it looks at the statement. */
  | 'unavailable'
  /** The connection breaks after the statement was executed. */
  | 'cut'
  /** The session's token has expired. */
  | 'expired'
  /** The answer says that the statement is still running; the result comes later. */
  | 'slow'
  /** The statement was aborted before it did anything, for example for want of room in the warehouse. */
  | 'aborted'

export type DoubleOptions = { readonly credentials?: Credentials }

export const defaultCredentials: Credentials = { user: 'AIRBYTE', password: 'let me in' }

type Session = { readonly engine: SessionEngine; token: string; readonly masterToken: string }
type Answer = { readonly [key: string]: unknown }

/**
 * A server that speaks the wire protocol of Snowflake to its real driver, over HTTP, with DuckDB behind a
 * rewriter. What it knows of Snowflake's SQL is written down here, so it proves that a client and this
 * project's statements fit together, not that Snowflake would take them.
 */
export class SnowflakeDouble implements AsyncDisposable {
  readonly engine: Engine
  readonly #server: Server
  readonly #credentials: Credentials
  readonly #sessions = new Map<string, Session>()
  /** Answers by request id: the same request is never executed twice. */
  readonly #answers = new Map<string, Promise<Answer>>()
  readonly #slowAnswers = new Map<string, Promise<Answer>>()
  /** Decides what happens to a statement; asked once for each request that comes in. */
  onQuery: (sql: string) => Fault | undefined = () => undefined
  /** Numbers for tests of sessions. */
  readonly counts = { logins: 0, renewals: 0, heartbeats: 0, repeatedRequests: 0 }

  private constructor(engine: Engine, server: Server, credentials: Credentials) {
    this.engine = engine
    this.#server = server
    this.#credentials = credentials
    server.on('request', (request, response) => void this.#handle(request, response))
  }

  static async start(options: DoubleOptions = {}): Promise<SnowflakeDouble> {
    const server = createServer()
    const { promise, resolve } = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', () => resolve())
    await promise
    return new SnowflakeDouble(await Engine.open(), server, options.credentials ?? defaultCredentials)
  }

  /** For the configuration's field `host`. */
  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the double does not listen')
    return `http://127.0.0.1:${address.port}`
  }

  /** A configuration that logs in by password. */
  get config() {
    return {
      host: this.url,
      role: 'AIRBYTE_ROLE',
      warehouse: 'AIRBYTE_WAREHOUSE',
      database: 'AIRBYTE_DATABASE',
      schema: 'PUBLIC',
      username: this.#credentials.user,
      credentials: { auth_type: 'Username and Password', password: this.#credentials.password },
    }
  }

  get openSessions(): number {
    return this.#sessions.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.#server.closeAllConnections()
    await promise
    for (const { engine } of this.#sessions.values()) await engine.close()
    await this.engine[Symbol.asyncDispose]()
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', this.url)
      const body = await readBody(request)
      const answer = await this.#route(url, request, body)
      if (answer === 'cut') request.socket.destroy()
      else if (answer === 'unavailable') response.writeHead(503).end('busy')
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  }

  async #route(url: URL, request: IncomingMessage, body: Answer): Promise<Answer | 'cut' | 'unavailable'> {
    const token = /Token="([^"]*)"/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (url.pathname === '/session/v1/login-request') return this.#login(body.data as LoginData)
    if (url.pathname === '/session/token-request') return this.#renew(token)
    if (url.pathname === '/telemetry/send') return { success: true, data: null }
    if (url.pathname === '/session/heartbeat') {
      this.counts.heartbeats += 1
      return this.#session(token) === undefined ? expired : { success: true, data: null }
    }
    if (url.pathname === '/session') return this.#logout(token)
    if (url.pathname === '/queries/v1/query-request') {
      return this.#query(token, url.searchParams.get('requestId') ?? '', body)
    }
    if (url.pathname === '/queries/v1/abort-request') return { success: true, data: null }
    const [, id = ''] = /^\/queries\/([^/]+)\/result$/.exec(url.pathname) ?? []
    const slow = this.#slowAnswers.get(id)
    if (slow !== undefined) return slow
    return { success: false, code: '390000', message: `no route ${url.pathname}`, data: null }
  }

  async #login(data: LoginData): Promise<Answer> {
    this.counts.logins += 1
    const refusal = refuseLogin(data, this.#credentials)
    if (refusal !== undefined) return { success: false, code: refusal[0], message: refusal[1], data: {} }
    const session: Session = {
      engine: await this.engine.openSession(),
      token: randomUUID(),
      masterToken: randomUUID(),
    }
    this.#sessions.set(session.masterToken, session)
    return {
      success: true,
      code: null,
      message: null,
      data: {
        token: session.token,
        masterToken: session.masterToken,
        validityInSeconds: 3600,
        masterValidityInSeconds: 14_400,
        sessionId: this.counts.logins,
        serverVersion: '9.0.0',
        // What a client asks for is in force when the server says so.
        parameters: Object.entries({
          CLIENT_STAGE_ARRAY_BINDING_THRESHOLD: 0,
          ...data.SESSION_PARAMETERS,
        }).map(([name, value]) => ({ name, value })),
        sessionInfo: {
          databaseName: 'AIRBYTE_DATABASE',
          schemaName: 'PUBLIC',
          warehouseName: 'W',
          roleName: 'R',
        },
      },
    }
  }

  #session(token: string): Session | undefined {
    return [...this.#sessions.values()].find((session) => session.token === token)
  }

  #renew(masterToken: string): Answer {
    const session = this.#sessions.get(masterToken)
    if (session === undefined)
      return { success: false, code: '390114', message: 'Authentication token has expired.', data: {} }
    this.counts.renewals += 1
    session.token = randomUUID()
    const validity = { validityInSecondsST: 3600, validityInSecondsMT: 14_400 }
    return { success: true, data: { sessionToken: session.token, masterToken, sessionId: 1, ...validity } }
  }

  /** Ends a session as the server may at any time: what was open is rolled back. */
  async #logout(token: string): Promise<Answer> {
    const session = this.#session(token)
    if (session !== undefined) {
      this.#sessions.delete(session.masterToken)
      await session.engine.close()
    }
    return { success: true, data: null }
  }

  async #query(token: string, requestId: string, body: Answer): Promise<Answer | 'cut' | 'unavailable'> {
    const sql = String(body.sqlText)
    const fault = this.onQuery(sql)
    if (fault === 'unavailable') return fault
    const session = this.#session(token)
    if (session === undefined) return expired
    if (fault === 'expired') {
      session.token = randomUUID()
      return expired
    }
    if (fault === 'aborted') {
      const data = { sqlState: '57014', errorCode: '000604' }
      return { success: false, code: '000604', message: 'SQL execution canceled', data }
    }
    const earlier = this.#answers.get(requestId)
    if (earlier !== undefined) this.counts.repeatedRequests += 1
    const answer = earlier ?? this.#execute(session, sql, tagOf(body))
    this.#answers.set(requestId, answer)
    if (fault === 'slow') return this.#answerLater(answer)
    await answer
    return fault === 'cut' ? 'cut' : answer
  }

  #answerLater(answer: Promise<Answer>): Answer {
    const queryId = randomUUID()
    this.#slowAnswers.set(queryId, answer)
    const data = { queryId, getResultUrl: `/queries/${queryId}/result`, queryAbortsAfterSecs: 300 }
    return { success: true, code: '333333', message: 'Query execution in progress.', data }
  }

  async #execute(session: Session, sql: string, queryTag: string): Promise<Answer> {
    if (/^PUT /i.test(sql)) return this.#put(sql, queryTag)
    try {
      return {
        success: true,
        code: null,
        message: null,
        data: toData(await session.engine.execute(sql, queryTag)),
      }
    } catch (error) {
      if (!(error instanceof SnowflakeError)) throw error
      const data = {
        sqlState: error.sqlState,
        errorCode: error.code,
        queryId: randomUUID(),
        internalError: false,
      }
      return { success: false, code: error.code, message: error.message, data }
    }
  }

  /** Tells the driver where to copy the file to; the driver does the rest. */
  #put(sql: string, queryTag: string): Answer {
    this.engine.statements.push({ text: sql, queryTag })
    const syntax =
      /^PUT 'file:\/\/([^']*)' '@("(?:[^"]|"")+")\.("(?:[^"]|"")+")\/([^']*)' AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = GZIP PARALLEL = (\d+) OVERWRITE = TRUE$/
    const match = syntax.exec(sql)
    if (match === null)
      return { success: false, code: '001003', message: `syntax error ${sql}`, data: { sqlState: '42000' } }
    const [source = '', schema = '', stage = '', path = '', parallel] = match
      .slice(1)
      .map((part) => part.replaceAll("''", "'"))
    const ignoresCase = this.engine.parameters.get('QUOTED_IDENTIFIERS_IGNORE_CASE') === 'true'
    const names = [schema, stage].map((token) => resolveName(token, ignoresCase))
    if (!this.engine.catalog.stages.has(names.join('\u0000'))) {
      return {
        success: false,
        code: '002003',
        message: 'SQL compilation error:\nStage does not exist or not authorized.',
        data: { sqlState: '02000' },
      }
    }
    return {
      success: true,
      code: null,
      data: {
        command: 'UPLOAD',
        src_locations: [source],
        stageInfo: { locationType: 'LOCAL_FS', location: stagePath(this.engine, names, path), creds: {} },
        autoCompress: false,
        sourceCompression: 'gzip',
        parallel: Number(parallel),
        overwrite: true,
        encryptionMaterial: null,
        queryId: randomUUID(),
      },
    }
  }
}

const expired: Answer = {
  success: false,
  code: '390112',
  message: 'Your session has expired. Please log in again.',
  data: null,
}

function tagOf({ parameters }: Answer): string {
  const tag = (parameters as Answer | undefined)?.QUERY_TAG
  return typeof tag === 'string' ? tag : ''
}

function toData({ rowType, rows, statementTypeId }: Rowset): Answer {
  return {
    parameters: [],
    rowtype: rowType,
    rowset: rows,
    total: rows.length,
    returned: rows.length,
    queryId: randomUUID(),
    finalDatabaseName: 'AIRBYTE_DATABASE',
    finalSchemaName: 'PUBLIC',
    statementTypeId,
    version: 1,
    queryResultFormat: 'json',
  }
}

async function readBody(request: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
  return plain.length === 0 ? {} : JSON.parse(plain.toString())
}
