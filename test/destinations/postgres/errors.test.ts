import { expect, it } from 'vitest'
import { classifyPostgresError } from '../../../destinations/postgres/errors.ts'
import { DestinationError } from '../../../src/errors.ts'

/** As the driver makes it from the server's answer. */
function serverError(facts: {
  readonly code: string
  readonly message?: string
  readonly [fact: string]: unknown
}) {
  return Object.assign(new Error(facts.message ?? 'words of the server'), { severity: 'ERROR', ...facts })
}

it.each([
  { state: '42501', about: 'insufficient privilege', code: 'PERMISSION_DENIED', failureType: 'config_error' },
  { state: '25006', about: 'read-only transaction', code: 'PERMISSION_DENIED', failureType: 'config_error' },
  { state: '2BP01', about: 'dependent objects', code: 'DEPENDENT_OBJECTS', failureType: 'config_error' },
  { state: '08006', about: 'connection failure', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '53100', about: 'disk full', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '53200', about: 'out of memory', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '57014', about: 'query cancelled', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '25P03', about: 'idle for too long', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '25P04', about: 'transaction timeout', code: 'STATEMENT_FAILED', failureType: 'config_error' },
  { state: '57P01', about: 'shutdown', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '58030', about: 'input or output', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '40001', about: 'serialization', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '40P01', about: 'deadlock', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '55P03', about: 'lock timeout', code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' },
  { state: '22P02', about: 'invalid text', code: 'DATA_REFUSED', failureType: 'system_error' },
  // Somebody gave the table a rule that its rows break: neither time nor the developers can help.
  { state: '23505', about: 'duplicate key', code: 'DATA_REFUSED', failureType: 'config_error' },
  { state: '54000', about: 'limit of the server', code: 'DATA_REFUSED', failureType: 'system_error' },
  { state: '42601', about: 'syntax', code: 'STATEMENT_FAILED', failureType: 'system_error' },
  { state: '08P01', about: 'protocol violation', code: 'STATEMENT_FAILED', failureType: 'system_error' },
  { state: 'XX000', about: 'internal error', code: 'STATEMENT_FAILED', failureType: 'system_error' },
])('$state ($about) is $code, a $failureType', ({ state, code, failureType }) => {
  const error = classifyPostgresError(serverError({ code: state }), 'Creating `public.users`', 'CREATE TABLE')
  expect(error).toMatchObject({ code, failureType })
  expect(error.message).toMatch(/^Creating `public\.users` failed: /)
  expect(error.detail).toBe(`SQLSTATE ${state}\nCREATE TABLE`)
})

it('a value that needs more memory than the server can give to one is refused data', () => {
  const facts = { code: 'XX000', message: 'invalid memory alloc request size 1073741824' }
  expect(classifyPostgresError(serverError(facts), 'Loading `a`')).toMatchObject({ code: 'DATA_REFUSED' })
})

it.each([
  { code: '23505', message: 'duplicate key value violates unique constraint', schema: 'pg_catalog' },
  { code: 'XX000', message: 'tuple concurrently updated' },
])('two sessions that create the same object at the same time may try again: $message', (facts) => {
  expect(classifyPostgresError(serverError(facts), 'Creating `a`')).toMatchObject({
    code: 'SERVER_UNAVAILABLE',
    failureType: 'transient_error',
  })
})

it.each([
  { message: 'Connection terminated unexpectedly' },
  { message: 'Client has encountered a connection error and is not queryable' },
  { message: 'read ECONNRESET', code: 'ECONNRESET' },
  { message: 'write EPIPE', code: 'EPIPE' },
  // Bytes that changed on the way: one side finds out and ends the connection.
  { message: 'ssl/tls alert bad record mac', code: 'ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC' },
  { message: 'decryption failed', code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' },
])('the driver lost the connection: $message', ({ message, code }) => {
  const error = classifyPostgresError(Object.assign(new Error(message), code ? { code } : {}), 'Loading `a`')
  expect(error).toMatchObject({ code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' })
})

it.each([
  'invalid input syntax for type integer: "x-secret"',
  'invalid input syntax for type timestamp with time zone: ""x-secret""',
  'date/time field value out of range: "x-secret"',
  'value "x-secret" is out of range for type bigint',
  'invalid byte sequence for encoding "UTF8": 0xff x-secret',
  'time zone "x-secret \n more x-secret" not recognized',
])('refused data do not appear in the error: %s', (message) => {
  const facts = { code: '22P02', message, detail: 'Token "x-secret" is invalid.', where: 'line 1: x-secret' }
  const error = classifyPostgresError(serverError(facts), 'Loading `a`', 'COPY a FROM STDIN')
  expect(`${error.message} ${error.detail} ${error.stack} ${error.cause}`).not.toContain('x-secret')
})

it("lists what depends on a table, in the server's words", () => {
  const detail = 'view a depends on table t\nview b depends on view a'
  const error = classifyPostgresError(
    serverError({ code: '2BP01', message: 'cannot drop table t because other objects depend on it', detail }),
    'Dropping `t`',
  )
  expect(error.message).toContain('(view a depends on table t; view b depends on view a)')
})

it('does not blame the server for a fault of our own', () => {
  expect(classifyPostgresError(new TypeError('x is not a function'), 'Loading `a`').code).toBe('INTERNAL')
})

it('leaves an error alone that is classified', () => {
  const error = new DestinationError('INTERRUPTED', 'stopped')
  expect(classifyPostgresError(error, 'Loading `a`')).toBe(error)
})

it.each([
  { message: 'query_wait_timeout', says: 'Raise its `default_pool_size`' },
  { message: 'server conn crashed?', says: "look at the pooler's log" },
  { message: 'idle transaction timeout', says: "look at the pooler's log" },
])('what a pooler says about its server may pass: $message', ({ message, says }) => {
  const error = classifyPostgresError(serverError({ code: '08P01', message }), 'Loading `a`')
  expect(error).toMatchObject({ code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' })
  expect(error.message).toContain(says)
})
