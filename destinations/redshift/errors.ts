import type { DestinationError } from 'landfall/sdk'
import { classifyServerError } from '../postgres/errors.ts'
import { statementErrors, unknownStatementError } from './error-table.ts'

const errors = { known: statementErrors, unknown: unknownStatementError }

/**
 * Turns a failure of a statement into what the framework and the user need to know.
 * @param activity what was being done, in gerund form with names in backticks
 * @param statement shown to engineers: never a COPY, which holds a key
 */
export function classifyRedshiftError(
  error: unknown,
  activity: string,
  statement?: string,
): DestinationError {
  return classifyServerError(error, activity, errors, statement)
}
