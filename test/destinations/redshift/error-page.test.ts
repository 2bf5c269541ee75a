import { describe, expect, it } from 'vitest'
import type { KnownError } from '../../../destinations/postgres/known-error.ts'
import { statementErrors, unknownStatementError } from '../../../destinations/redshift/error-table.ts'
import { classifyRedshiftError } from '../../../destinations/redshift/errors.ts'
import { loginErrors, unknownLoginError } from '../../../destinations/redshift/errors-at-login.ts'
import { errorCodes } from '../../../src/errors.ts'

/** A page for readers, made from the tables that decide; `npx vitest run <this file> --update` writes it. */
const page = '../../../docs/reference/redshift-errors.md'

const row = (words: readonly string[]) => `| ${words.join(' | ')} |`

function table(errors: readonly KnownError[]): string {
  const head = ['Failure', 'SQLSTATE', 'Code', 'Failure type', 'What happened', 'What to do']
  const lines = errors.map(({ name, state = '', code, failureType = errorCodes[code], sentence, remedy }) =>
    row([name, state, `[${code}](errors.md#${code.toLowerCase()})`, `\`${failureType}\``, sentence, remedy]),
  )
  return [row(head), `|${'---|'.repeat(head.length)}`, ...lines].join('\n')
}

const text = `# Errors of Redshift and S3

What Redshift answers to logins and statements, and what becomes of it. A test writes this page from the tables in
[errors-at-login.ts](../../destinations/redshift/errors-at-login.ts) and [error-table.ts](../../destinations/redshift/error-table.ts).
Words in braces are filled in: \`{said}\` is Redshift's own sentence. Failures of networks, TLS and SSH tunnels are the same for all
databases: [Errors of PostgreSQL, TLS, SSH and networks](postgres-errors.md).

The words of Redshift were taken from its documentation and from public reports; no test has heard them from Redshift itself.
Redshift often gives no SQLSTATE of its own (\`XX000\`), so most rows are found by words. The first row that fits counts.

## When a connection is opened

${table([...loginErrors, unknownLoginError])}

## When a statement runs

What passes (\`transient_error\`) is tried again for up to five minutes.

${table([...statementErrors, unknownStatementError])}

## Uploads to S3

| Answer of S3 | Code | What to do |
|---|---|---|
| another region than \`s3_bucket_region\` | [CONFIG_INVALID](errors.md#config_invalid) | Correct the field; the message has the bucket's own region where S3 tells it. |
| \`NoSuchBucket\` | [DATABASE_MISSING](errors.md#database_missing) | Create the bucket, or correct \`s3_bucket_name\`. |
| \`InvalidAccessKeyId\`, \`SignatureDoesNotMatch\`, \`ExpiredToken\` and alike | [LOGIN_FAILED](errors.md#login_failed) | Check \`access_key_id\` and \`secret_access_key\`. |
| \`RequestTimeTooSkewed\` | [CONFIG_INVALID](errors.md#config_invalid) | Correct the clock of this machine. |
| any other 403 | [PERMISSION_DENIED](errors.md#permission_denied) | Give the key the rights that the page of the destination lists. |
| 5xx, 408, 429, a broken connection | [SERVER_UNAVAILABLE](errors.md#server_unavailable) | Nothing: it is tried again. |
| anything else | [STATEMENT_FAILED](errors.md#statement_failed) | Report it with the connector's log. |
`

describe('the page of errors', () => {
  it('has what the tables have', async () => {
    await expect(text).toMatchFileSnapshot(page)
  })

  it('has each name once', () => {
    for (const errors of [loginErrors, statementErrors]) {
      const names = errors.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
    }
  })
})

describe('an error of Redshift is known by its state or its words', () => {
  const serverError = (code: string, message: string, detail?: string) =>
    Object.assign(new Error(message), { code, detail, severity: 'ERROR' })

  it.each([
    ['XX000', '1023', 'Serializable isolation violation on table - 1234', 'SERVER_UNAVAILABLE'],
    [
      'XX000',
      'S3ServiceException:Access Denied,Status 403,Error AccessDenied',
      undefined,
      'PERMISSION_DENIED',
    ],
    [
      'XX000',
      'S3ServiceException:The AWS Access Key Id you provided does not exist,Status 403',
      undefined,
      'LOGIN_FAILED',
    ],
    [
      'XX000',
      'S3ServiceException:Please reduce your request rate,Status 503,Error SlowDown',
      undefined,
      'SERVER_UNAVAILABLE',
    ],
    [
      'XX000',
      'S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket',
      undefined,
      'DATABASE_MISSING',
    ],
    [
      'XX000',
      "Load into table 'x' failed.  Check 'stl_load_errors' system table for details.",
      undefined,
      'DATA_REFUSED',
    ],
    [
      '2BP01',
      'cannot drop table t because other objects depend on it',
      'view v depends on t',
      'DEPENDENT_OBJECTS',
    ],
    ['42501', 'permission denied for schema s', undefined, 'PERMISSION_DENIED'],
    [
      'XX000',
      'S3ServiceException:The bucket you are attempting to access must be addressed using the specified endpoint.,Status 301,Error PermanentRedirect',
      undefined,
      'CONFIG_INVALID',
    ],
    [
      'XX000',
      'S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey,Key regions/x',
      undefined,
      'DATABASE_MISSING',
    ],
    ['XX000', 'Disk Full', undefined, 'STATEMENT_FAILED'],
    ['53100', 'could not extend the relation', undefined, 'STATEMENT_FAILED'],
    ['53300', 'too many connections', undefined, 'SERVER_UNAVAILABLE'],
    ['57014', "Query (1) cancelled on user's request", undefined, 'STATEMENT_FAILED'],
    ['42601', 'syntax error at or near "x"', undefined, 'STATEMENT_FAILED'],
  ])('%s %s %s: %s', (state, message, detail, code) => {
    expect(classifyRedshiftError(serverError(state, message, detail), 'Running a statement')).toMatchObject({
      code,
    })
  })

  it('and never repeats a value', () => {
    const error = classifyRedshiftError(
      serverError('22001', 'value too long: x-secret'),
      'Running a statement',
    )
    expect(error.message).not.toContain('x-secret')
    expect(error.cause).toBeUndefined()
  })
})
