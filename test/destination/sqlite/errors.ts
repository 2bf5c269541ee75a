import { DestinationError, type ErrorCode, type FailureType } from 'landfall/sdk'

/** By primary result code. https://sqlite.org/rescode.html */
const rules: { readonly [code: number]: readonly [ErrorCode, string, FailureType?] } = {
  3: ['PERMISSION_DENIED', 'the file may not be written'],
  5: ['TABLE_LOCKED', 'another process has the file open; try again when it is done'],
  8: ['PERMISSION_DENIED', 'the file is read-only'],
  10: ['SERVER_UNAVAILABLE', 'the disk did not answer'],
  13: ['SERVER_UNAVAILABLE', 'the disk is full; free some space', 'config_error'],
  14: ['DATABASE_MISSING', 'the file cannot be opened; check that its directory exists'],
  18: ['DATA_REFUSED', 'a value is longer than SQLite allows'],
  19: ['DATA_REFUSED', 'a value broke a constraint'],
  26: ['DATABASE_MISSING', 'the file is not a SQLite database; choose another path'],
}

/**
 * What went wrong, with the code that decides who must act and whether to try again.
 * @param activity in the gerund: "opening `x.sqlite`"
 */
export function classify(error: unknown, activity: string, recordIndex?: number): DestinationError {
  if (DestinationError.is(error)) return error
  const resultCode = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : 1
  // The lowest byte is the primary code.
  const rule = rules[Number(resultCode) & 0xff]
  const message = error instanceof Error ? error.message : String(error)
  const [code, reason, failureType] = rule ?? (['STATEMENT_FAILED', message] as const)
  const options = { detail: message, recordIndex, failureType }
  return new DestinationError(code, `SQLite failed ${activity}: ${reason}.`, options)
}
