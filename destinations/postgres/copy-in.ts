import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Sql } from 'landfall/sdk'
import type pg from 'pg'
import type { CopyPart } from './copy-frames.ts'

/** The five bytes in front of each CopyData message: its type and its length. */
export const copyDataHeaderBytes = 5

/** Turns a buffer with room for the header in front into a CopyData message. The length counts itself. */
export function sealCopyData(frame: Buffer): Buffer {
  frame[0] = 0x64
  frame.writeInt32BE(frame.length - 1, 1)
  return frame
}

/** The header of a CopyData message whose content comes apart from it. */
export function writeCopyDataHeader(contentBytes: number): Buffer {
  const header = Buffer.allocUnsafe(copyDataHeaderBytes)
  header[0] = 0x64
  header.writeInt32BE(contentBytes + 4, 1)
  return header
}

/**
 * Runs `COPY ... FROM STDIN` with CopyData messages and returns the row count of the command tag. Asks for
 * the next part when the socket has room. When it throws, the server has rolled the COPY back and, unless the
 * connection itself is lost, the client can be used again.
 */
export async function copyIn(client: pg.Client, statement: Sql, parts: Iterable<CopyPart>): Promise<number> {
  const copy = new CopyIn(statement, parts)
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
  readonly #parts: Iterable<CopyPart>
  readonly #over = new AbortController()
  #resolve: (rowCount: number) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #rowCount = 0
  #producerError: unknown
  #stream: Duplex | undefined
  /** Parts of the batch's own memory that the socket has not sent yet. */
  #borrowed = 0

  constructor(statement: Sql, parts: Iterable<CopyPart>) {
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#statement = statement
    this.#parts = parts
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#statement)
  }

  handleCopyInResponse(connection: pg.Connection): void {
    this.#stream = connection.stream
    void this.#send(connection.stream)
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#rowCount = Number(/^COPY (\d+)$/.exec(message.text)?.[1])
  }

  handleReadyForQuery(): void {
    this.#over.abort()
    this.#resolve(this.#rowCount)
  }

  /**
   * Also called when the connection breaks. What the server still gets of this COPY, it discards. Memory of the batch,
   * which goes elsewhere when a retry has succeeded, must not stay with the socket until then.
   */
  handleError(error: unknown): void {
    this.#over.abort()
    if (this.#borrowed > 0) this.#stream?.destroy()
    this.#reject(this.#producerError ?? error)
  }

  /** Returns whether the socket has room for more. */
  #write(stream: Duplex, bytes: Buffer, release: CopyPart['release']): boolean {
    if (release === undefined) this.#borrowed += 1
    return stream.write(bytes, (error) => {
      if (release === undefined) this.#borrowed -= 1
      // A broken connection may leave its bytes with the socket: they are left to the garbage collector.
      else if (!error) release()
    })
  }

  async #send(stream: Duplex): Promise<void> {
    const { signal } = this.#over
    try {
      for (const { bytes, release } of this.#parts) {
        if (!this.#write(stream, bytes, release)) await once(stream, 'drain', { signal })
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
