import { DestinationError, type ErrorCode, type FailureType } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { classifyDuckDbError } from '../../../destinations/duckdb/errors.ts'

const cases: readonly (readonly [message: string, code: ErrorCode, failureType: FailureType])[] = [
  ['INTERRUPT Error: Interrupted!', 'INTERRUPTED', 'transient_error'],
  [
    'Out of Memory Error: failed to allocate data of size 16.0 MiB (95.4 MiB/95.3 MiB used)',
    'SERVER_UNAVAILABLE',
    'config_error',
  ],
  ['IO Error: Could not write file "/x.wal": No space left on device', 'SERVER_UNAVAILABLE', 'config_error'],
  ['IO Error: Cannot open file "/x": Permission denied', 'PERMISSION_DENIED', 'config_error'],
  ['TransactionContext Error: Conflict on tuple deletion!', 'SERVER_UNAVAILABLE', 'transient_error'],
  [
    'Dependency Error: Cannot drop entry "t" because there are entries that depend on it.',
    'DEPENDENT_OBJECTS',
    'config_error',
  ],
  ["Conversion Error: Could not convert string 'hunter2' to INT32", 'DATA_REFUSED', 'system_error'],
  [
    'Constraint Error: Duplicate key "id: hunter2" violates primary key constraint.',
    'DATA_REFUSED',
    'system_error',
  ],
  ['Catalog Error: Table with name t does not exist!\nDid you mean "u"?', 'STATEMENT_FAILED', 'system_error'],
]

describe('classifyDuckDbError', () => {
  it.each(cases)('%s', (message, code, failureType) => {
    const error = classifyDuckDbError(new Error(message), 'typing `main.users`')
    expect(error).toMatchObject({
      code,
      failureType,
      message: expect.stringContaining('typing `main.users`'),
    })
    expect(error.message).not.toContain('\n')
    const everything = [error.message, error.detail, String(error.cause)].join()
    expect(everything).not.toContain('hunter2')
  })

  it('leaves an error that says enough as it is', () => {
    const error = new DestinationError('INTERNAL', 'x')
    expect(classifyDuckDbError(error, 'y')).toBe(error)
  })
})
