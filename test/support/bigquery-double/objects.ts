import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ApiError } from './errors.ts'

export type HmacKey = { readonly accessId: string; readonly secret: string }

/** Objects in buckets behind the XML API, with signatures of version 4 checked from the request alone. */
export class Objects {
  readonly contents = new Map<string, Buffer>()
  readonly buckets: ReadonlySet<string>
  readonly #key: HmacKey

  constructor(buckets: readonly string[], key: HmacKey) {
    this.buckets = new Set(buckets)
    this.#key = key
  }

  /** Returns the status of the answer. */
  handle(request: IncomingMessage, body: Buffer): number {
    this.#verify(request, body)
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    const [, bucket = '', name = ''] = /^\/([^/]+)\/(.+)$/.exec(path) ?? []
    if (!this.buckets.has(bucket))
      throw new ApiError(404, 'NoSuchBucket', 'The specified bucket does not exist.')
    const key = `gs://${bucket}/${name}`
    if (request.method === 'PUT') {
      this.contents.set(key, body)
      return 200
    }
    if (request.method === 'DELETE') return this.contents.delete(key) ? 204 : 404
    throw new Error(`the double does not know ${request.method} of objects`)
  }

  /** https://cloud.google.com/storage/docs/authentication/signatures, from the request as it arrived. */
  #verify(request: IncomingMessage, body: Buffer): void {
    const { authorization = '' } = request.headers
    const match =
      /^GOOG4-HMAC-SHA256 Credential=(?<id>[^/]+)\/(?<scope>[^,]+), ?SignedHeaders=(?<names>[^,]+), ?Signature=(?<signature>[0-9a-f]+)$/.exec(
        authorization,
      )
    const { id, scope = '', names = '', signature } = match?.groups ?? {}
    if (id !== this.#key.accessId) throw new ApiError(403, 'AccessDenied', 'Access denied.')
    const headers = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
    const payload = String(request.headers['x-goog-content-sha256'])
    if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body))
      throw new ApiError(400, 'BadDigest', 'The payload differs from its digest.')
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const canonical = [request.method, path, query, headers.join(''), names, payload].join('\n')
    const text = ['GOOG4-HMAC-SHA256', request.headers['x-goog-date'], scope, sha256(canonical)].join('\n')
    const signingKey = scope
      .split('/')
      .reduce(
        (key: string | Buffer, part) => createHmac('sha256', key).update(part).digest(),
        `GOOG4${this.#key.secret}`,
      )
    if (createHmac('sha256', signingKey).update(text).digest('hex') !== signature)
      throw new ApiError(403, 'SignatureDoesNotMatch', 'The signature does not match.')
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
