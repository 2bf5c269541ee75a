import { describe, expect, it } from 'vitest'
import { statementErrors, unknownStatementError } from '../../../destinations/postgres/error-table.ts'
import { loginErrors, unknownLoginError } from '../../../destinations/postgres/errors-at-login.ts'
import type { KnownError } from '../../../destinations/postgres/known-error.ts'
import { describeNetworkError, networkRules } from '../../../src/connection/network-errors.ts'
import { tlsReasons } from '../../../src/connection/tls-errors.ts'
import { errorCodes } from '../../../src/errors.ts'

/** A page for readers, made from the tables that decide; `npx vitest run <this file> --update` writes it. */
const page = '../../../docs/reference/postgres-errors.md'

const everyStatementError = [...statementErrors, unknownStatementError]
const everyLoginError = [...loginErrors, unknownLoginError]

const link = (code: string) => `[${code}](errors.md#${code.toLowerCase()})`

function rowOf({ name, state, code, failureType = errorCodes[code], sentence, remedy }: KnownError): string {
  const words = [name, state ?? '', link(code), `\`${failureType}\``, sentence, remedy]
  return `| ${words.join(' | ')} |`
}

function networkRow(rule: (typeof networkRules)[number]): string {
  const target = { host: '{host}', port: 5432, hostField: 'host', portField: 'port' }
  const error = describeNetworkError({ code: rule.codes[0] }, target)
  const [, stage = '', happened = '', remedy = ''] =
    /^Connecting failed at the stage ([^.]+)\. (.*?\.) (.*)$/.exec(error?.message ?? '') ?? []
  return `| ${[rule.codes.join(', '), stage, `\`${error?.failureType}\``, happened, remedy].join(' | ')} |`
}

function render(): string {
  const columns =
    '| Error | SQLSTATE | Code | Failure type | What happened | What to do |\n|---|---|---|---|---|---|'
  const count = everyStatementError.length + everyLoginError.length + networkRules.length + tlsReasons.length
  return [
    '# Errors of PostgreSQL and of the way to it',
    '',
    `What servers, poolers and networks answer, ${count} kinds of failures, and what the connector makes of each. A message`,
    "begins with what was being done, then come the server's words, then what happened and what to do. Where the server's words",
    'can hold values of records, they are cut or left out. Of several rows that fit, the first one counts.',
    '',
    'This page is made from the tables in the code, and a test compares the two. Each row is provoked by',
    '[known-errors](../../test/destinations/postgres/known-errors.test.ts), [network-errors](../../test/destinations/postgres/network-errors.test.ts)',
    'or [tls](../../test/destinations/postgres/tls.test.ts), nearly all by doing what brings the failure about;',
    'the rest, such as broken hardware, by letting a server send the same code or by a recorded error.',
    '',
    '## Network',
    '',
    'The code is [CONNECTION_FAILED](errors.md#connection_failed). During a sync, these are tried again.',
    '',
    '| Error | Stage | Failure type | What happened | What to do |',
    '|---|---|---|---|---|',
    ...networkRules.map(networkRow),
    '',
    '## TLS',
    '',
    'The code is [CONNECTION_FAILED](errors.md#connection_failed), the failure type `config_error`; what to do: check `ssl_mode` and',
    'its certificates, as the reason says.',
    '',
    '| Error | Reason |',
    '|---|---|',
    ...tlsReasons.map(({ name, text }) => `| ${name} | ${text} |`),
    '',
    '## SSH tunnel',
    '',
    'The stages `SSH login` and `port forward` tell which server refused what; see',
    '[SSH tunnels](../destinations/postgres.md#ssh-tunnels).',
    '',
    '## Login',
    '',
    columns,
    ...everyLoginError.map(rowOf),
    '',
    '## Statements',
    '',
    columns,
    ...everyStatementError.map(rowOf),
    '',
  ].join('\n')
}

describe('the table of errors', () => {
  it('is on its page', async () => {
    await expect(render()).toMatchFileSnapshot(page)
  })

  it('has no name twice', () => {
    for (const names of [
      everyStatementError.map(({ name }) => name),
      everyLoginError.map(({ name }) => name),
      tlsReasons.map(({ name }) => name),
    ])
      expect(names).toEqual([...new Set(names)])
  })

  it.each([...everyStatementError, ...everyLoginError])(
    'says in whole sentences what $name is and what to do',
    ({ sentence, remedy }) => {
      expect(sentence).toMatch(/^(\S.*)[.]$/)
      expect(remedy).toMatch(/^\S.*([.]|\.\.\.)$/)
    },
  )
})
