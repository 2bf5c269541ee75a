import { alike, type KnownError } from '../postgres/known-error.ts'

const encryption = alike({ code: 'CONNECTION_FAILED', stage: 'TLS' }, [
  {
    name: 'server without TLS',
    words: /does not support SSL connections/,
    sentence: 'The server at {place} does not offer TLS, so it is not Amazon Redshift.',
    remedy: 'Check `host` and `port`.',
  },
  {
    name: 'answer that is not of Redshift',
    words: /error establishing an SSL connection/,
    sentence: 'What answers at {place} is not Amazon Redshift.',
    remedy: 'Check `host` and `port`; the port is 5439 unless the cluster was made with another.',
  },
])

const credentials = alike({ code: 'LOGIN_FAILED', stage: 'database login' }, [
  {
    name: 'wrong password',
    applies: ({ code, message }) =>
      code === '28P01' || /password authentication failed|^SASL authentication failed/.test(message),
    sentence: 'Redshift refused the password of the user `{username}`.',
    remedy: 'Check `username` and `password`, and whether the password has run out (`VALID UNTIL`).',
  },
  {
    name: 'password that is stored as a digest the driver does not know',
    words: /^Unknown authenticationOk message type/,
    sentence:
      'Redshift asks the user `{username}` for a kind of login that the driver does not know, such as the digest of a password that is stored with SHA-256.',
    remedy:
      "Store the password as an MD5 digest: ALTER USER {username} PASSWORD 'md5...', where ... is md5(password || username) in hexadecimal digits.",
  },
  {
    name: 'login that is not allowed',
    state: '28000',
    sentence: 'Redshift does not let the user `{username}` into the database `{database}`: {said}.',
    remedy: 'Check `username` and `database`.',
  },
])

const database = [
  ...alike({ code: 'DATABASE_MISSING', stage: 'database login' }, [
    {
      name: 'unknown database',
      applies: ({ code, message }) => code === '3D000' || /^database "[^"]*" does not exist/.test(message),
      sentence: 'The database `{database}` does not exist.',
      remedy: 'Create it, or correct `database`.',
    },
  ]),
  ...alike({ code: 'PERMISSION_DENIED', stage: 'database login' }, [
    {
      name: 'no right to connect',
      state: '42501',
      sentence: 'The user `{username}` may not connect to the database `{database}`.',
      remedy: 'Let an administrator give it the right, or choose another `database`.',
    },
  ]),
]

const availability = alike({ code: 'SERVER_UNAVAILABLE', stage: 'database login' }, [
  {
    name: 'no room for a connection',
    applies: ({ code, message }) =>
      code?.startsWith('53') === true ||
      /connection limit|too many connections|no more connections/.test(message),
    sentence: 'Redshift has no room for a connection: {said}.',
    remedy: 'Close idle ones, or raise the limit: ALTER USER {username} CONNECTION LIMIT UNLIMITED.',
  },
  {
    name: 'cluster that is starting, paused or being resized',
    state: '57P03',
    sentence: 'Redshift at {place} takes no connections yet, or no more: {said}.',
    remedy: 'Resume the cluster, or try again when it is available.',
  },
  {
    name: 'connection ended during the login',
    applies: ({ code = '', message }) =>
      /^(57P|08|ECONNRESET$|EPIPE$)/.test(code) || message.startsWith('Connection terminated'),
    sentence: 'What answers at {place} ended the connection: {said}.',
    remedy: "Try again soon; if it stays, look at the cluster's state and its security group.",
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
  remedy: "Look at the cluster's state and its logs.",
}
