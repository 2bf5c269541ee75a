import { describe, expect, it } from 'vitest'
import { statementErrors, unknownStatementError } from '../../../destinations/postgres/error-table.ts'
import { loginErrors, unknownLoginError } from '../../../destinations/postgres/errors-at-login.ts'
import type { KnownError } from '../../../destinations/postgres/known-error.ts'
import type { ErrorRow } from '../../../src/connection/error-row.ts'
import { networkErrors } from '../../../src/connection/network-errors.ts'
import { sshErrors } from '../../../src/connection/ssh-errors.ts'
import { tlsErrors, unknownTlsError } from '../../../src/connection/tls-errors.ts'
import { errorCodes } from '../../../src/errors.ts'
import { loginProvocations } from './known-errors/login-provocations.ts'
import { notProvokedNetworkErrors, notProvokedTlsErrors } from './known-errors/not-provoked.ts'
import { statementProvocations } from './known-errors/statement-provocations.ts'

/** A page for readers, made from the tables that decide; `npx vitest run <this file> --update` writes it. */
const page = '../../../docs/reference/postgres-errors.md'

const everyStatementError = [...statementErrors, unknownStatementError]
const everyLoginError = [...loginErrors, unknownLoginError]
const everyTlsError = [...tlsErrors, unknownTlsError]
const everyError: readonly ErrorRow[] = [
  ...networkErrors,
  ...sshErrors,
  ...everyTlsError,
  ...everyLoginError,
  ...everyStatementError,
]

const link = (code: string) => `[${code}](errors.md#${code.toLowerCase()})`

/** What is in the first columns of every table, and in the last ones. */
const kindOf = ({ code, failureType = errorCodes[code] }: ErrorRow) => [link(code), `\`${failureType}\``]
const adviceOf = ({ sentence, remedy }: ErrorRow) => [sentence, remedy]

const tableRow = (words: readonly string[]) => `| ${words.join(' | ')} |`
const tableHead = (words: readonly string[]) => [tableRow(words), `|${'---|'.repeat(words.length)}`]

const usualHead = ['Code', 'Failure type', 'What happened', 'What to do']

function serverRow(known: KnownError): string {
  const since = known.since === undefined ? '' : ` (from PostgreSQL ${known.since})`
  return tableRow([`${known.name}${since}`, known.state ?? '', ...kindOf(known), ...adviceOf(known)])
}

function wayRow(row: ErrorRow, detail: readonly string[] = []): string {
  return tableRow([row.name, ...detail, row.stage ?? '', ...kindOf(row), ...adviceOf(row)])
}

/** What no test brings about, with what it would take. */
function notProvoked(): readonly string[] {
  const ofServers = Object.entries({ ...loginProvocations, ...statementProvocations }).flatMap(
    ([name, { needs }]) => (needs === undefined ? [] : [[name, needs] as const]),
  )
  const ofNetworks = networkErrors.flatMap(({ name, codes }) =>
    codes.flatMap((code) => {
      const needs = notProvokedNetworkErrors[code]
      return needs === undefined ? [] : [[name, needs] as const]
    }),
  )
  const ofTls = Object.entries(notProvokedTlsErrors).map(([name, { needs }]) => [name, needs] as const)
  return [...ofNetworks, ...ofTls, ...ofServers].map(tableRow)
}

const tests = 'test/destinations/postgres'

function render(): string {
  return [
    '# Errors of PostgreSQL, TLS, SSH and networks',
    '',
    `What servers, poolers, jump servers and networks answer, ${everyError.length} kinds of failures, and what the connector makes of each.`,
    "A message begins with what was being done, then come the server's words, then what happened and what to do. Where the",
    "server's words can hold values of records, they are cut or left out. Of several rows that fit, the first one counts.",
    'All rows hold for PostgreSQL 12 to 18, except where one names the version that it came with: the tests provoke them on each.',
    '',
    'This page is made from the tables in the code, and a test compares the two. The last section says which failures no test',
    'brings about; their codes are tested as a server sends them.',
    '',
    '## Network',
    '',
    `Provoked by [network-errors](../../${tests}/network-errors.test.ts). For a jump server, the fields are \`tunnel_host\` and`,
    '`tunnel_port`. During a sync, these are tried again. Redshift, Snowflake, BigQuery and declarative destinations for databases',
    'explain them in the same words.',
    '',
    ...tableHead(['Error', 'Codes', 'Stage', ...usualHead]),
    ...networkErrors.map((row) => wayRow(row, [row.codes.join(', ')])),
    '',
    '## SSH tunnel',
    '',
    'Provoked by [ssh-errors](../../test/connection/ssh-errors.test.ts), on a real SSH server. The page of PostgreSQL says how to set up',
    '[SSH tunnels](../destinations/postgres.md#ssh-tunnels).',
    '',
    ...tableHead(['Error', 'Stage', ...usualHead]),
    ...sshErrors.map((row) => wayRow(row)),
    '',
    '## TLS',
    '',
    `Provoked by [tls-errors](../../test/connection/tls-errors.test.ts), and by [tls](../../${tests}/tls.test.ts) on real servers of`,
    'PostgreSQL. Destinations whose certificates are not in their configuration, such as Snowflake and BigQuery, say what to do there;',
    'Redshift has the same `ssl_mode` as PostgreSQL, from `require` on.',
    '',
    ...tableHead(['Error', 'Stage', ...usualHead]),
    ...everyTlsError.map((row) => wayRow(row)),
    '',
    '## Login',
    '',
    `Provoked by [known-errors](../../${tests}/known-errors.test.ts), as those of the next section.`,
    '',
    ...tableHead(['Error', 'SQLSTATE', ...usualHead]),
    ...everyLoginError.map(serverRow),
    '',
    '## Statements',
    '',
    ...tableHead(['Error', 'SQLSTATE', ...usualHead]),
    ...everyStatementError.map(serverRow),
    '',
    '## Not brought about by a test',
    '',
    ...tableHead(['Error', 'Why']),
    ...notProvoked(),
    '',
  ].join('\n')
}

describe('the table of errors', () => {
  it('is on its page', async () => {
    await expect(render()).toMatchFileSnapshot(page)
  })

  it('has no name twice', () => {
    for (const table of [networkErrors, sshErrors, everyTlsError, everyLoginError, everyStatementError]) {
      const names = table.map(({ name }) => name)
      expect(names).toEqual([...new Set(names)])
    }
  })

  it.each([...everyError])('says in whole sentences what $name is and what to do', ({ sentence, remedy }) => {
    expect(sentence).toMatch(/^(\S.*)[.]$/)
    expect(remedy).toMatch(/^\S.*([.]|\.\.\.)$/)
  })
})
