import { appendFile } from 'node:fs/promises'
import type { StreamConfig } from '../../catalog/stream-config.ts'
import type { DestinationWriter, StreamSummary } from '../../destination/destination.ts'
import type { Receipt, RecordBatch, RejectedRecord } from '../../destination/record-batch.ts'
import { DestinationError } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import { describeStream } from '../../protocol/messages.ts'
import type { TemplateValues } from '../interpolate.ts'
import type { HttpMode, HttpWriter } from '../manifest.ts'
import { bytesOf, createBody, halve, type RequestPart, splitBatch } from './batch-bodies.ts'
import { type HttpClient, isTooLarge } from './http-client.ts'
import { readRejected } from './read-rejected.ts'

const defaultMaximumRecords = 500
const defaultMaximumBytes = 4_000_000

export type HttpWriterOptions = {
  readonly client: HttpClient
  readonly logger: Logger
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
  #hasWarned = false

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

  /** What the server finds too large goes in halves, down to the record that is too large by itself. */
  async #send(batch: RecordBatch, part: RequestPart): Promise<readonly RejectedRecord[]> {
    try {
      return await this.#sendOnce(batch, part)
    } catch (error) {
      if (!isTooLarge(error)) throw error
    }
    const [first, second] = halve(part)
    if (second === undefined) return this.#refuse(batch.stream, part, [tooLongRecord(part)])
    this.#warnOnce(part)
    return [...(await this.#send(batch, first)), ...(await this.#send(batch, second))]
  }

  async #sendOnce(batch: RecordBatch, part: RequestPart): Promise<readonly RejectedRecord[]> {
    const { client, writer, modeOf } = this.#options
    const request = modeOf(batch.stream).batch
    const values = {
      ...streamValues(batch.stream),
      // The same however often the request is sent again.
      batch: { id: batch.rawIds.get(part.start), records: part.records.length },
    }
    const { text, isWhole } = await client.send(request, values, { body: createBody(part.records, request) })
    if (writer.rejected === undefined) return []
    if (!isWhole) throw endlessAnswer(part)
    return this.#refuse(batch.stream, part, readRejected(text, writer.rejected, part.records.length))
  }

  /** @param rejected places in the part; @returns places in the batch */
  async #refuse(
    stream: StreamConfig,
    part: RequestPart,
    rejected: readonly RejectedRecord[],
  ): Promise<readonly RejectedRecord[]> {
    if (rejected.length > 0) await this.#keep(stream, part, rejected)
    return rejected.map(({ index, reason }) => ({ index: part.start + index, reason }))
  }

  #warnOnce({ records }: RequestPart): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.#options.logger.warn(
      `The server finds a request of ${records.length} records and ${bytesOf(records)} bytes too large; it gets halves. ` +
        'Lower `batching.maximum_bytes` in the manifest to save the refused requests.',
    )
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

function tooLongRecord({ records }: RequestPart): RejectedRecord {
  return {
    index: 0,
    reason: `with its ${bytesOf(records)} bytes, the record alone is too large for the server (status 413)`,
  }
}

/** Which records were refused stands in an answer that nobody has read to its end. */
function endlessAnswer({ records }: RequestPart): DestinationError {
  return new DestinationError(
    'RECEIPT_MISMATCH',
    `The server's answer to a batch of ${records.length} records is longer than any list of refused records. ` +
      'Check the address of the server, and `rejected` in the manifest.',
  )
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
