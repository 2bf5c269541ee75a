import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { runCommand } from '../cli/main.ts'
import type { Destination } from '../destination/destination.ts'

/** An AirbyteMessage that a connector printed. */
export type OutputMessage = { readonly type: string; readonly [key: string]: unknown }

export type ConnectorRun = {
  readonly exitCode: number
  /** Every line of standard output, parsed. */
  readonly messages: readonly OutputMessage[]
  /** The STATE lines as they were printed, for byte-exact comparisons. */
  readonly stateLines: readonly string[]
  /** The user's line of the TRACE ERROR, where there is one. */
  readonly errorMessage: string | undefined
  readonly stdout: string
}

export type WriteInput = {
  readonly config: unknown
  readonly catalog: unknown
  /** Lines of standard input without line breaks, or chunks of bytes as they would come. */
  readonly input: Iterable<string | Buffer> | AsyncIterable<string | Buffer>
  readonly env?: { readonly [name: string]: string }
  /** Called with what is printed, as it is printed: for input that waits for an answer. */
  readonly onOutput?: (text: string) => void
}

/** Runs `write` in this process, with real files for configuration and catalog. */
export async function runWriteCommand(destination: Destination, options: WriteInput): Promise<ConnectorRun> {
  const files = { config: options.config, catalog: options.catalog }
  return withFiles(files, (paths) =>
    run(destination, {
      argv: ['write', '--config', paths.config ?? '', '--catalog', paths.catalog ?? ''],
      input: Readable.from(toChunks(options.input), { objectMode: false }),
      env: options.env ?? {},
      onOutput: options.onOutput,
    }),
  )
}

/** Runs `check` in this process. */
export async function runCheckCommand(destination: Destination, config: unknown): Promise<ConnectorRun> {
  return withFiles({ config }, (paths) =>
    run(destination, { argv: ['check', '--config', paths.config ?? ''], input: Readable.from([]), env: {} }),
  )
}

/** Runs any command line in this process. */
export async function run(
  destination: Destination,
  options: {
    readonly argv: readonly string[]
    readonly input: Readable
    readonly env: { readonly [name: string]: string }
    readonly onOutput?: WriteInput['onOutput'] | undefined
  },
): Promise<ConnectorRun> {
  const stdout = new Collector(options.onOutput)
  const exitCode = await runCommand(destination, {
    argv: options.argv,
    env: options.env,
    openInput: () => options.input,
    stdout,
    stderr: new Collector(),
    signal: new AbortController().signal,
    availableBytes: 1024 ** 3,
    version: 'test',
  })
  return parseOutput(exitCode, stdout.text)
}

/** What a connector printed, by kinds. Throws where a line is not a message. */
export function parseOutput(exitCode: number, stdout: string): ConnectorRun {
  const lines = stdout.split('\n').filter((line) => line !== '')
  const messages = lines.map((line): OutputMessage => JSON.parse(line))
  const trace = messages.find((message) => message.type === 'TRACE')
  return {
    exitCode,
    messages,
    stateLines: lines.filter((_, index) => messages[index]?.type === 'STATE'),
    errorMessage: trace === undefined ? undefined : readErrorMessage(trace),
    stdout,
  }
}

function readErrorMessage(message: OutputMessage): string | undefined {
  const { trace } = message as { readonly trace?: { readonly error?: { readonly message?: string } } }
  return trace?.error?.message
}

/** The lines as a byte stream. Strings get their line break, bytes stay as they are. */
async function* toChunks(input: WriteInput['input']): AsyncGenerator<Buffer> {
  for await (const part of input) yield typeof part === 'string' ? Buffer.from(`${part}\n`) : part
}

async function withFiles<Result>(
  contents: { readonly [name: string]: unknown },
  action: (paths: { readonly [name: string]: string }) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-run-'))
  try {
    const paths: { [name: string]: string } = {}
    for (const [name, content] of Object.entries(contents)) {
      const path = join(directory, `${name}.json`)
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
      paths[name] = path
    }
    return await action(paths)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

class Collector extends Writable {
  readonly #chunks: Buffer[] = []
  readonly #onOutput: WriteInput['onOutput']

  constructor(onOutput?: WriteInput['onOutput']) {
    super()
    this.#onOutput = onOutput
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk)
    this.#onOutput?.(chunk.toString())
    done()
  }
}
