import type { Writable } from 'node:stream'
import type { Destination } from '../destination/destination.ts'
import { type DestinationError, toDestinationError } from '../errors.ts'
import { createLogger, type Logger, parseLogLevel } from '../logger.ts'
import { createMessageWriter, type MessageWriter } from '../message-writer.ts'
import type { InputChunks } from '../pipeline/input-chunks.ts'
import { helpText, parseArguments } from './arguments.ts'
import { runCheckCommand } from './check.ts'
import { createRedactor } from './secrets.ts'
import { runWriteCommand } from './write.ts'

/** What a command sees of its process. */
export type CommandEnvironment = {
  /** Without the executable and the script. */
  readonly argv: readonly string[]
  readonly env: { readonly [name: string]: string | undefined }
  /** Called by the command that reads it. */
  readonly openInput: () => InputChunks
  readonly stdout: Writable
  /** For people who run the connector by hand and made a mistake; the platform reads standard output. */
  readonly stderr: Writable
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal
  /** Memory that the process may use, in bytes. */
  readonly availableBytes: number
  readonly version: string
}

/** What a command works with. */
export type CommandContext = {
  readonly environment: CommandEnvironment
  readonly writer: MessageWriter
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Registers the secrets of the configuration; from then on no output shows them. */
  readonly hideSecrets: (secrets: readonly string[]) => void
}

/** Runs one command of a connector and returns its exit code. Never throws. */
export async function runCommand(destination: Destination, environment: CommandEnvironment): Promise<number> {
  const context = createContext(environment)
  try {
    const code = await dispatch(destination, context)
    await context.writer.flush()
    return code
  } catch (error) {
    return await reportFailure(toDestinationError(error), context)
  }
}

async function dispatch(destination: Destination, context: CommandContext): Promise<number> {
  const { environment, writer } = context
  const parsed = parseArguments(environment.argv)
  switch (parsed.command) {
    case 'help':
      environment.stdout.write(helpText(destination.name))
      return 0
    case 'version':
      environment.stdout.write(`${environment.version}\n`)
      return 0
    case 'spec':
      writer.spec(destination.spec())
      return 0
    case 'check':
      return runCheckCommand(destination, parsed, context)
    case 'write':
      return runWriteCommand(destination, parsed, context)
  }
}

function createContext(environment: CommandEnvironment): CommandContext {
  let redact = (text: string) => text
  const closed = new AbortController()
  const writer = createMessageWriter({
    output: environment.stdout,
    now: Date.now,
    redact: (text) => redact(text),
    onClosed: (error) => closed.abort(error),
  })
  return {
    environment,
    writer,
    signal: AbortSignal.any([environment.signal, closed.signal]),
    logger: createLogger({
      emit: (level, message) => writer.log(level, message),
      threshold: parseLogLevel(environment.env.LOG_LEVEL),
    }),
    hideSecrets: (secrets) => {
      redact = createRedactor(secrets)
    },
  }
}

/** One TRACE for the platform; a person who mistyped a command also gets a plain line. */
async function reportFailure(
  error: DestinationError,
  { writer, environment }: CommandContext,
): Promise<number> {
  writer.traceError(error)
  if (error.code === 'USAGE') environment.stderr.write(`${error.message}\n`)
  // The reader may be gone; there is nobody left to tell.
  await writer.flush().catch(() => {})
  return 1
}
