import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createCertificate, exportKey } from '../certificates.ts'

/**
 * A proxy for HTTPS on the loopback interface that answers in the place of the hosts it is given, with
 * certificates of an authority that this thread trusts from then on. So a client meets doubles under the real
 * addresses, with nothing in its configuration; what it wants of any other host is refused and noted.
 */
export class InterceptingProxy implements AsyncDisposable {
  /** Hosts that were asked for and are not answered for. */
  readonly refused: string[] = []
  readonly #proxy: Server
  readonly #inner: TlsServer
  readonly #hosts: ReadonlySet<string>
  readonly #sockets = new Set<Socket>()

  private constructor(hosts: readonly string[], answer: RequestListener) {
    const authority = createCertificate({ name: 'the proxy' })
    setDefaultCACertificates([...getCACertificates('default'), authority.certificate])
    const contexts = new Map(
      hosts.map((hostName) => {
        const own = createCertificate({ name: 'double', issuer: authority, hostName })
        return [hostName, createSecureContext({ cert: own.certificate, key: exportKey(own) })]
      }),
    )
    this.#hosts = new Set(hosts)
    this.#inner = createTlsServer({ SNICallback: (name, reply) => reply(null, contexts.get(name)) }, answer)
    this.#proxy = createServer((_request, response) => response.writeHead(405).end())
    this.#proxy.on('connect', (request: IncomingMessage, socket: Socket) => this.#connect(request, socket))
  }

  static async start(hosts: readonly string[], answer: RequestListener): Promise<InterceptingProxy> {
    const proxy = new InterceptingProxy(hosts, answer)
    proxy.#proxy.listen(0, '127.0.0.1')
    await once(proxy.#proxy, 'listening')
    return proxy
  }

  /** For `HTTPS_PROXY`. */
  get url(): string {
    const address = this.#proxy.address()
    if (typeof address !== 'object' || address === null) throw new Error('the proxy has not started')
    return `http://127.0.0.1:${address.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#proxy.close(resolve))
  }

  #connect({ url = '' }: IncomingMessage, socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket))
    const host = url.replace(/:443$/, '')
    if (!this.#hosts.has(host)) {
      this.refused.push(host)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    // The TLS server never listens: connections are handed to it.
    this.#inner.emit('connection', socket)
  }
}
