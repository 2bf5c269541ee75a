import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import split2 from 'split2'
import type { Message } from './messages.ts'
import { type StateReport, StateTally } from './state-tally.ts'

export type RunOptions = {
  /** The connector's executable: a script for this Node. */
  readonly executable: string
  readonly configPath: string
  readonly catalogPath: string
  readonly messages: Iterable<Message>
  /** Called about ten times a second. */
  readonly onProgress: (progress: Progress) => void
  /** Called for what the connector has to say to people. */
  readonly onWarning: (message: string) => void
}

export type Progress = {
  readonly records: number
  /** Of all messages, as they went through the pipe. */
  readonly bytes: number
  /** Since the process was started. */
  readonly seconds: number
  readonly states: StateReport
  readonly hasSentAll: boolean
}

/** The connector failed; the message is its own. */
export class DestinationFailure extends Error {}

/** A pipe's usual capacity. Smaller writes cost more system calls than time in the pipe. */
const chunkCharacters = 64 * 1024

const progressMilliseconds = 100

/** Enough for an error's message and its stack. */
const keptErrorLines = 20

/** Runs one sync through a process of its own and waits for its end. */
export async function runDestination(options: RunOptions): Promise<Progress> {
  const { executable, configPath, catalogPath } = options
  const arguments_ = [executable, 'write', '--config', configPath, '--catalog', catalogPath]
  const startedAt = performance.now()
  const child = spawn(process.execPath, arguments_, { stdio: ['pipe', 'pipe', 'pipe'] })
  const run = new Run(startedAt)
  const timer = setInterval(() => options.onProgress(run.progress()), progressMilliseconds)
  try {
    const [[code]] = await Promise.all([
      once(child, 'close'),
      send(child, run.chunks(options.messages)),
      receive(child, (line) => run.handleOutput(line, options.onWarning)),
      receiveErrors(child, (line) => run.handleErrorOutput(line)),
    ])
    if (code !== 0)
      throw new DestinationFailure(run.failure ?? `The destination ended with exit code ${code}.`)
    return run.progress()
  } finally {
    clearInterval(timer)
    child.kill()
  }
}

/** What is known about a sync on its way. */
class Run {
  readonly #startedAt: number
  readonly #states = new StateTally()
  #records = 0
  #bytes = 0
  #hasSentAll = false
  #trace: string | undefined
  readonly #errorOutput: string[] = []

  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  progress(): Progress {
    return {
      records: this.#records,
      bytes: this.#bytes,
      seconds: (performance.now() - this.#startedAt) / 1000,
      states: this.#states.report(),
      hasSentAll: this.#hasSentAll,
    }
  }

  /** Why the connector failed: its own TRACE, or the last words of a process that could not say it so. */
  get failure(): string | undefined {
    return this.#trace ?? (this.#errorOutput.join('\n') || undefined)
  }

  *chunks(messages: Iterable<Message>): Generator<Buffer> {
    let text = ''
    for (const { kind, line } of messages) {
      if (kind === 'record') this.#records += 1
      if (kind === 'state') this.#states.addSent(line)
      text += `${line}\n`
      if (text.length < chunkCharacters) continue
      yield this.#takeChunk(text)
      text = ''
    }
    if (text !== '') yield this.#takeChunk(text)
    this.#hasSentAll = true
  }

  handleOutput(line: string, onWarning: (message: string) => void): void {
    const message: Partial<OutputMessage> = JSON.parse(line)
    if (message.type === 'STATE') this.#states.addReturned(line)
    if (message.type === 'TRACE') this.#trace ??= message.trace?.error?.message
    if (message.type === 'LOG' && message.log && loudLevels.has(message.log.level)) {
      onWarning(message.log.message)
    }
  }

  handleErrorOutput(line: string): void {
    this.#errorOutput.push(line)
    if (this.#errorOutput.length > keptErrorLines) this.#errorOutput.shift()
  }

  #takeChunk(text: string): Buffer {
    const chunk = Buffer.from(text)
    this.#bytes += chunk.length
    return chunk
  }
}

/** The parts of a connector's messages that the demo looks at. */
type OutputMessage = {
  readonly type: string
  readonly trace: { readonly error?: { readonly message: string } }
  readonly log: { readonly level: string; readonly message: string }
}

const loudLevels: ReadonlySet<string> = new Set(['WARN', 'ERROR', 'FATAL'])

/** The generator is asked for the next chunk when the connector has taken the one before. */
async function send({ stdin }: ChildProcess, chunks: Iterable<Buffer>): Promise<void> {
  if (stdin === null) throw new Error('the destination has no standard input')
  try {
    await pipeline(Readable.from(chunks, { objectMode: false }), stdin)
  } catch (error) {
    // A connector that fails stops reading; its exit code and its TRACE say why.
    if (!isClosedPipe(error)) throw error
  }
}

async function receive({ stdout }: ChildProcess, onLine: (line: string) => void): Promise<void> {
  if (stdout === null) throw new Error('the destination has no standard output')
  for await (const line of stdout.pipe(split2())) onLine(String(line))
}

async function receiveErrors({ stderr }: ChildProcess, onLine: (line: string) => void): Promise<void> {
  if (stderr === null) throw new Error('the destination has no error output')
  for await (const line of stderr.pipe(split2())) onLine(String(line))
}

function isClosedPipe(error: unknown): boolean {
  const closedPipeCodes: readonly unknown[] = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']
  return error instanceof Error && 'code' in error && closedPipeCodes.includes(error.code)
}
