import { errorsOfData } from './errors-of-data.ts'
import { errorsOfSetUp, errorsOfStatements } from './errors-of-objects.ts'
import { errorsOfRights } from './errors-of-rights.ts'
import { errorsThatPass } from './errors-that-pass.ts'
import type { KnownError } from './known-error.ts'

/**
 * What the server can answer to a statement. Classes of SQLSTATE stand behind their members:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html. The first match counts.
 */
export const statementErrors: readonly KnownError[] = [
  ...errorsOfSetUp,
  ...errorsOfRights,
  ...errorsThatPass,
  ...errorsOfData,
  ...errorsOfStatements,
]

export const unknownStatementError: KnownError = {
  name: 'anything else',
  code: 'STATEMENT_FAILED',
  sentence: 'The server refused the statement.',
  remedy: "Please report this with the connector's log.",
}
