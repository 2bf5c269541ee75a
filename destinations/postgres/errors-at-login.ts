import { alike, type KnownError } from './known-error.ts'
import { saysNoRoom } from './out-of-connections.ts'

const encryption = alike({ code: 'CONNECTION_FAILED', stage: 'TLS' }, [
  {
    name: 'server without TLS',
    words: /does not support SSL connections/,
    sentence: 'The server at {place} does not offer TLS.',
    remedy: 'Set `ssl` to false, or `ssl_mode` to `prefer`.',
  },
  {
    name: 'answer that is not of PostgreSQL',
    words: /error establishing an SSL connection/,
    sentence: 'What answers at {place} is not PostgreSQL, or a pooler that refuses TLS.',
    remedy: 'Check `host` and `port`.',
  },
])

const credentials = alike({ code: 'LOGIN_FAILED', stage: 'database login' }, [
  {
    name: 'invalid_password',
    applies: ({ code, message }) =>
      code === '28P01' || /^(SASL|password) authentication failed|^no such user/.test(message),
    sentence: 'The server refused the password of the user `{username}`.',
    remedy: 'Check `username` and `password`, and whether the password has run out (`VALID UNTIL`).',
  },
  {
    name: 'no password given',
    words: /client password must be/,
    sentence: 'The server asks for a password of the user `{username}`.',
    remedy: 'Fill in `password`.',
  },
  {
    name: 'authentication method of another kind',
    words: /^Unknown authenticationOk message type/,
    sentence:
      'The server asks the user `{username}` for a kind of login that is no password, such as Kerberos.',
    remedy: 'Choose `scram-sha-256` for this user in `pg_hba.conf`.',
  },
  {
    name: 'server without the right secret',
    words: /SCRAM-SERVER-FINAL-MESSAGE|SCRAM-SERVER-FIRST-MESSAGE/,
    sentence: 'The server at {place} did not prove that it knows the password of the user `{username}`.',
    remedy: 'Check `host`: another server may answer there.',
  },
  {
    name: 'invalid_authorization_specification (no rule)',
    state: '28000',
    words: /pg_hba\.conf/,
    sentence: 'No rule of the server lets the user `{username}` into the database `{database}`: {said}.',
    remedy: 'Check `username` and `ssl_mode`, or allow it in `pg_hba.conf`.',
  },
  {
    name: 'invalid_authorization_specification (client certificate)',
    state: '28000',
    words: /client certificate/,
    sentence: 'The server lets the user `{username}` in only with a certificate: {said}.',
    remedy: 'Give `client_certificate` and `client_key`.',
  },
  {
    name: 'invalid_authorization_specification (not permitted to log in)',
    state: '28000',
    words: /not permitted to log in/,
    sentence: 'The role `{username}` exists, but is not one that may log in.',
    remedy: 'Give it this right: ALTER ROLE "{username}" LOGIN.',
  },
  {
    name: 'invalid_authorization_specification',
    state: '28000',
    sentence: 'The server does not let the user `{username}` into the database `{database}`: {said}.',
    remedy: 'Check `username` and `ssl_mode`, or allow it in `pg_hba.conf`.',
  },
])

