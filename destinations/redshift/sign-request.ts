import { createHash, createHmac } from 'node:crypto'

export type S3Key = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

export type S3Request = {
  readonly method: 'PUT' | 'DELETE' | 'GET'
  /** Encoded, with a slash in front. */
  readonly path: string
  /** All that are signed, by names in lower case; `host` and `x-amz-date` among them. */
  readonly headers: { readonly [name: string]: string }
  /** SHA-256 of the body in hexadecimal digits. */
  readonly payloadHash: string
}

/**
 * The `authorization` header of Signature Version 4. A few lines of hashing rather than a client library: the connector
 * writes and deletes single objects. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signRequest(key: S3Key, request: S3Request): string {
  const { method, path, headers, payloadHash } = request
  const entries = Object.entries(headers).toSorted(([left], [right]) => (left < right ? -1 : 1))
  const names = entries.map(([name]) => name).join(';')
  const lines = entries.map(([name, value]) => `${name}:${value.trim()}\n`).join('')
  const canonical = [method, path, '', lines, names, payloadHash].join('\n')
  const timestamp = headers['x-amz-date'] ?? ''
  const scope = `${timestamp.slice(0, 8)}/${key.region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n')
  const signingKey = scope
    .split('/')
    .reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${key.secretAccessKey}`)
  const signature = createHmac('sha256', signingKey).update(text).digest('hex')
  return `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${scope},SignedHeaders=${names},Signature=${signature}`
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

/** `20130524T000000Z` */
export function timestampOf(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d+/g, '')
}

/** Every byte but unreserved characters as %XX, slashes as they are. */
export function encodePath(path: string): string {
  const strict = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  return path.split('/').map(strict).join('/')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
