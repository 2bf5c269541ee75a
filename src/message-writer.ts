import type { Writable } from 'node:stream'
import { DestinationError } from './errors.ts'
import type { ConnectionStatus, ConnectorSpecification, LogLevel } from './protocol/messages.ts'

/** Emits AirbyteMessages, one per line. The only way to standard output. */
export interface MessageWriter {
  /** A line that is already a message, with its newline: the echo of a state. */
  writeLine(line: Buffer): void
  log(level: LogLevel, message: string): void
  /** The one TRACE ERROR of a failed run. */
  traceError(error: DestinationError): void
  spec(spec: ConnectorSpecification): void
  connectionStatus(status: ConnectionStatus): void
  /** Bytes handed over and not yet taken by the reader. */
  readonly pendingBytes: number
  /** Waits until the reader has taken everything. Throws where the reader is gone. */
  flush(): Promise<void>
}

export type MessageWriterOptions = {
  readonly output: Writable
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Takes secrets out of texts for people. States and the specification are never changed. */
  readonly redact: (text: string) => string
  /** Called once when the reader is gone, so that the sync can stop. */
  readonly onClosed?: (error: DestinationError) => void
}

/** Writes to a stream in order, without waiting; `pendingBytes` and `flush` are for those who must. */
export function createMessageWriter(options: MessageWriterOptions): MessageWriter {
  const { output, redact } = options
  let failure: DestinationError | undefined
  const fail = (cause: Error) => {
    if (failure !== undefined) return
    failure = new DestinationError('INTERRUPTED', 'Standard output was closed before the sync had ended.', {
      cause,
    })
    options.onClosed?.(failure)
  }
  // Without a listener the first broken pipe would end the process before it could report anything.
  output.on('error', fail)
  const write = (message: object) => {
    if (failure === undefined) output.write(`${JSON.stringify(message)}\n`)
  }
  return {
    writeLine: (line) => {
      if (failure === undefined) output.write(line)
    },
    log: (level, message) => write({ type: 'LOG', log: { level, message: redact(message) } }),
    traceError: (error) => write(errorMessage(error, options.now(), redact)),
    spec: (spec) => write({ type: 'SPEC', spec }),
    connectionStatus: (status) => {
      const connectionStatus =
        status.status === 'FAILED' ? { ...status, message: redact(status.message) } : status
      write({ type: 'CONNECTION_STATUS', connectionStatus })
    },
    get pendingBytes() {
      return output.writableLength
    },
    flush: async () => {
      // The callback of an empty write comes after all writes before it, however little is waiting.
      if (failure === undefined) {
        await new Promise<void>((resolve) => {
          output.write('', (error) => {
            if (error) fail(error)
            resolve()
          })
        })
      }
      if (failure !== undefined) throw failure
    },
  }
}

/** https://docs.airbyte.com/platform/understanding-airbyte/airbyte-protocol#airbyteerrortracemessage */
function errorMessage(error: DestinationError, now: number, redact: (text: string) => string): object {
  const internal = [error.code, error.detail, ...causes(error)]
    .filter((part) => part !== undefined)
    .join(': ')
  const { stream } = error
  return {
    type: 'TRACE',
    trace: {
      type: 'ERROR',
      emitted_at: now,
      error: {
        message: redact(error.message),
        internal_message: redact(internal),
        stack_trace: redact(stackTrace(error)),
        failure_type: error.failureType,
        ...(stream === undefined
          ? {}
          : { stream_descriptor: { name: stream.name, namespace: stream.namespace } }),
      },
    },
  }
}

/** The messages of the errors behind an error, nearest first. */
function causes(error: Error): string[] {
  const messages: string[] = []
  let cause = error.cause
  while (cause instanceof Error && messages.length < 5) {
    messages.push(cause.message)
    cause = cause.cause
  }
  return messages
}

function stackTrace(error: Error): string {
  const own = error.stack ?? ''
  return error.cause instanceof Error ? `${own}\nCaused by: ${error.cause.stack ?? error.cause.message}` : own
}
