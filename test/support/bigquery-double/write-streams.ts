import type { protos } from '@google-cloud/bigquery-storage'
import { BadRow, decodeMessage } from './decode-message.ts'
import type { Store, StoredColumn, StoredRow } from './store.ts'

type Api = typeof protos.google.cloud.bigquery.storage.v1
export type AppendRequest = InstanceType<Api['AppendRowsRequest']>
export type AppendAnswer = protos.google.cloud.bigquery.storage.v1.IAppendRowsResponse
type Descriptor = protos.google.protobuf.IDescriptorProto

/** An error with a code of gRPC. */
export class WriteError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

const invalidArgument = 3
const notFound = 5
const alreadyExists = 6
const outOfRange = 11

type Stream = {
  readonly name: string
  readonly parent: string
  readonly table: string
  rows: readonly StoredRow[]
  isFinalized: boolean
  committedAt: number | undefined
}

/** Takes the rows of committed streams in place of the store, for measurements. */
export type TakeRows = (table: string, rows: readonly StoredRow[], columns: readonly StoredColumn[]) => void

/** The pending streams of the Storage Write API, whose rows become visible when they are committed. */
export class PendingStreams {
  readonly #store: Store
  readonly #projectId: string
  readonly #takeRows: TakeRows | undefined
  readonly #streams = new Map<string, Stream>()

  constructor(store: Store, projectId: string, takeRows?: TakeRows) {
    this.#store = store
    this.#projectId = projectId
    this.#takeRows = takeRows
  }

  get all(): readonly Readonly<Stream>[] {
    return [...this.#streams.values()]
  }

  create(parent: string, type: unknown) {
    const match = /^projects\/([^/]+)\/datasets\/([^/]+)\/tables\/([^/]+)$/.exec(parent)
    if (match?.[1] !== this.#projectId) throw new WriteError(invalidArgument, `bad parent ${parent}`)
    if (type !== 2 && type !== 'PENDING') throw new Error('the double knows pending streams only')
    const table = `${match[2]}.${match[3]}`
    if (!this.#store.tables.has(table))
      throw new WriteError(notFound, `Requested entity was not found: ${table}`)
    const name = `${parent}/streams/stream-${this.#streams.size}`
    this.#streams.set(name, { name, parent, table, rows: [], isFinalized: false, committedAt: undefined })
    return { name, type: 2 }
  }

  get(name: string) {
    const { committedAt } = this.#stream(name)
    return { name, type: 2, ...(committedAt !== undefined && { commitTime: toTime(committedAt) }) }
  }

  append(name: string, request: AppendRequest, descriptor: Descriptor): AppendAnswer {
    const stream = this.#stream(name)
    const table = this.#store.tables.get(stream.table)
    if (table === undefined) throw new WriteError(notFound, `Table ${stream.table} is gone`)
    const offset = Number(request.offset?.value ?? stream.rows.length)
    const refuse = (code: number, message: string) => ({ error: { code, message } })
    if (stream.isFinalized) return refuse(invalidArgument, 'STREAM_FINALIZED')
    if (offset < stream.rows.length) return refuse(alreadyExists, `offset ${offset} is within stream`)
    if (offset > stream.rows.length) return refuse(outOfRange, `offset ${offset} is beyond the end`)
    const rows: StoredRow[] = []
    for (const [index, row] of (request.protoRows?.rows?.serializedRows ?? []).entries()) {
      try {
        rows.push(decodeMessage(Buffer.from(row), descriptor, table.columns))
      } catch (error) {
        if (!(error instanceof BadRow)) throw error
        const rowErrors = [{ index, code: 1, message: error.message }]
        return { ...refuse(invalidArgument, 'Errors found while processing rows'), rowErrors }
      }
    }
    stream.rows = [...stream.rows, ...rows]
    return { appendResult: { offset: { value: offset } }, writeStream: name }
  }

  finalize(name: string) {
    const stream = this.#stream(name)
    stream.isFinalized = true
    return { rowCount: stream.rows.length }
  }

  commit(parent: string, names: readonly string[]) {
    const streams = names.map((name) => this.#stream(name))
    const streamErrors = streams.flatMap((stream) => {
      if (stream.parent !== parent) throw new WriteError(invalidArgument, 'a stream of another table')
      const code = stream.committedAt !== undefined ? 2 : stream.isFinalized ? undefined : 5
      return code === undefined ? [] : [{ code, entity: stream.name, errorMessage: `state ${code}` }]
    })
    if (streamErrors.length > 0) return { streamErrors }
    const now = Date.now()
    for (const stream of streams) {
      const table = this.#store.table(stream.table)
      if (this.#takeRows === undefined)
        this.#store.tables.set(stream.table, { ...table, rows: [...table.rows, ...stream.rows] })
      else this.#takeRows(stream.table, stream.rows, table.columns)
      if (this.#takeRows !== undefined) stream.rows = []
      stream.committedAt = now
    }
    return { commitTime: toTime(now) }
  }

  #stream(name: string): Stream {
    const stream = this.#streams.get(name)
    if (stream === undefined) throw new WriteError(notFound, `Requested entity was not found: ${name}`)
    return stream
  }
}

function toTime(milliseconds: number) {
  return { seconds: Math.floor(milliseconds / 1000), nanos: 0 }
}
