import { DestinationError } from '../errors.ts'
import { atStage } from './connection-stage.ts'
import { errorCode } from './network-errors.ts'

/** Codes of Node's TLS: certificates that do not hold, keys that do not fit, handshakes that break. */
const tlsCodes =
  /^ERR_(TLS|SSL|OSSL)|CERT|SIGNATURE|^(UNABLE_TO|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/

/** Whether an encrypted connection failed for what TLS itself is about. */
export function isTlsError(error: unknown): boolean {
  return tlsCodes.test(errorCode(error))
}

/**
 * Explains a TLS failure in a sentence of its own, and what to look at.
 * @param place host and port
 * @param settings the fields that hold the mode and the certificates, for example "`ssl_mode` and its certificates"
 */
export function describeTlsError(error: unknown, place: string, settings: string): DestinationError {
  const code = errorCode(error)
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '').trim() : String(error)
  const reason = tlsReasons.find(({ codes }) => codes.test(code))?.text ?? message
  return new DestinationError(
    'CONNECTION_FAILED',
    atStage('TLS', `No encrypted connection to \`${place}\` could be made: ${reason}. Check ${settings}.`),
    { cause: error, detail: [code, message].filter(Boolean).join(': ') },
  )
}

type TlsReason = {
  /** Unique, for the page of errors. */
  readonly name: string
  readonly codes: RegExp
  readonly text: string
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes and OpenSSL's reasons. The first match counts. */
export const tlsReasons: readonly TlsReason[] = [
  {
    name: 'certificate expired',
    codes: /^CERT_HAS_EXPIRED$/,
    text: "the server's certificate has expired; it must be renewed there",
  },
  {
    name: 'certificate not yet valid',
    codes: /^CERT_NOT_YET_VALID$/,
    text: "the server's certificate is not valid yet; look at the clocks of both machines",
  },
  {
    name: 'self-signed certificate',
    codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    text: "the server's certificate is self-signed; put that very certificate into `ca_certificate` to trust it",
  },
  {
    name: 'unknown authority in the chain',
    codes: /^SELF_SIGNED_CERT_IN_CHAIN$/,
    text: "the authority that issued the server's certificate is not the one in `ca_certificate`",
  },
  {
    name: 'certificate of another authority',
    codes:
      /^UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)$|^CERT_(SIGNATURE_FAILURE|UNTRUSTED)$/,
    text: "the server's certificate was not issued by the authority in `ca_certificate`",
  },
  {
    name: 'certificate for another host',
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$|^HOSTNAME_MISMATCH$/,
    text: "the server's certificate is for another host than `host`; connect by the name that it holds, or use `verify-ca`",
  },
  { name: 'certificate revoked', codes: /^CERT_REVOKED$/, text: "the server's certificate has been revoked" },
  {
    name: 'client key not decrypted',
    codes: /BAD_DECRYPT|INTERRUPTED_OR_CANCELLED|MISSING_PASSPHRASE|BAD_PASSWORD_READ/,
    text: 'the private key could not be decrypted with `client_key_password`',
  },
  {
    name: 'client key of another certificate',
    codes: /KEY_VALUES_MISMATCH/,
    text: 'the private key in `client_key` does not belong to `client_certificate`',
  },
  {
    name: 'damaged PEM',
    codes: /NO_START_LINE|BAD_BASE64|BAD_END_LINE|ASN1|DECODER|UNSUPPORTED$/,
    text: 'a certificate or key is not a whole PEM text, with its BEGIN and END lines',
  },
  {
    name: 'client certificate refused',
    codes: /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE)|CERTIFICATE_REQUIRED/,
    text: 'the server did not accept our certificate (`client_certificate`)',
  },
  {
    name: 'outdated TLS',
    codes:
      /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|NO_PROTOCOLS|HANDSHAKE_FAILURE|DH_KEY_TOO_SMALL|INSUFFICIENT/,
    text: 'the server offers only versions or ciphers of TLS that are too old',
  },
  {
    name: 'no TLS at all',
    codes: /WRONG_VERSION_NUMBER|^EPROTO$/,
    text: 'what answers there does not speak TLS',
  },
]
