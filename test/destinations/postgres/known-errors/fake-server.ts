import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Listens on a port of this machine until the test ends; returns the port. */
export async function listenAs(handle: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {
      // The client goes as soon as it knows enough.
    })
    handle(socket)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('There is no port.')
  return address.port
}

/** Answers each message of a client with the next of these. */
export function answeringWith(...answers: readonly Buffer[]): (socket: Socket) => void {
  return (socket) => {
    let next = 0
    socket.on('data', () => {
      const answer = answers[next]
      next += 1
      if (answer !== undefined) socket.write(answer)
    })
  }
}

/** A message of a server: https://www.postgresql.org/docs/current/protocol-message-formats.html */
export function serverMessage(kind: string, ...parts: readonly (string | number | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? int32(part) : Buffer.from(part))),
  )
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body])
}

export function errorResponse(state: string, message: string): Buffer {
  return serverMessage('E', `SFATAL\0VFATAL\0C${state}\0M${message}\0\0`)
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
