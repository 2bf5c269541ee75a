import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export type S3Fault = { readonly status: number; readonly code: string; readonly times: number }

/** A bucket over HTTP: PUT and DELETE of objects by path, each with a signature that is checked. */
export class S3Double {
  readonly bucket = 'staging.test'
  readonly region = 'eu-central-1'
  readonly accessKeyId = 'AKIDOUBLE'
  readonly secretAccessKey = 'secret+/of=the double'
  readonly objects = new Map<string, Buffer>()
  /** Keys of all objects that were ever written, in order. */
  readonly written: string[] = []
  readonly requests: string[] = []
  /** The bucket's true region, where it is not the one that the configuration has. */
  otherRegion: string | undefined
  /** Called before each request is answered; what it returns is answered in its place. */
  fault:
    | ((
        method: string,
        key: string,
      ) => { readonly status: number; readonly code: string } | 'cut' | undefined)
    | undefined
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #endpoint = ''

  static async start(): Promise<S3Double> {
    const double = new S3Double()
    double.#server.listen(0, '127.0.0.1')
    await once(double.#server, 'listening')
    const address = double.#server.address()
    double.#endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    return double
  }

  get endpoint(): string {
    return this.#endpoint
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const { method = '', url = '' } = request
    const [, bucket = '', ...rest] = url.split('/')
    const key = decodeURIComponent(rest.join('/'))
    this.requests.push(`${method} ${key}`)
    const fault = this.fault?.(method, key)
    if (fault === 'cut') {
      request.socket.destroy()
      return
    }
    const refusal = fault ?? this.#findRefusal(request, bucket, body)
    if (refusal !== undefined) {
      if (this.otherRegion !== undefined) response.setHeader('x-amz-bucket-region', this.otherRegion)
      response.statusCode = refusal.status
      response.end(`<?xml version="1.0"?>\n<Error><Code>${refusal.code}</Code><Message>x</Message></Error>`)
      return
    }
    if (method === 'PUT') {
      this.objects.set(key, body)
      this.written.push(key)
    } else this.objects.delete(key)
    response.statusCode = method === 'PUT' ? 200 : 204
    response.end()
  }

  #findRefusal(request: IncomingMessage, bucket: string, body: Buffer) {
    const { method = '', headers } = request
    const hash = createHash('sha256').update(body).digest('hex')
    const parts =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request,SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? '',
      )
    if (!parts) return { status: 403, code: 'AccessDenied' }
    const [, keyId = '', day = '', region = '', names = '', signature = ''] = parts
    if (keyId !== this.accessKeyId) return { status: 403, code: 'InvalidAccessKeyId' }
    if (this.otherRegion !== undefined) return { status: 301, code: 'PermanentRedirect' }
    if (region !== this.region) return { status: 400, code: 'AuthorizationHeaderMalformed' }
    if (headers['x-amz-content-sha256'] !== hash) return { status: 400, code: 'XAmzContentSHA256Mismatch' }
    const signedNames = names.split(';')
    if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => signedNames.includes(name)))
      return { status: 403, code: 'AccessDenied' }
    const signedHeaders = signedNames.map((name) => `${name}:${String(headers[name]).trim()}\n`).join('')
    const canonical = `${method}\n${request.url}\n\n${signedHeaders}\n${names}\n${hash}`
    const date = String(headers['x-amz-date'])
    const scope = `${day}/${region}/s3/aws4_request`
    const digest = createHash('sha256').update(canonical).digest('hex')
    let secret: Buffer = Buffer.from(`AWS4${this.secretAccessKey}`)
    for (const part of [day, region, 's3', 'aws4_request'])
      secret = createHmac('sha256', secret).update(part).digest()
    const expected = createHmac('sha256', secret)
      .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${digest}`)
      .digest('hex')
    if (signature !== expected) return { status: 403, code: 'SignatureDoesNotMatch' }
    if (bucket !== this.bucket) return { status: 404, code: 'NoSuchBucket' }
    return undefined
  }
}
