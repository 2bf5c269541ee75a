import { DestinationError, type DestinationErrorOptions, type ErrorCode } from 'landfall/sdk'

type Rule = {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly advice: string
  readonly options?: DestinationErrorOptions
}

/**
 * DuckDB has no error codes at this interface: the class of an error is the start of its message.
 * https://duckdb.org/docs/stable/dev/internal_errors
 */
const rules: readonly Rule[] = [
  { pattern: /^INTERRUPT Error/, code: 'INTERRUPTED', advice: 'the sync was asked to stop' },
  {
    pattern: /No space left on device|Disk quota exceeded|max_temp_directory_size/i,
    code: 'SERVER_UNAVAILABLE',
    advice: 'the disk is full: free some space, or move the database to a larger disk',
    options: { failureType: 'config_error' },
  },
  {
    pattern: /^Out of Memory Error/,
    code: 'SERVER_UNAVAILABLE',
    advice: 'the engine ran out of memory: raise `memory_limit`, or give the container more memory',
    options: { failureType: 'config_error' },
  },
  {
    pattern: /Permission denied|Read-only file system|read-only mode/i,
    code: 'PERMISSION_DENIED',
    advice:
      'the database file or its directory may not be written: check the rights of the user who runs the sync',
  },
  {
    pattern: /^Dependency Error/,
    code: 'DEPENDENT_OBJECTS',
    advice: 'other objects depend on the table: drop them, sync, and make them anew',
  },
  {
    pattern: /^TransactionContext Error|write-write conflict|Conflict on/i,
    code: 'SERVER_UNAVAILABLE',
    advice: 'another transaction changed the same table: try again',
  },
]

/**
 * What went wrong, with the right failure type.
 * @param activity what was being done, in the gerund: "typing `main.users`"
 */
export function classifyDuckDbError(error: unknown, activity: string): DestinationError {
  if (DestinationError.is(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  const rule = rules.find(({ pattern }) => pattern.test(message))
  if (rule !== undefined) {
    return new DestinationError(rule.code, `DuckDB failed ${activity}: ${rule.advice}.`, {
      ...rule.options,
      detail: isAboutValues(message) ? undefined : message,
    })
  }
  if (isAboutValues(message)) {
    return new DestinationError('DATA_REFUSED', `DuckDB refused a value while ${activity}.`)
  }
  return new DestinationError('STATEMENT_FAILED', `DuckDB failed ${activity}: ${firstLine(message)}`, {
    cause: error,
    detail: message,
  })
}

/** Such messages quote record values, which must reach neither the user nor the log. */
function isAboutValues(message: string): boolean {
  return /^(Conversion|Invalid Input|Constraint|Out of Range) Error/.test(message)
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message
}
