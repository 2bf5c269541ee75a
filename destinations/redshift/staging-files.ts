import { asTransient, DestinationError, type Logger, requestRetryPolicy, retry } from 'landfall/sdk'
import type { S3Staging } from './config.ts'
import { describeFailure, describeRefusal } from './s3-errors.ts'
import { encodePath, sha256, signRequest, timestampOf } from './sign-request.ts'

export type StagingFilesOptions = {
  readonly staging: S3Staging
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Objects in the bucket of a configuration. */
export class StagingFiles {
  readonly #staging: S3Staging
  readonly #logger: Logger
  readonly #signal: AbortSignal
  /** From then on, a server that is away will come back. */
  #hasAnswered = false

  constructor({ staging, logger, signal }: StagingFilesOptions) {
    this.#staging = staging
    this.#logger = logger
    this.#signal = signal
  }

  /** As COPY and manifests name an object. */
  uri(key: string): string {
    return `s3://${this.#staging.bucket}/${key}`
  }

  /** Writing an object again replaces it by the same. */
  async write(key: string, body: Buffer): Promise<void> {
    await this.#send('PUT', key, body, 'writing a file')
  }

  /** An object that is not there is no error. */
  async remove(key: string): Promise<void> {
    await this.#send('DELETE', key, Buffer.alloc(0), 'deleting a file')
  }

  async #send(method: 'PUT' | 'DELETE', key: string, body: Buffer, activity: string): Promise<void> {
    await retry(() => this.#sendOnce(method, key, body, activity), {
      policy: requestRetryPolicy,
      signal: this.#signal,
      isPassing: (error) => DestinationError.is(error) && error.failureType === 'transient_error',
      onRetry: (error, { delay, failures }) => {
        const message = error instanceof Error ? error.message : String(error)
        this.#logger.warn(`${message} Trying again in ${(delay / 1000).toFixed(1)} s (failure ${failures}).`)
      },
    })
  }

  async #sendOnce(method: 'PUT' | 'DELETE', key: string, body: Buffer, activity: string): Promise<void> {
    const url = new URL(objectAddress(this.#staging, key))
    const payloadHash = sha256(body)
    const signed = { 'x-amz-content-sha256': payloadHash, 'x-amz-date': timestampOf(new Date()) }
    const headers = { ...signed, host: url.host }
    const authorization = signRequest(this.#staging, { method, path: url.pathname, headers, payloadHash })
    let answer: { readonly response: Response; readonly text: string }
    try {
      const response = await fetch(url, {
        method,
        headers: { ...signed, authorization },
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(requestMilliseconds)]),
        redirect: 'manual',
        ...(method === 'PUT' ? { body: new Uint8Array(body) } : {}),
      })
      answer = { response, text: await response.text() }
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason
      const described = describeFailure(error, url.href, this.#staging, activity)
      throw this.#hasAnswered ? asTransient(described) : described
    }
    const { response, text } = answer
    this.#hasAnswered = true
    if (response.ok || (method === 'DELETE' && response.status === 404)) return
    const refusal = {
      status: response.status,
      code: /<Code>([A-Za-z0-9.]+)<\/Code>/.exec(text)?.[1] ?? '',
      region: response.headers.get('x-amz-bucket-region') ?? /<Region>([a-z0-9-]+)<\/Region>/.exec(text)?.[1],
    }
    throw describeRefusal(refusal, this.#staging, activity)
  }
}

/** Files have some megabytes; a line that needs longer for one is broken. */
const requestMilliseconds = 5 * 60_000

/**
 * The bucket is part of the host's name, unless it has a dot in it, which no certificate of S3 covers, or an endpoint is
 * configured. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function objectAddress({ bucket, region, endpoint }: S3Staging, key: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  if (endpoint !== undefined) return `${endpoint}/${encodePath(`${bucket}/${key}`)}`
  if (bucket.includes('.')) return `https://s3.${region}.${domain}/${encodePath(`${bucket}/${key}`)}`
  return `https://${bucket}.s3.${region}.${domain}/${encodePath(key)}`
}
