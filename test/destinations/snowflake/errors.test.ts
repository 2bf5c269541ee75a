import { describe, expect, it } from 'vitest'
import { classifySnowflakeError, findRefusedRow, isMissing } from '../../../destinations/snowflake/errors.ts'

const driverError = (code: number | string, message: string) => Object.assign(new Error(message), { code })

describe('errors of Snowflake', () => {
  it.each([
    [390100, 'Incorrect username or password was specified.', 'LOGIN_FAILED', 'config_error'],
    [390144, 'JWT token is invalid. [x]', 'LOGIN_FAILED', 'config_error'],
    [390201, 'The requested database does not exist or not authorized.', 'DATABASE_MISSING', 'config_error'],
    ['000606', 'No active warehouse selected in the current session.', 'DATABASE_MISSING', 'config_error'],
    [
      '003001',
      "SQL access control error:\nInsufficient privileges to operate on schema 'X'",
      'PERMISSION_DENIED',
      'config_error',
    ],
    [
      '002003',
      "Object 'X' exists, but current role has no privileges on it.",
      'PERMISSION_DENIED',
      'config_error',
    ],
    ['390114', 'Authentication token has expired.', 'SERVER_UNAVAILABLE', 'transient_error'],
    ['000625', 'Statement aborted: lock wait', 'SERVER_UNAVAILABLE', 'transient_error'],
    [401001, 'Network error. Could not reach Snowflake.', 'SERVER_UNAVAILABLE', 'transient_error'],
    ['ECONNRESET', 'socket hang up', 'SERVER_UNAVAILABLE', 'transient_error'],
    ['100069', 'Error parsing JSON: {"secret":', 'DATA_REFUSED', 'system_error'],
    ['100078', "String 'secret' is too long", 'DATA_REFUSED', 'system_error'],
    ['001003', 'SQL compilation error:\nsyntax error line 1', 'STATEMENT_FAILED', 'system_error'],
    ['100072', 'NULL result in a non-nullable column', 'DATA_REFUSED', 'system_error'],
  ])('knows %s %s', (code, message, expected, failureType) => {
    const error = classifySnowflakeError(driverError(code, message), 'Loading `x`')
    expect(error).toMatchObject({ code: expected, failureType })
    expect(error.message).toMatch(/^Loading `x` failed: /)
    expect(error.message).not.toContain('secret')
  })

  it('takes what has no number for a fault of the connector', () => {
    expect(classifySnowflakeError(new TypeError('x is not a function'), 'Loading').code).toBe('INTERNAL')
  })

  it('finds the row that a COPY stopped at', () => {
    const message = `Error parsing JSON: x\n  File 'stage/a/12.csv.gz', line 3, character 40\n  Row 3, column "T"["$3":3]`
    expect(findRefusedRow(driverError('100069', message))).toEqual({ file: '12.csv.gz', row: 3 })
    expect(findRefusedRow(driverError('100069', 'Error parsing JSON'))).toBeUndefined()
  })

  it.each([
    ['002003', true],
    [2043, true],
    ['001003', false],
  ])('knows whether %s is about an object that is not there', (code, expected) => {
    expect(isMissing(driverError(code, 'x'))).toBe(expected)
  })
})
