import { DestinationError, type ErrorCode, type FailureType } from 'landfall/sdk'

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
  if (DestinationError.is(error)) return error
  const server: ServerError = error instanceof Error ? error : new Error(String(error))
  const state = server.code ?? ''
  if (!isFromServer(server))
    return new DestinationError('INTERNAL', `${activity} failed: ${firstLine(server)}`, { cause: error })
  const rule = rules.find((candidate) => candidate.applies(state, server)) ?? refusedStatement
  const isAboutData = rule.code === 'DATA_REFUSED'
  const parts = [engineerDetail(server), statement].filter((part) => part !== undefined && part !== '')
  return new DestinationError(rule.code, `${activity} failed: ${rule.explain(server)}`, {
    detail: parts.join('\n') || undefined,
    // The server's words for refused data repeat the data.
    ...(isAboutData ? {} : { cause: error }),
    failureType: rule.failureType,
  })
}

/** Whether the server or the connection to it failed, rather than this connector's own code. */
function isFromServer(error: ServerError): boolean {
  return isConnectionLoss(error) || 'severity' in error
}

/** Whether the connection broke, rather than the server refusing a statement on it. */
export function isConnectionLoss(error: ServerError): boolean {
  if (error.code === undefined)
    return /^Connection terminated|not queryable|^Client was closed/.test(error.message)
  // Of TLS, an open connection knows only one failure: what came was not what was sent.
  if (error.code.startsWith('ERR_SSL_')) return true
  return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH'].includes(
    error.code,
  )
}

/** The server's message, one line. In classes 22 and 23 it can quote values of records. */
export function firstLine(error: ServerError): string {
  return (error.message.split('\n')[0] ?? '').trim()
}

type Rule = {
  readonly code: ErrorCode
  readonly failureType?: FailureType
  readonly applies: (state: string, error: ServerError) => boolean
  readonly explain: (error: ServerError) => string
}

/** SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html. The first match counts. */
const rules: readonly Rule[] = [
  {
    code: 'CONFIG_UNSUPPORTED',
    applies: (_state, error) => error.message.includes('statement pooling mode'),
    explain: () =>
      'the pooler in between is in statement mode, which has no transactions. Set its `pool_mode` to transaction or session.',
  },
  {
    code: 'SERVER_UNAVAILABLE',
    applies: (_state, error) => error.message.includes('query_wait_timeout'),
    explain: () =>
      'the pooler had no server connection to spare within its `query_wait_timeout`. Raise its `default_pool_size`: a sync needs up to five.',
  },
  {
    code: 'SERVER_UNAVAILABLE',
    // PgBouncer reports what happened to it or behind it as violations of the protocol.
    applies: (state, error) =>
      state === '08P01' &&
      /server conn crashed|server closed|server login|cannot connect to server|idle.*timeout|query.*timeout|shut/.test(
        error.message,
      ),
    explain: (error) =>
      `the pooler in between answered: ${firstLine(error)}. This may pass; if it stays, look at the pooler's log.`,
  },
  {
    code: 'STATEMENT_FAILED',
    failureType: 'config_error',
    // A limit that ended one attempt will end the next one, too.
    applies: (state, error) =>
      state === '25P04' || (state === '57014' && error.message.includes('due to statement timeout')),
    explain: (error) =>
      `${firstLine(error)}. This limit was given to the role, or in \`options\`. Raise it or take it away: ALTER ROLE ... SET ` +
      `${error.code === '25P04' ? 'transaction_timeout' : 'statement_timeout'} = 0.`,
  },
  {
    code: 'PERMISSION_DENIED',
    applies: (state, error) => state === '42501' && error.message.startsWith('must be owner'),
    explain: (error) =>
      `${firstLine(error)}. Make the role that the connector logs in with its owner: ALTER TABLE ... OWNER TO ...`,
  },
  {
    code: 'PERMISSION_DENIED',
    applies: (state) => state === '42501',
    explain: (error) => `${firstLine(error)}. Grant this right to the role that the connector logs in with.`,
  },
  {
    code: 'PERMISSION_DENIED',
    applies: (state) => state === '25006',
    explain: (error) => `${firstLine(error)}. Connect to the primary server, with a role that may write.`,
  },
  {
    code: 'DEPENDENT_OBJECTS',
    applies: (state) => state === '2BP01',
    explain: (error) =>
      `${firstLine(error)} (${(error.detail ?? '').replaceAll('\n', '; ')}). Drop these objects, or turn on ` +
      '`drop_cascade`, which drops them with the table.',
  },
  {
    code: 'SERVER_UNAVAILABLE',
    applies: (_state, error) => isConnectionLoss(error),
    explain: () => 'the connection to the server was lost. The next attempt will connect again.',
  },
  {
    code: 'SERVER_UNAVAILABLE',
    // 08 connection, 53 resources, 57 operator, 58 system, 55P03 lock timeout, 25P03 idle for too long, 40 rolled back by the server.
    // 08P01 is none of them: the server did not understand what this connector sent.
    applies: (state) => /^(08(?!P01)|53|57|58|55P03|40001|40P01|25P03)/.test(state),
    explain: (error) => `${firstLine(error)}. This may pass; if it stays, look at the server's log.`,
  },
  {
    code: 'SERVER_UNAVAILABLE',
    applies: lostRace,
    explain: () =>
      'another session changed the same object at the same time. The next attempt will see its work.',
  },
  {
    code: 'DATA_REFUSED',
    // 22 data exceptions, 23 constraints, 54 limits of the server. A value that needs a gigabyte of memory
    // ends as an internal error, which has no code of its own.
    applies: (state, error) =>
      /^(22|23|54)/.test(state) || error.message.startsWith('invalid memory alloc request size'),
    explain: (error) => `the server refused a value: ${withoutValues(error)}.`,
  },
]

const refusedStatement: Rule = {
  code: 'STATEMENT_FAILED',
  applies: () => true,
  explain: (error) =>
    `the server answered: ${firstLine(error)}. Please report this with the connector's log.`,
}

/** `CREATE ... IF NOT EXISTS` is not atomic: two sessions can collide in a system catalog. */
function lostRace(state: string, error: ServerError): boolean {
  const isCatalogDuplicate = state === '23505' && error.schema === 'pg_catalog'
  return isCatalogDuplicate || (state === 'XX000' && error.message.includes('concurrently'))
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
