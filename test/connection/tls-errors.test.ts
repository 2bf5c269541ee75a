import { expect, it } from 'vitest'
import { describeTlsError, isTlsError } from '../../src/connection/tls-errors.ts'

/** Codes that the tests of PostgreSQL do not provoke on a real server; those that they do are there. */
it.each([
  { code: 'CERT_NOT_YET_VALID', says: 'is not valid yet' },
  { code: 'CERT_REVOKED', says: 'has been revoked' },
  { code: 'CERT_UNTRUSTED', says: 'was not issued by the authority' },
  { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', says: 'was not issued by the authority' },
  { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', says: 'was not issued by the authority' },
  { code: 'SELF_SIGNED_CERT_IN_CHAIN', says: 'is not the one in `ca_certificate`' },
  { code: 'ERR_OSSL_BAD_DECRYPT', says: 'could not be decrypted with `client_key_password`' },
  { code: 'ERR_OSSL_PEM_NO_START_LINE', says: 'not a whole PEM text' },
  { code: 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', says: 'did not accept our certificate' },
  { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', says: 'did not accept our certificate' },
  { code: 'ERR_SSL_UNSUPPORTED_PROTOCOL', says: 'too old' },
  { code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', says: 'too old' },
  { code: 'ERR_SSL_WRONG_VERSION_NUMBER', says: 'does not speak TLS' },
  { code: 'EPROTO', says: 'does not speak TLS' },
  { code: 'ERR_SSL_SOMETHING_NEW', says: 'words of OpenSSL' },
])('$code: $says', ({ code, says }) => {
  const cause = Object.assign(new Error('words of OpenSSL\nmore'), { code })
  expect(isTlsError(cause)).toBe(true)
  const error = describeTlsError(cause, 'db:5432', '`ssl_mode`')
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', failureType: 'config_error' })
  expect(error.message).toContain('at the stage TLS. No encrypted connection to `db:5432` could be made: ')
  expect(error.message).toContain(says)
  expect(error.message).toMatch(/Check `ssl_mode`\.$/)
})

it.each(['ECONNRESET', 'ECONNREFUSED', '28P01'])('%s is not about TLS', (code) => {
  expect(isTlsError(Object.assign(new Error('x'), { code }))).toBe(false)
})
