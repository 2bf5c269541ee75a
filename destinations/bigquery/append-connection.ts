import type { protos } from '@google-cloud/bigquery-storage'
import { DestinationError } from 'landfall/sdk'
import type { ProtoRequest } from './encode-proto-rows.ts'
import type { WriteDriver } from './write-client.ts'

export type AppendResponse = protos.google.cloud.bigquery.storage.v1.IAppendRowsResponse

/** A request that gets no answer must not hold up a sync for ever. */
const answerTimeoutMilliseconds = 120_000

/**
 * A connection that appends to one stream, a request at a time. What breaks it fails the request that is
 * waiting, or the next one; then it is of no more use.
 */
export class AppendConnection {
  readonly #call: ReturnType<WriteDriver['client']['appendRows']>
  readonly #streamName: string
  readonly #driver: WriteDriver
  #isFirst = true
  #failure: unknown
  #waiting: PromiseWithResolvers<AppendResponse> | undefined

  constructor(driver: WriteDriver, streamName: string) {
    this.#driver = driver
    this.#streamName = streamName
    // The region that the request belongs to is found by this header.
    const headers = { 'x-goog-request-params': `write_stream=${encodeURIComponent(streamName)}` }
    this.#call = driver.client.appendRows({ otherArgs: { headers } })
    this.#call.on('data', (response: AppendResponse) => this.#waiting?.resolve(response))
    this.#call.on('error', (error: unknown) => this.#fail(error))
    this.#call.on('end', () => this.#fail({ code: 14, message: 'the server has ended the connection' }))
  }

  async append({ offset, rows }: ProtoRequest, signal: AbortSignal): Promise<AppendResponse> {
    if (this.#failure !== undefined) throw this.#failure
    const waiting = Promise.withResolvers<AppendResponse>()
    this.#waiting = waiting
    const timer = setTimeout(() => {
      this.#fail({ code: 4, message: 'no answer to an append' })
    }, answerTimeoutMilliseconds)
    const stop = () => this.#fail(interruption(signal))
    signal.addEventListener('abort', stop, { once: true })
    try {
      if (signal.aborted) stop()
      this.#call.write(this.#message(offset, rows))
      return await waiting.promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      this.#waiting = undefined
    }
  }

  close(): void {
    // What still happens on a connection that is given up is nobody's error; the listener stays.
    this.#call.end()
    this.#call.destroy()
  }

  /** A connection has to be told only once where it writes to, and how rows are made. */
  #message(offset: number, serializedRows: readonly Uint8Array[]) {
    const isFirst = this.#isFirst
    this.#isFirst = false
    return {
      writeStream: this.#streamName,
      offset: { value: offset },
      protoRows: {
        rows: { serializedRows: [...serializedRows] },
        ...(isFirst && { writerSchema: { protoDescriptor: this.#driver.descriptor } }),
      },
      ...(isFirst && { traceId: 'landfall' }),
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#waiting?.reject(this.#failure)
  }
}

export function interruption({ reason }: AbortSignal): DestinationError {
  if (DestinationError.is(reason)) return reason
  return new DestinationError('INTERRUPTED', 'The sync was stopped while it wrote to BigQuery.', {
    cause: reason,
  })
}
