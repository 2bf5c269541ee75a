import type { StreamDescriptor } from './protocol/messages.ts'

/** Who must act: the user (`config_error`), nobody but time (`transient_error`), or the developers (`system_error`). */
export type FailureType = 'config_error' | 'transient_error' | 'system_error'

/**
 * Every code that Landfall itself raises, with the failure type that the platform sees.
 * `docs/reference/errors.md` explains each one; a test compares the two lists.
 */
export const errorCodes = {
  /** The configuration file is missing, is not JSON, or breaks the connector's specification. */
  CONFIG_INVALID: 'config_error',
  /** A configuration asks for something that this connector does not support. */
  CONFIG_UNSUPPORTED: 'config_error',
  /** The command line cannot be understood. */
  USAGE: 'config_error',
  /** The configured catalog is missing, is not JSON, or describes streams that cannot be synced. */
  CATALOG_INVALID: 'config_error',
  /** A line of input is not an AirbyteMessage. */
  MESSAGE_INVALID: 'system_error',
  /** A record names a stream that the catalog does not have. */
  STREAM_UNKNOWN: 'system_error',
  /** A database driver is not installed. */
  DRIVER_MISSING: 'config_error',
  /** The server cannot be reached, or refuses the connection. */
  CONNECTION_FAILED: 'config_error',
  /** The server refuses the user name or the password. */
  LOGIN_FAILED: 'config_error',
  /** The database, schema or warehouse that the configuration names does not exist. */
  DATABASE_MISSING: 'config_error',
  /** The role may not do what the sync needs. */
  PERMISSION_DENIED: 'config_error',
  /** A table cannot be replaced because views or other objects depend on it. */
  DEPENDENT_OBJECTS: 'config_error',
  /** The server lost the connection, ran out of resources, or asked to try again. */
  SERVER_UNAVAILABLE: 'transient_error',
  /** The database refused data that the framework sent. */
  DATA_REFUSED: 'system_error',
  /** The database refused a statement that the framework wrote. */
  STATEMENT_FAILED: 'system_error',
  /** A batch was written, but the number of rows that the database reports is another. */
  RECEIPT_MISMATCH: 'system_error',
  /** Another sync writes to the same raw tables. */
  TABLE_LOCKED: 'transient_error',
  /** A table with a name that the sync needs does not look like one of Airbyte's. */
  TABLE_UNEXPECTED: 'config_error',
  /** A file of a connector's project is missing, or is not what it should be. */
  FILE_INVALID: 'config_error',
  /** A program that a command of `landfall` needs is missing. */
  PROGRAM_FAILED: 'config_error',
  /** The process was asked to stop. */
  INTERRUPTED: 'transient_error',
  /** A fault in Landfall or in a connector. */
  INTERNAL: 'system_error',
} as const satisfies Record<string, FailureType>

export type ErrorCode = keyof typeof errorCodes

export type DestinationErrorOptions = {
  /** The stream that failed, by the names that the catalog gave. */
  readonly stream?: StreamDescriptor | undefined
  readonly cause?: unknown
  /** For engineers; goes to the log and to `internal_message`, never to the user's one line. */
  readonly detail?: string | undefined
  /** Overrides the code's usual failure type, for example where a refused connection is known to be passing. */
  readonly failureType?: FailureType | undefined
  /** With `DATA_REFUSED`: the 0-based index in its batch of the record that the warehouse named. */
  readonly recordIndex?: number | undefined
}

const marker = Symbol.for('landfall.DestinationError')

/**
 * The one error that crosses module borders. `message` is shown to the user: what happened, the name in
 * backticks, what to do next; no secrets, no record values.
 */
export class DestinationError extends Error {
  readonly code: ErrorCode
  readonly failureType: FailureType
  readonly stream: StreamDescriptor | undefined
  readonly detail: string | undefined
  readonly recordIndex: number | undefined
  readonly [marker] = true

  constructor(code: ErrorCode, message: string, options: DestinationErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'DestinationError'
    this.code = code
    this.failureType = options.failureType ?? errorCodes[code]
    this.stream = options.stream
    this.detail = options.detail
    this.recordIndex = options.recordIndex
  }

  /** Recognises the error by its brand, so that two copies of the package in one process agree. */
  static is(error: unknown): error is DestinationError {
    return typeof error === 'object' && error !== null && marker in error
  }
}

/**
 * Wraps anything thrown: a DestinationError stays as it is, the rest becomes `INTERNAL`. Where closing something failed
 * after the error that counts, this is the one.
 */
export function toDestinationError(error: unknown): DestinationError {
  if (DestinationError.is(error)) return error
  if (isSuppressing(error)) return toDestinationError(error.suppressed)
  const message = error instanceof Error ? error.message : String(error)
  return new DestinationError('INTERNAL', `The connector failed unexpectedly: ${message}`, { cause: error })
}

/** By its name, since not every Node has the class, and a compiler brings its own. */
function isSuppressing(error: unknown): error is Error & { readonly suppressed: unknown } {
  return error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error
}
