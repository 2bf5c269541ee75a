import { appendFile } from 'node:fs/promises'
import type { StreamConfig } from '../../catalog/stream-config.ts'
import type { DestinationWriter, StreamSummary } from '../../destination/destination.ts'
import type { Receipt, RecordBatch, RejectedRecord } from '../../destination/record-batch.ts'
import { DestinationError } from '../../errors.ts'
import { describeStream } from '../../protocol/messages.ts'
import type { TemplateValues } from '../interpolate.ts'
import type { HttpMode, HttpWriter } from '../manifest.ts'
import { createBody, type RequestPart, splitBatch } from './batch-bodies.ts'
import type { HttpClient } from './http-client.ts'
import { readRejected } from './read-rejected.ts'

const defaultMaximumRecords = 500
const defaultMaximumBytes = 4_000_000

export type HttpWriterOptions = {
  readonly client: HttpClient
  readonly writer: HttpWriter
  readonly modeOf: (stream: StreamConfig) => HttpMode
  /** Where refused records are kept; absent: they end the sync. */
  readonly rejectsFile: string | undefined
}

/** Sends batches to an HTTP server by the requests of a manifest. */
export class HttpDestinationWriter implements DestinationWriter {
  readonly concurrency: number
  readonly #options: HttpWriterOptions
  /** The last write to the file of refused records; several at once would mix their pieces. */
  #keeping: Promise<void> = Promise.resolve()

  constructor(options: HttpWriterOptions) {
    this.#options = options
    this.concurrency = options.writer.concurrency ?? 1
  }

  /** Called before the first record, and again when an attempt follows one that broke off. */
  async begin(streams: readonly StreamConfig[]): Promise<void> {
    for (const stream of streams) {
      const { begin } = this.#options.modeOf(stream)
      if (begin !== undefined) await this.#options.client.send(begin, streamValues(stream))
    }
  }

  async write(batch: RecordBatch): Promise<Receipt> {
    const { writer } = this.#options
    const parts = splitBatch(batch, writer.record ?? 'data', {
      maximumRecords: writer.batching?.maximum_records ?? defaultMaximumRecords,
      maximumBytes: writer.batching?.maximum_bytes ?? defaultMaximumBytes,
    })
    const rejected: RejectedRecord[] = []
    // One after the other, so that records arrive in their order.
    for (const part of parts) rejected.push(...(await this.#send(batch, part)))
    return { rowsWritten: batch.count - rejected.length, rejected }
  }

  async #send(batch: RecordBatch, part: RequestPart): Promise<readonly RejectedRecord[]> {
    const { client, writer, modeOf } = this.#options
    const request = modeOf(batch.stream).batch
    const values = {
      ...streamValues(batch.stream),
      // The same however often the request is sent again.
      batch: { id: batch.rawIds.get(part.start), records: part.records.length },
    }
    const { text } = await client.send(request, values, { body: createBody(part.records, request) })
    if (writer.rejected === undefined) return []
    const rejected = readRejected(text, writer.rejected, part.records.length)
    if (rejected.length > 0) await this.#keep(batch.stream, part, rejected)
    return rejected.map(({ index, reason }) => ({ index: part.start + index, reason }))
  }

  /** Refused records are safe before the receipt that names them. */
  async #keep(stream: StreamConfig, part: RequestPart, rejected: readonly RejectedRecord[]): Promise<void> {
    const { rejectsFile } = this.#options
    const [first] = rejected
    if (rejectsFile === undefined && first !== undefined) {
      throw new DestinationError(
        'DATA_REFUSED',
        `The server refused ${rejected.length} of ${part.records.length} records of \`${describeStream(stream.descriptor)}\`. Correct them at the source, or set \`rejected.policy\` of the manifest to \`file\`.`,
        { stream: stream.descriptor, detail: first.reason, recordIndex: part.start + first.index },
      )
    }
    const lines = rejected.map(({ index, reason }) => {
      const head = JSON.stringify({
        stream: stream.descriptor.name,
        namespace: stream.descriptor.namespace ?? null,
        reason,
      })
      return `${head.slice(0, -1)},"record":${part.records[index]?.toString() ?? 'null'}}\n`
    })
    const append = () => appendFile(rejectsFile ?? '', lines.join(''), { flush: true, mode: 0o600 })
    this.#keeping = this.#keeping.then(append, append)
    await this.#keeping
  }

  async finish(summaries: readonly StreamSummary[]): Promise<void> {
    for (const { stream, isSuccessful } of summaries) {
      const { finish } = this.#options.modeOf(stream)
      if (finish !== undefined && isSuccessful) await this.#options.client.send(finish, streamValues(stream))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Connections are Node's own, which closes idle ones.
  }
}

/** What requests may say about a stream. */
function streamValues(stream: StreamConfig): TemplateValues {
  const { descriptor, generationId, minimumGenerationId, syncId, primaryKey, cursor } = stream
  return {
    stream: {
      name: descriptor.name,
      namespace: descriptor.namespace ?? '',
      generation_id: String(generationId),
      minimum_generation_id: String(minimumGenerationId),
      sync_id: String(syncId),
      primary_key: primaryKey.map(({ originalName }) => originalName).join(','),
      cursor: cursor?.originalName ?? '',
    },
  }
}
