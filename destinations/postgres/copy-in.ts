import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Sql } from 'landfall/sdk'
import type pg from 'pg'

/** The five bytes in front of each CopyData message: its type and its length. */
export const copyDataHeaderBytes = 5

/** Turns a buffer with room for the header in front into a CopyData message. The length counts itself. */
export function sealCopyData(frame: Buffer): Buffer {
  frame[0] = 0x64
  frame.writeInt32BE(frame.length - 1, 1)
  return frame
}

/**
 * Runs `COPY ... FROM STDIN` with ready-made CopyData messages and returns the row count of the command tag.
 * Waits for the socket between messages. When it throws, the server has rolled the COPY back and, unless the
 * connection itself is lost, the client can be used again.
 */
export async function copyIn(client: pg.Client, statement: Sql, messages: Iterable<Buffer>): Promise<number> {
  const copy = new CopyIn(statement, messages)
  client.query(copy)
  return copy.result
}

const copyDone = Buffer.from([0x63, 0, 0, 0, 4])

/** The text goes into the server's log only; the cause stays in this process. */
const copyFail = encodeCopyFail('The connector could not produce the next row.')

/** The driver's `Submittable`: it is told what the server answers while it is the active query. */
class CopyIn implements pg.Submittable {
  readonly result: Promise<number>
  readonly #statement: Sql
  readonly #messages: Iterable<Buffer>
  readonly #over = new AbortController()
  #resolve: (rowCount: number) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #rowCount = 0
  #producerError: unknown

  constructor(statement: Sql, messages: Iterable<Buffer>) {
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#statement = statement
    this.#messages = messages
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#statement)
  }

  handleCopyInResponse(connection: pg.Connection): void {
    void this.#send(connection.stream)
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#rowCount = Number(/^COPY (\d+)$/.exec(message.text)?.[1])
  }

  handleReadyForQuery(): void {
    this.#over.abort()
    this.#resolve(this.#rowCount)
  }

  /** Also called when the connection breaks. What the server still gets of this COPY, it discards. */
  handleError(error: unknown): void {
    this.#over.abort()
    this.#reject(this.#producerError ?? error)
  }

  async #send(stream: Duplex): Promise<void> {
    const { signal } = this.#over
    try {
      for (const message of this.#messages) {
        if (!stream.write(message)) await once(stream, 'drain', { signal })
        // A socket that takes everything at once drains without a turn of the event loop, so one is taken
        // here: to read the server's refusal, and to let the rest of the process go on.
        await setImmediate()
        if (signal.aborted) return
      }
      stream.write(copyDone)
    } catch (error) {
      // An abort is the server's or the connection's failure, which `handleError` reports.
      if (signal.aborted) return
      this.#producerError = error
      stream.write(copyFail)
    }
  }
}

function encodeCopyFail(text: string): Buffer {
  const message = Buffer.from(`\0\0\0\0\0${text}\0`)
  message[0] = 0x66
  message.writeInt32BE(message.length - 1, 1)
  return message
}
