import type { Duplex } from 'node:stream'
import { LoadFailure, readCopy } from './copy.ts'
import { quoteText, Refusal, rewrite } from './rewrite.ts'
import type { RedshiftDouble, StatementFault } from './server.ts'

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
const query = 'Q'.charCodeAt(0)
const parse = 'P'.charCodeAt(0)
const readyForQuery = 'Z'.charCodeAt(0)
const copyIn = 'G'.charCodeAt(0)
const commandComplete = 'C'.charCodeAt(0)

/** Cuts a stream of bytes into messages. The first of a client has no type. */
class Messages {
  #rest = Buffer.alloc(0)
  #hasType: boolean

  constructor(hasType: boolean) {
    this.#hasType = hasType
  }

  *push(chunk: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, chunk])
    for (;;) {
      const typeBytes = this.#hasType ? 1 : 0
      if (this.#rest.length < typeBytes + 4) return
      const length = typeBytes + this.#rest.readInt32BE(typeBytes)
      if (this.#rest.length < length) return
      const message = this.#rest.subarray(0, length)
      this.#rest = this.#rest.subarray(length)
      this.#hasType = true
      yield message
    }
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

function queryMessage(sql: string): Buffer {
  return message('Q', Buffer.concat([Buffer.from(sql), Buffer.from([0])]))
}

/** One client, with a session of PostgreSQL of its own behind. */
export class ClientSession {
  readonly #client: Duplex
  readonly #server: Duplex
  readonly #double: RedshiftDouble
  #status = 'I'
  #isCaseSensitive = false
  #lastCopyCount = 0
  #lastCopyId = -1
  /** Sees messages of the server before the client does; says whether the client may see this one. */
  #filter: ((type: number, text: Buffer) => boolean) | undefined
  /** Nothing of the server is waited for any more. */
  #finish: () => void = () => {}
  #work: Promise<void> = Promise.resolve()

  constructor(client: Duplex, server: Duplex, double: RedshiftDouble) {
    this.#client = client
    this.#server = server
    this.#double = double
  }

  start(): void {
    const fromClient = new Messages(false)
    const fromServer = new Messages(true)
    this.#client.on('data', (chunk: Buffer) => {
      for (const each of fromClient.push(chunk)) {
        this.#work = this.#work.then(() => this.#take(Buffer.from(each))).catch(() => this.#end())
      }
    })
    this.#server.on('data', (chunk: Buffer) => {
      for (const each of fromServer.push(chunk)) this.#give(each)
    })
    for (const stream of [this.#client, this.#server]) {
      stream.on('error', () => this.#end())
      stream.once('close', () => this.#end())
    }
  }

  #end(): void {
    this.#finish()
    this.#client.destroy()
    this.#server.destroy()
  }

  #give(each: Buffer): void {
    const type = each[0] ?? 0
    if (type === readyForQuery) this.#status = String.fromCharCode(each[5] ?? 0)
    if (this.#filter?.(type, each) !== false && !this.#client.destroyed) this.#client.write(each)
  }

  async #take(each: Buffer): Promise<void> {
    // The start of the session has no type: its first byte is that of a length.
    if (each[0] !== query) {
      if (each[0] === parse) await this.#refuse(new Refusal('0A000', 'the double knows simple queries only'))
      else this.#server.write(each)
      return
    }
    const sql = each.toString('utf8', 5, each.length - 1)
    this.#double.statements.push(sql)
    const fault = this.#double.fault?.(sql)
    if (fault === 'cut before') this.#end()
    else if (fault === 'cut after') await this.#runUnseen(sql)
    else if (fault !== undefined) await this.#refuse(toRefusal(fault))
    else await this.#run(sql)
  }

  async #runUnseen(sql: string): Promise<void> {
    this.#client.on('error', () => {})
    const write = this.#client.write
    // Nothing reaches the client any more.
    this.#client.write = () => true
    await this.#run(sql)
    this.#client.write = write
    this.#end()
  }

  async #run(sql: string): Promise<void> {
    try {
      if (/^COPY\b/.test(sql)) await this.#copy(sql)
      else {
        const facts = {
          isCaseSensitive: this.#isCaseSensitive,
          isInTransaction: this.#status !== 'I',
          lastCopyCount: this.#lastCopyCount,
          lastCopyId: this.#lastCopyId,
        }
        const translated = rewrite(sql, facts)
        if (/^SET enable_case_sensitive_identifier TO TRUE$/i.test(sql)) this.#isCaseSensitive = true
        await this.#ask(translated)
      }
    } catch (error) {
      if (error instanceof Refusal) await this.#refuse(error)
      else throw error
    }
  }

  /** An error of the real server, so that its transaction fails as well. */
  async #refuse({ state, message: text, detail }: Refusal): Promise<void> {
    if (this.#status === 'E') await this.#ask('SELECT 1')
    else
      await this.#ask(`SELECT redshift_double.rs_raise(${[state, text, detail].map(quoteText).join(', ')})`)
  }

  /** Ends when the server is ready for the next statement. */
  async #ask(sql: string): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#filter = (type) => {
      if (type === readyForQuery) done.resolve()
      return true
    }
    this.#finish = done.resolve
    this.#server.write(queryMessage(sql))
    await done.promise
    this.#filter = undefined
  }

  async #copy(sql: string): Promise<void> {
    if (this.#status === 'E') return this.#ask('SELECT 1')
    this.#double.copyCount += 1
    this.#lastCopyId = this.#double.copyCount
    try {
      const copied = readCopy(sql, this.#double.s3)
      await this.#send(copied.statement, copied.csv)
      this.#lastCopyCount = copied.rows + this.#double.extraCopyCount
    } catch (error) {
      if (!(error instanceof LoadFailure)) throw error
      await this.#double.keepLoadErrors(
        this.#lastCopyId,
        error.errors.map(({ file, line, column, code, message: text }) => [file, line, column, code, text]),
      )
      throw new Refusal(
        'XX000',
        "Load into table 'x' failed.  Check 'sys_load_error_detail' system table for details.",
      )
    }
  }

  /** As COPY FROM STDIN of PostgreSQL, of which the client sees the end. */
  async #send(statement: string, csv: Buffer): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#filter = (type) => {
      if (type === copyIn) {
        this.#server.write(message('d', csv))
        this.#server.write(message('c', Buffer.alloc(0)))
      }
      if (type === readyForQuery) done.resolve()
      if (type === commandComplete) this.#client.write(message('C', Buffer.from('COPY\0')))
      return type !== copyIn && type !== commandComplete
    }
    this.#finish = done.resolve
    this.#server.write(queryMessage(statement))
    await done.promise
    this.#filter = undefined
  }
}

function toRefusal(fault: Exclude<StatementFault, string>): Refusal {
  return new Refusal(fault.state, fault.message, fault.detail ?? '')
}
