import type { ErrorRow } from 'landfall/sdk'

/**
 * What the server says about a failure, by the driver's names. `detail` and `where` can hold values of
 * records; only what is known to name objects may be repeated.
 */
export type ServerError = Error & {
  /** SQLSTATE, or Node's code where the connection failed. */
  readonly code?: string | undefined
  readonly detail?: string | undefined
  readonly hint?: string | undefined
  readonly where?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly constraint?: string | undefined
}

/** One row of the table of errors, which classification and the documentation share. */
export type KnownError = ErrorRow & {
  /** SQLSTATE; two characters stand for a whole class; absent where the words alone tell. */
  readonly state?: string
  /** What the server or the driver says, where the state does not tell enough. */
  readonly words?: RegExp
  /** Where neither state nor words tell enough. */
  readonly applies?: (error: ServerError) => boolean
  /** The first version that has the condition; absent where all supported ones have it. */
  readonly since?: number
  /** The server's words can hold values of records, or say nothing that the sentence does not. */
  readonly hidesWords?: true
}

/** What entries of one kind have in common is written once. */
export function alike(
  common: Pick<KnownError, 'code' | 'failureType' | 'stage'>,
  entries: readonly Omit<KnownError, 'code'>[],
): readonly KnownError[] {
  return entries.map((entry) => ({ ...common, ...entry }))
}

/** The first that fits counts, so that what is particular stands before what is general. */
export function findKnownError(table: readonly KnownError[], error: ServerError): KnownError | undefined {
  return table.find(
    ({ state, words, applies }) =>
      (state === undefined || (error.code ?? '').startsWith(state)) &&
      (words === undefined || words.test(error.message)) &&
      (applies === undefined || applies(error)),
  )
}

/** The server's message, one line. In classes 22 and 23 it can quote values of records. */
export function firstLine(error: ServerError): string {
  return (error.message.split('\n')[0] ?? '').trim()
}
