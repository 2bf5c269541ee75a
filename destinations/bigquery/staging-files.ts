import { createHash, createHmac } from 'node:crypto'
import { DestinationError } from 'landfall/sdk'
import type { GcsStaging } from './config.ts'
import { classifyBigQueryError } from './errors.ts'

/**
 * Files in a bucket, written with the HMAC key that configurations of the Java connector have. Only the XML
 * API takes such keys: Google's own library of Cloud Storage cannot use them.
 * https://cloud.google.com/storage/docs/authentication/hmackeys
 */
export class StagingFiles {
  readonly #staging: GcsStaging
  readonly #signal: AbortSignal

  constructor(staging: GcsStaging, signal: AbortSignal) {
    this.#staging = staging
    this.#signal = signal
  }

  /** `<path>/<dataset>_<table>/<day and hour>/<name>`, as the Java connector has it. */
  nameFor(table: { readonly namespace: string; readonly name: string }, name: string, now: Date): string {
    const hour = now.toISOString().slice(0, 13).replace(/[-T]/g, '/')
    const { path } = this.#staging
    return `${path === '' ? '' : `${path}/`}${table.namespace}_${table.name}/${hour}/${name}`
  }

  uri(name: string): string {
    return `gs://${this.#staging.bucket}/${name}`
  }

  /** Writing a file again replaces it by the same. */
  async write(name: string, chunks: readonly Buffer[]): Promise<void> {
    await this.#send('PUT', name, Buffer.concat(chunks))
  }

  async remove(name: string): Promise<void> {
    if (!this.#staging.keepsFiles) await this.#send('DELETE', name, undefined)
  }

  async #send(method: 'PUT' | 'DELETE', name: string, body: Buffer | undefined): Promise<void> {
    const { endpoint, bucket } = this.#staging
    const path = `/${[bucket, ...name.split('/')].map(encodeURIComponent).join('/')}`
    const activity = `${method === 'PUT' ? 'writing' : 'removing'} a file in the bucket \`${bucket}\``
    const headers = sign(this.#staging, { method, path, host: new URL(endpoint).host, now: new Date() })
    let response: Response
    try {
      response = await fetch(`${endpoint}${path}`, {
        method,
        headers,
        signal: this.#signal,
        ...(body === undefined
          ? {}
          : { body: new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.length) }),
      })
      await response.arrayBuffer()
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason
      // fetch hides what happened in the cause.
      throw classifyBigQueryError(error instanceof Error && error.cause ? error.cause : error, activity)
    }
    if (response.ok || (method === 'DELETE' && response.status === 404)) return
    throw refusal(response.status, bucket, activity)
  }
}

function refusal(status: number, bucket: string, activity: string): DestinationError {
  if (status === 403) {
    return new DestinationError(
      'PERMISSION_DENIED',
      `Cloud Storage refused ${activity}: the HMAC key is wrong, or its account lacks \`storage.objects.create\` or \`storage.objects.delete\` there.`,
    )
  }
  if (status === 404) {
    return new DestinationError(
      'DATABASE_MISSING',
      `The bucket \`${bucket}\` does not exist. Create it, or correct \`gcs_bucket_name\`.`,
    )
  }
  return classifyBigQueryError({ code: status, message: `Cloud Storage answered ${status}` }, activity)
}

type SignedRequest = {
  readonly method: string
  readonly path: string
  readonly host: string
  readonly now: Date
}

/** The body is protected by TLS, so that it need not be read twice. https://cloud.google.com/storage/docs/authentication/signatures */
function sign(
  { accessId, secret }: GcsStaging,
  { method, path, host, now }: SignedRequest,
): Record<string, string> {
  const timestamp = now.toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${timestamp.slice(0, 8)}/auto/storage/goog4_request`
  const payload = 'UNSIGNED-PAYLOAD'
  const headers = { host, 'x-goog-content-sha256': payload, 'x-goog-date': timestamp }
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const canonical = [method, path, '', lines.join(''), names, payload].join('\n')
  const text = [
    'GOOG4-HMAC-SHA256',
    timestamp,
    scope,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n')
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (parent, part) => createHmac('sha256', parent).update(part).digest(),
      `GOOG4${secret}`,
    )
  const signature = createHmac('sha256', key).update(text).digest('hex')
  return {
    'x-goog-content-sha256': payload,
    'x-goog-date': timestamp,
    authorization: `GOOG4-HMAC-SHA256 Credential=${accessId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  }
}
