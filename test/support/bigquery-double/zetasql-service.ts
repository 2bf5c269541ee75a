import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Client, credentials, loadPackageDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

/** A message of the service: fields by their names in the .proto files, 64-bit numbers as text. */
export type Message = { readonly [field: string]: unknown }

type UnaryCall = (request: Message, callback: (error: Error | null, response: Message) => void) => void

const root = fileURLToPath(
  new URL('../../../node_modules/@fivetrandevelopers/zetasql/lib/zetasql/', import.meta.url),
)

const programs: { readonly [platform: string]: string } = {
  'linux-x64': 'remote_server.so',
  'linux-arm64': 'remote_server_arm.so',
  'darwin-x64': 'remote_server',
  'darwin-arm64': 'remote_server_arm',
}

const startMilliseconds = 30_000

/** The program has bugs that abort it. A call that meets one fails; the next one finds a new process. */
const unavailable = 14

/**
 * Google's own analyser and reference evaluator of GoogleSQL, as a process of its own. Started with the first
 * call, and anew after a crash. Where it cannot start, every call fails: there is nothing to fall back to.
 */
export class ZetaSqlService implements AsyncDisposable {
  #running: Promise<{ readonly process: ChildProcess; readonly client: Client }> | undefined
  #languageOptions: Promise<Message> | undefined

  async call(method: string, request: Message): Promise<Message> {
    this.#running ??= start()
    const running = this.#running
    const { client } = await running
    const call = (client as unknown as { readonly [method: string]: UnaryCall | undefined })[method]
    if (call === undefined) throw new Error(`ZetaSQL has no method ${method}`)
    try {
      return await new Promise((resolve, reject) => {
        call.call(client, request, (error, response) => (error === null ? resolve(response) : reject(error)))
      })
    } catch (error) {
      if ((error as { readonly code?: number }).code === unavailable && this.#running === running)
        this.#running = undefined
      throw error
    }
  }

  /** As BigQuery has them, as far as a version of 2023 knows. */
  languageOptions(): Promise<Message> {
    this.#languageOptions ??= this.call('GetLanguageOptions', { maximum_features: true }).then((options) => ({
      ...options,
      product_mode: 'PRODUCT_EXTERNAL',
      reserved_keywords: ['QUALIFY'],
      // With nanoseconds, casts take more digits than BigQuery's do.
      enabled_language_features: [
        ...(options.enabled_language_features as readonly string[]).filter(
          (name) => name !== 'FEATURE_TIMESTAMP_NANOS',
        ),
        'FEATURE_ALTER_COLUMN_SET_DATA_TYPE',
        'FEATURE_CREATE_TABLE_CLONE',
      ],
      supported_statement_kinds: statementKinds(),
    }))
    return this.#languageOptions
  }

  /** The process's id, for tests that end it. */
  async processId(): Promise<number | undefined> {
    return (await this.#running)?.process.pid
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = await this.#running?.catch(() => undefined)
    this.#running = undefined
    running?.client.close()
    running?.process.kill()
  }
}

async function start() {
  const program = programs[`${process.platform}-${process.arch}`]
  if (program === undefined || !existsSync(`${root}${program}`)) {
    throw new Error(
      `ZetaSQL has no program for ${process.platform} ${process.arch} in \`@fivetrandevelopers/zetasql\`. The tests of BigQuery need it.`,
    )
  }
  const port = await freePort()
  const child = spawn(`${root}${program}`, ['localhost', String(port)], { stdio: 'ignore' })
  const failure = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(`ZetaSQL could not be started: ${error.message}`)))
    child.once('exit', (code, signal) => reject(new Error(`ZetaSQL ended with ${code ?? signal}`)))
  })
  const client = connect(port)
  const ready = new Promise<void>((resolve, reject) => {
    client.waitForReady(Date.now() + startMilliseconds, (error) => (error ? reject(error) : resolve()))
  })
  await Promise.race([ready, failure])
  // A later end is noticed by the call that it breaks.
  failure.catch(() => undefined)
  child.unref()
  const kill = () => child.kill()
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return { process: child, client }
}

function connect(port: number): Client {
  const definition = loadSync('local_service.proto', {
    includeDirs: [`${root}protos`],
    keepCase: true,
    arrays: true,
    longs: String,
    enums: String,
    oneofs: true,
  })
  const loaded = loadPackageDefinition(definition) as unknown as {
    readonly zetasql: {
      readonly local_service: { readonly ZetaSqlLocalService: new (...parameters: unknown[]) => Client }
    }
  }
  return new loaded.zetasql.local_service.ZetaSqlLocalService(
    `localhost:${port}`,
    credentials.createInsecure(),
    {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
    },
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function statementKinds(): readonly string[] {
  const text = readFileSync(`${root}protos/zetasql/resolved_ast/resolved_node_kind.proto`, 'utf8')
  return [...new Set(Array.from(text.matchAll(/\b(RESOLVED_\w+_STMT)\b/g), ([, kind = '']) => kind))]
}
