import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { joinSql, type Sql } from 'landfall/sdk'
import type pg from 'pg'
import type { CopyPart } from './copy-frames.ts'
import { classifyPostgresError } from './errors.ts'

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

/** Statements that go to the server in the message of the COPY: its transaction then takes no round trips of its own. */
export type AroundCopy = { readonly before: readonly Sql[]; readonly after: readonly Sql[] }

const nothingAround: AroundCopy = { before: [], after: [] }

/**
 * Runs `COPY ... FROM STDIN` with CopyData messages and returns the row count of the command tag. Asks for
 * the next part when the socket has room. When it throws, the server has rolled the COPY back and, unless the
 * connection itself is lost, the client can be used again; a transaction that `around` has begun is still open.
 * An error of the COPY is the driver's, for whoever names the record; that of another statement is classified.
 */
export async function copyIn(
  client: pg.Client,
  statement: Sql,
  parts: Iterable<CopyPart>,
  { before, after } = nothingAround,
): Promise<number> {
  const statements = [...before, statement, ...after]
  const copy = new CopyIn(statements, parts)
  client.query(copy)
  try {
    return await copy.result
  } catch (error) {
    if (copy.completed === before.length) throw error
    throw classifyPostgresError(error, 'Running a statement', statements[copy.completed])
  }
}

const copyDone = Buffer.from([0x63, 0, 0, 0, 4])

/** The text goes into the server's log only; the cause stays in this process. */
const copyFail = encodeCopyFail('The connector could not produce the next row.')

/** The driver's `Submittable`: it is told what the server answers while it is the active query. */
class CopyIn implements pg.Submittable {
  readonly result: Promise<number>
  /** How many statements the server has finished: the position of one that fails. */
  completed = 0
  readonly #statements: readonly Sql[]
  readonly #parts: Iterable<CopyPart>
  readonly #over = new AbortController()
  #resolve: (rowCount: number) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  /** Not a number where the server did not tell it, which no receipt takes. */
  #rowCount = Number.NaN
  #producerError: unknown
  #stream: Duplex | undefined
  /** Parts of the batch's own memory that the socket has not sent yet. */
  #borrowed = 0

  constructor(statements: readonly Sql[], parts: Iterable<CopyPart>) {
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#statements = statements
    this.#parts = parts
  }

  submit(connection: pg.Connection): void {
    connection.query(joinSql(this.#statements, ';\n'))
  }

  handleCopyInResponse(connection: pg.Connection): void {
    this.#stream = connection.stream
    void this.#send(connection.stream)
  }

  /** The driver calls these two for a SELECT among the statements. */
  handleRowDescription(): void {}
  handleDataRow(): void {}

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.completed += 1
    const [, rows] = /^COPY (\d+)$/.exec(text) ?? []
    if (rows !== undefined) this.#rowCount = Number(rows)
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

  /**
   * Returns whether the socket has room for more. Nothing may come between a header and its content: of a message
   * that stops after its header, the server would take the next statement for the rest.
   */
  #write(stream: Duplex, { header, bytes, release }: CopyPart): boolean {
    if (release === undefined) this.#borrowed += 1
    stream.cork()
    if (header !== undefined) stream.write(header)
    const hasRoom = stream.write(bytes, (error) => {
      if (release === undefined) this.#borrowed -= 1
      // A broken connection may leave its bytes with the socket: they are left to the garbage collector.
      else if (!error) release()
    })
    stream.uncork()
    return hasRoom
  }

  async #send(stream: Duplex): Promise<void> {
    const { signal } = this.#over
    try {
      for (const part of this.#parts) {
        if (!this.#write(stream, part)) await once(stream, 'drain', { signal })
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
