import { createServer, type Server as NetServer, connect as open, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Metadata, Server, ServerDuplexStream, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import { createCertificate, exportKey } from '../certificates.ts'
import { ApiError } from './errors.ts'
import type { Faults, RequestKind } from './faults.ts'
import type { Store } from './store.ts'
import { type TokenRules, verifyToken } from './verify-token.ts'
import { type AppendRequest, PendingStreams, type TakeRows, WriteError } from './write-streams.ts'

export type WriteServiceOptions = TokenRules & {
  readonly store: Store
  readonly faults: Faults
  readonly projectId: string
  readonly takeRows?: TakeRows
}

/** https://cloud.google.com/bigquery/quotas#write-api-limits */
const maximumRequestBytes = 10_000_000

/** How statuses of the REST API, which faults are given by, look in gRPC. */
const codes: ReadonlyMap<number, number> = new Map([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [429, 8],
  [500, 13],
  [503, 14],
])

type Unary = (request: never) => object

/**
 * The Storage Write API over gRPC and TLS, with a certificate that this thread trusts from then on. In front of it
 * stands a proxy that cuts connections.
 */
export class WriteService implements AsyncDisposable {
  readonly streams: PendingStreams
  /** The method of each request, in order. */
  readonly requests: string[] = []
  /** The bytes of each append. */
  readonly appendBytes: number[] = []
  readonly #options: WriteServiceOptions
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #proxy: NetServer | undefined
  #port = 0

  private constructor(options: WriteServiceOptions) {
    this.#options = options
    this.streams = new PendingStreams(options.store, options.projectId, options.takeRows)
  }

  static async start(options: WriteServiceOptions): Promise<WriteService> {
    const service = new WriteService(options)
    await service.#listen()
    return service
  }

  /** Of the authority that its certificate is signed by, for clients in other processes. */
  get authorityCertificate(): string {
    if (authority === undefined) throw new Error('the service has not started yet')
    return authority.certificate
  }

  get url(): string {
    return `https://localhost:${this.#port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cut()
    await new Promise((resolve) => this.#proxy?.close(resolve))
    this.#server?.forceShutdown()
  }

  async #listen(): Promise<void> {
    authority ??= trustNewAuthority()
    const { Server, ServerCredentials } = await import('@grpc/grpc-js')
    const { protos } = await import('@google-cloud/bigquery-storage')
    const own = createCertificate({ name: 'double', issuer: authority, hostName: 'localhost' })
    const pair = { private_key: Buffer.from(exportKey(own)), cert_chain: Buffer.from(own.certificate) }
    const server = new Server({ 'grpc.max_receive_message_length': -1 })
    this.#server = server
    const api = protos.google.cloud.bigquery.storage.v1
    const unary = [
      ['CreateWriteStream', api.CreateWriteStreamRequest, api.WriteStream],
      ['GetWriteStream', api.GetWriteStreamRequest, api.WriteStream],
      ['FinalizeWriteStream', api.FinalizeWriteStreamRequest, api.FinalizeWriteStreamResponse],
      ['BatchCommitWriteStreams', api.BatchCommitWriteStreamsRequest, api.BatchCommitWriteStreamsResponse],
      ['AppendRows', api.AppendRowsRequest, api.AppendRowsResponse],
    ] as const
    const definition = unary.map(([name, request, response]) => {
      const isStream = name === 'AppendRows'
      const entry = {
        path: `/google.cloud.bigquery.storage.v1.BigQueryWrite/${name}`,
        requestStream: isStream,
        responseStream: isStream,
        requestDeserialize: (bytes: Buffer) => {
          if (isStream) this.appendBytes.push(bytes.length)
          return request.decode(bytes)
        },
        requestSerialize: () => Buffer.alloc(0),
        responseSerialize: (value: object) =>
          Buffer.from(response.encode(response.fromObject(value)).finish()),
        responseDeserialize: () => ({}),
      }
      return [name, entry] as const
    })
    const { streams } = this
    server.addService(Object.fromEntries(definition), {
      CreateWriteStream: this.#unary('create_stream', ({ parent, writeStream }: CreateRequest) =>
        streams.create(parent, writeStream.type),
      ),
      GetWriteStream: this.#unary('stream', ({ name }: NameRequest) => streams.get(name)),
      FinalizeWriteStream: this.#unary('finalize', ({ name }: NameRequest) => streams.finalize(name)),
      BatchCommitWriteStreams: this.#unary('commit', ({ parent, writeStreams }: CommitRequest) =>
        streams.commit(parent, writeStreams),
      ),
      AppendRows: (call: ServerDuplexStream<AppendRequest, object>) => this.#append(call),
    })
    const inner = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createSsl(null, [pair]), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    )
    await this.#startProxy(inner)
  }

  async #startProxy(inner: number): Promise<void> {
    const proxy = createServer((socket) => {
      const behind = open(inner, '127.0.0.1')
      for (const end of [socket, behind]) {
        end.setNoDelay(true)
        this.#sockets.add(end)
        end.on('error', () => undefined).on('close', () => this.#sockets.delete(end))
      }
      socket.pipe(behind).pipe(socket)
    })
    this.#proxy = proxy
    await new Promise<void>((resolve) => proxy.listen(0, 'localhost', resolve))
    const address = proxy.address()
    if (typeof address === 'object' && address !== null) this.#port = address.port
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #unary(kind: RequestKind, work: Unary) {
    return (call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) => {
      try {
        const result = this.#handle(kind, call.metadata, () => work(call.request as never))
        if (result !== undefined) answer(null, result)
      } catch (error) {
        answer(toStatus(error))
      }
    }
  }

  #append(call: ServerDuplexStream<AppendRequest, object>): void {
    let stream = ''
    let descriptor: NonNullable<NonNullable<AppendRequest['protoRows']>['writerSchema']>['protoDescriptor']
    call.on('data', (request: AppendRequest) => {
      try {
        const bytes = this.appendBytes.at(-1) ?? 0
        if (bytes > maximumRequestBytes) throw new WriteError(3, `a request of ${bytes} bytes`)
        stream ||= request.writeStream
        descriptor ??= request.protoRows?.writerSchema?.protoDescriptor
        const routed = decodeURIComponent(String(call.metadata.get('x-goog-request-params')[0]))
        if (routed !== `write_stream=${stream}`) throw new WriteError(3, 'no routing header')
        if (!descriptor) throw new WriteError(3, 'no writer schema')
        const schema = descriptor
        const answer = this.#handle('append', call.metadata, () =>
          this.streams.append(stream, request, schema),
        )
        if (answer !== undefined) call.write(answer)
      } catch (error) {
        call.emit('error', toStatus(error))
      }
    })
    call.on('error', () => undefined)
    call.on('end', () => call.end())
  }

  /** @returns nothing where the connection was cut */
  #handle(kind: RequestKind, metadata: Metadata, work: () => object): object | undefined {
    this.requests.push(kind)
    verifyToken(String(metadata.get('authorization')[0]), this.#options)
    const fault = this.#options.faults.take(kind, 'refuse', 'cut')
    if (fault?.kind === 'refuse') throw new ApiError(fault.status, fault.reason, 'on purpose')
    const isBefore = fault?.kind === 'cut' && fault.moment === 'before'
    const result = isBefore ? undefined : work()
    if (fault === undefined) return result
    this.#cut()
    return undefined
  }
}

type CreateRequest = { readonly parent: string; readonly writeStream: { readonly type: unknown } }
type NameRequest = { readonly name: string }
type CommitRequest = { readonly parent: string; readonly writeStreams: readonly string[] }

let authority: ReturnType<typeof createCertificate> | undefined

/** For the rest of the thread, in addition to the usual ones. */
function trustNewAuthority() {
  const certificate = createCertificate({ name: 'the double' })
  setDefaultCACertificates([...getCACertificates('default'), certificate.certificate])
  return certificate
}

function toStatus(error: unknown): Error & { code: number } {
  if (error instanceof WriteError) return error
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const code = error instanceof ApiError ? (codes.get(error.status) ?? 2) : 12
  return Object.assign(
    new Error(error instanceof ApiError ? error.message : `The double failed: ${message}`),
    { code },
  )
}
