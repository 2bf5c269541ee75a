import { DestinationError, fill } from 'landfall/sdk'
import { statementErrors, unknownStatementError } from './error-table.ts'
import { isConnectionLoss } from './errors-that-pass.ts'
import { findKnownError, firstLine, type KnownError, type ServerError } from './known-error.ts'

/**
 * Turns a failure of a statement into what the framework and the user need to know.
 * @param activity what was being done, in gerund form with names in backticks: "Creating `public.users`"
 * @param statement shown to engineers; statements of this connector hold names, never values of records
 */
export function classifyPostgresError(
  error: unknown,
  activity: string,
  statement?: string,
): DestinationError {
  return classifyServerError(error, activity, postgresErrors, statement)
}

/** What a server of the family can say to a statement. */
export type StatementErrors = { readonly known: readonly KnownError[]; readonly unknown: KnownError }

const postgresErrors: StatementErrors = { known: statementErrors, unknown: unknownStatementError }

/** The same by the table of a relative. */
export function classifyServerError(
  error: unknown,
  activity: string,
  errors: StatementErrors,
  statement?: string,
): DestinationError {
  if (DestinationError.is(error)) return error
  const server: ServerError = error instanceof Error ? error : new Error(String(error))
  if (!isFromServer(server))
    return new DestinationError('INTERNAL', `${activity} failed: ${firstLine(server)}`, { cause: error })
  const known = findKnownError(errors.known, server) ?? errors.unknown
  const parts = [engineerDetail(server), statement].filter((part) => part !== undefined && part !== '')
  return new DestinationError(known.code, `${activity} failed: ${explain(known, server)}`, {
    detail: parts.join('\n') || undefined,
    // The server's words for refused data repeat the data.
    ...(isAboutData(known) ? {} : { cause: error }),
    failureType: known.failureType,
  })
}

/** Whether the server or the connection to it failed, rather than this connector's own code. */
function isFromServer(error: ServerError): boolean {
  return isConnectionLoss(error) || 'severity' in error
}

function isAboutData({ code }: KnownError): boolean {
  return code === 'DATA_REFUSED'
}

/** The server's words, then ours: those of a server may be in any language. */
function explain(known: KnownError, error: ServerError): string {
  const { sentence, remedy, hidesWords } = known
  const said = isAboutData(known) ? `the server refused a value: ${withoutValues(error)}` : firstLine(error)
  const facts = { detail: (error.detail ?? '').replaceAll('\n', '; ') }
  return `${hidesWords ? '' : `${said.replace(/\.$/, '')}. `}${fill(`${sentence} ${remedy}`, facts)}`
}

/** Messages of class 22 quote the value behind a colon, or in double quotes. */
function withoutValues(error: ServerError): string {
  return firstLine(error)
    .replace(/:.*$/, '')
    .replace(/"[^"]*"?/g, '"…"')
}

function engineerDetail(error: ServerError): string {
  const { code, schema, table, column, constraint, hint } = error
  const facts = Object.entries({ SQLSTATE: code, schema, table, column, constraint, hint })
  return facts.flatMap(([name, value]) => (value ? [`${name} ${value}`] : [])).join(', ')
}
