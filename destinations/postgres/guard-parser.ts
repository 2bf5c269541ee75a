import type { Duplex } from 'node:stream'
import type pg from 'pg'

/**
 * The driver throws where it does not understand the server, for example where that asks for Kerberos. It
 * does so inside of an event of the socket, where nobody can catch it and the process ends without a word.
 * From here on, such a fault breaks the connection, and whoever waits for it gets the error.
 */
export function guardParser(client: pg.Client): void {
  const { connection } = client
  if (!hasListeners(connection)) return
  const attach = connection.attachListeners.bind(connection)
  connection.attachListeners = (stream) => {
    attach(stream)
    const parsers = stream.listeners('data')
    stream.removeAllListeners('data')
    stream.on('data', (chunk) => {
      try {
        for (const parse of parsers) parse.call(stream, chunk)
      } catch (error) {
        stream.destroy(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }
}

type Listening = { attachListeners: (stream: Duplex) => void }

/** A method that the driver's types leave out. */
function hasListeners(connection: object): connection is Listening {
  return 'attachListeners' in connection && typeof connection.attachListeners === 'function'
}
