import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { createCertificate, exportKey } from './certificates.ts'
import { findFreePort } from './free-port.ts'

/** An address of a service that cannot be reached, and what the connector must say of it. */
export type UnreachablePlace = {
  readonly case: string
  readonly stage: string
  readonly says: string
  /** Runs an action while the place is as bad as it says. */
  readonly use: <Result>(action: (url: string) => Promise<Result>) => Promise<Result>
}

/** One letter more than a part of a name may have, so that no server is asked for it. */
const unknownHost = `${'x'.repeat(64)}.test`

/** For services over HTTPS: with real sockets, and nothing leaves this machine. */
export const unreachablePlaces: readonly UnreachablePlace[] = [
  {
    case: 'a host that nobody knows',
    stage: 'name resolution',
    says: `No address is known for the host \`${unknownHost}\`.`,
    use: (action) => action(`https://${unknownHost}`),
  },
  {
    case: 'a port where nothing listens',
    stage: 'TCP',
    says: 'Nothing accepts connections at `127.0.0.1:',
    use: async (action) => action(`https://127.0.0.1:${await findFreePort()}`),
  },
  {
    case: 'a certificate that nobody trusts',
    stage: 'TLS',
    says: "the server's certificate is self-signed. Where a proxy or a test server stands in between",
    use: (action) => {
      const own = createCertificate({ name: 'localhost', hostName: 'localhost' })
      const server = createTlsServer({ cert: own.certificate, key: exportKey(own) }, (socket) =>
        socket.on('error', () => {}),
      )
      return listening(server, action)
    },
  },
  {
    case: 'a server without TLS',
    stage: 'TLS',
    says: 'what answers there does not speak TLS',
    use: (action) => {
      const server = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 No\r\n\r\n'))
      return listening(server, action)
    },
  },
]

async function listening<Result>(server: Server, action: (url: string) => Promise<Result>): Promise<Result> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('There is no port.')
  try {
    return await action(`https://localhost:${address.port}`)
  } finally {
    server.close()
  }
}