const database: readonly KnownError[] = [
  ...alike({ code: 'DATABASE_MISSING', stage: 'database login' }, [
    {
      name: 'invalid_catalog_name',
      state: '3D000',
      sentence: 'The database `{database}` does not exist.',
      remedy: 'Create it, or correct `database`.',
    },
    {
      name: 'unknown database (PgBouncer)',
      words: /no such database|^database "[^"]*" does not exist/,
      sentence: 'The database `{database}` does not exist, or the pooler does not know it.',
      remedy: 'Create it, or correct `database`.',
    },
    {
      name: 'database that takes no connections',
      state: '55000',
      sentence: 'The database `{database}` takes no connections: {said}.',
      remedy: 'Choose another `database`, or allow it: ALTER DATABASE "{database}" ALLOW_CONNECTIONS true.',
    },
  ]),
  ...alike({ code: 'CONFIG_INVALID', stage: 'database login' }, [
    {
      name: 'unsupported startup parameter (PgBouncer)',
      words: /unsupported startup parameter/,
      sentence: 'A pooler stands in between, which does not pass on `options`: {said}.',
      remedy:
        'Remove it from `jdbc_url_params`, or add it to `ignore_startup_parameters` of PgBouncer, which then leaves it out.',
    },
    {
      name: 'setting that the role may not change',
      state: '42501',
      words: /parameter/,
      sentence: 'The user `{username}` may not change a setting of the session: {said}.',
      remedy:
        'Remove it from `options` in `jdbc_url_params`, or grant this right, from PostgreSQL 15 on: GRANT SET ON PARAMETER ...',
    },
    {
      name: 'setting that is unknown (undefined_object)',
      state: '42704',
      sentence: 'The server does not know a setting of the session: {said}.',
      remedy: 'Check `options` in `jdbc_url_params`.',
    },
    {
      name: 'setting with a wrong value (invalid_parameter_value)',
      state: '22023',
      sentence: 'The server does not take a setting of the session: {said}.',
      remedy: 'Check `options` in `jdbc_url_params`.',
    },
    {
      name: 'setting of the whole server (cant_change_runtime_param)',
      state: '55P02',
      sentence: 'A setting cannot be changed for a session: {said}.',
      remedy: 'Remove it from `options` in `jdbc_url_params`.',
    },
    {
      name: 'options that cannot be read (syntax_error)',
      state: '42601',
      sentence: 'The server cannot read the options of the session: {said}.',
      remedy: 'Check `options` in `jdbc_url_params`; each setting is `-c name=value`.',
    },
    {
      name: 'config_file_error',
      state: 'F0000',
      sentence: 'The server cannot read its own configuration: {said}.',
      remedy: "Look at the server's log.",
    },
  ]),
  ...alike({ code: 'PERMISSION_DENIED', stage: 'database login' }, [
    {
      name: 'insufficient_privilege (CONNECT)',
      state: '42501',
      sentence: 'The user `{username}` may not connect to the database `{database}`.',
      remedy: 'Grant it CONNECT: GRANT CONNECT ON DATABASE "{database}" TO "{username}".',
    },
  ]),
]

const noRoom = 'Close idle ones or raise the limit.'

const availability = alike({ code: 'SERVER_UNAVAILABLE', stage: 'database login' }, [
  {
    name: 'too_many_connections (role)',
    state: '53300',
    words: /for role "/,
    sentence: 'The user `{username}` has no room for a connection: {said}.',
    remedy: 'Close idle ones, or raise the limit: ALTER ROLE "{username}" CONNECTION LIMIT -1.',
  },
  {
    name: 'too_many_connections (database)',
    state: '53300',
    words: /for database "/,
    sentence: 'The database `{database}` has no room for a connection: {said}.',
    remedy: 'Close idle ones, or raise the limit: ALTER DATABASE "{database}" CONNECTION LIMIT -1.',
  },
  {
    name: 'too_many_connections',
    applies: saysNoRoom,
    sentence: 'The server or pooler at {place} has no room for a connection: {said}.',
    remedy: noRoom,
  },
  {
    name: 'no server connection (PgBouncer)',
    words: /query_wait_timeout|server login failed|cannot connect to server|pgbouncer|server_login_retry/,
    sentence: 'The pooler at {place} has no connection to the database server: {said}.',
    remedy: "Look at the pooler's log, and at `default_pool_size` where the server itself is well.",
  },
  {
    name: 'cannot_connect_now',
    state: '57P03',
    sentence: 'The server at {place} takes no connections yet, or no more: {said}.',
    remedy: 'Try again when it has started.',
  },
  {
    name: 'connection ended during the login',
    applies: ({ code = '', message }) =>
      /^(57P|08|ECONNRESET$|EPIPE$)/.test(code) || message.startsWith('Connection terminated'),
    sentence: 'The server at {place} ended the connection: {said}.',
    remedy: 'Try again soon; if it stays, look at the log of the server or of what stands in front of it.',
  },
])

/** What can fail between the TCP connection and the first statement. */
export const loginErrors: readonly KnownError[] = [
  ...encryption,
  ...credentials,
  ...database,
  ...availability,
]

export const unknownLoginError: KnownError = {
  name: 'anything else',
  code: 'CONNECTION_FAILED',
  stage: 'database login',
  sentence: 'The connection to {place} failed: {said}.',
  remedy: "Look at the server's log.",
}
