import type { DestinationError } from '../errors.ts'
import type { ConnectionStage } from './connection-stage.ts'
import { type ErrorRow, errorOfRow } from './error-row.ts'
import { errorCode } from './network-errors.ts'

/** Codes of Node's TLS: certificates that do not hold, keys that do not fit, handshakes that break. */
const tlsCodes =
  /^ERR_(TLS|SSL|OSSL)|CERT|SIGNATURE|^(UNABLE_TO|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/

/** Whether an encrypted connection failed for what TLS itself is about. */
export function isTlsError(error: unknown): boolean {
  return tlsCodes.test(errorCode(error))
}

/** `fields`: the mode and certificates are in the configuration, as `ssl_mode`. `web`: HTTPS, with Node's authorities. */
export type TlsSettings = 'fields' | 'web'

/**
 * Explains a TLS failure in a sentence of its own, and what to do.
 * @param place host and port
 */
export function describeTlsError(error: unknown, place: string, settings: TlsSettings): DestinationError {
  const code = errorCode(error)
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '').trim() : String(error)
  const row = tlsErrors.find(({ codes }) => codes.test(code)) ?? unknownTlsError
  const remedy = settings === 'web' ? (row.remedyOfWeb ?? row.remedy) : row.remedy
  const facts = { place: `\`${place}\``, said: message.replace(/\.$/, '') }
  const detail = [code, message].filter(Boolean).join(': ')
  return errorOfRow({ ...row, remedy }, facts, { cause: error, detail })
}

export type TlsErrorRow = ErrorRow & {
  readonly codes: RegExp
  readonly stage: ConnectionStage
  /** Where neither mode nor certificates are in the configuration. */
  readonly remedyOfWeb?: string
}

type Reason = Pick<TlsErrorRow, 'name' | 'codes' | 'remedy' | 'remedyOfWeb'> & { readonly reason: string }

function row({ reason, ...rest }: Reason): TlsErrorRow {
  const sentence = `No encrypted connection to {place} could be made: ${reason}.`
  return { code: 'CONNECTION_FAILED', stage: 'TLS', sentence, ...rest }
}

const trustOfWeb =
  'Where a proxy or a test server stands in between on purpose, name a file with its authority in `NODE_EXTRA_CA_CERTS`.'

const wholePem = 'Give the whole PEM text in `ssl_mode`, with its BEGIN and END lines.'

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes and OpenSSL's reasons. The first match counts. */
export const tlsErrors: readonly TlsErrorRow[] = [
  row({
    name: 'certificate expired',
    codes: /^CERT_HAS_EXPIRED$/,
    reason: "the server's certificate has expired",
    remedy: 'Renew it on the server, and look at the clock of this machine.',
  }),
  row({
    name: 'certificate not yet valid',
    codes: /^CERT_NOT_YET_VALID$/,
    reason: "the server's certificate is not valid yet",
    remedy: 'Look at the clocks of both machines.',
  }),
  row({
    name: 'self-signed certificate',
    codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    reason: "the server's certificate is self-signed",
    remedy: 'Put that very certificate into `ca_certificate` of `ssl_mode` to trust it.',
    remedyOfWeb: trustOfWeb,
  }),
  row({
    name: 'unknown authority in the chain',
    codes: /^SELF_SIGNED_CERT_IN_CHAIN$/,
    reason: "the authority that issued the server's certificate is not one that is trusted here",
    remedy: 'Put its certificate into `ca_certificate` of `ssl_mode`.',
    remedyOfWeb: trustOfWeb,
  }),
  row({
    name: 'certificate of another authority',
    codes:
      /^UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)$|^CERT_(SIGNATURE_FAILURE|UNTRUSTED)$/,
    reason: "the server's certificate was not issued by an authority that is trusted here",
    remedy: 'Put the certificate of the authority that issued it into `ca_certificate` of `ssl_mode`.',
    remedyOfWeb: trustOfWeb,
  }),
  row({
    name: 'certificate for another host',
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$|^HOSTNAME_MISMATCH$/,
    reason: "the server's certificate is for another host",
    remedy: 'Set `host` to the name that it holds, or `ssl_mode` to `verify-ca`.',
    remedyOfWeb: 'Check the host; something in between may answer in its place.',
  }),
  row({
    name: 'certificate revoked',
    codes: /^CERT_REVOKED$/,
    reason: "the server's certificate has been revoked",
    remedy: 'Replace it on the server.',
  }),
  row({
    name: 'client key not decrypted',
    codes: /BAD_DECRYPT|INTERRUPTED_OR_CANCELLED|MISSING_PASSPHRASE|BAD_PASSWORD_READ/,
    reason: 'the private key in `client_key` could not be decrypted',
    remedy: 'Check `client_key_password` of `ssl_mode`.',
  }),
  row({
    name: 'client key of another certificate',
    codes: /KEY_VALUES_MISMATCH/,
    reason: 'the private key in `client_key` does not belong to `client_certificate`',
    remedy: 'Check both in `ssl_mode`.',
  }),
  row({
    name: 'damaged PEM',
    codes: /NO_START_LINE|BAD_BASE64|BAD_END_LINE|ASN1|DECODER|UNSUPPORTED$/,
    reason: 'a certificate or key of ours is not a whole PEM text',
    // Of 256 wrong passwords, one leaves something that looks decrypted.
    remedy: `${wholePem} Where the key is encrypted, check \`client_key_password\`, too.`,
  }),
  row({
    name: 'client certificate refused',
    codes: /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE)|CERTIFICATE_REQUIRED/,
    reason: 'the server did not accept our certificate',
    remedy:
      'Check `client_certificate` of `ssl_mode`: that it has not expired, and that the server knows its authority.',
  }),
  row({
    name: 'outdated TLS',
    codes:
      /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|NO_PROTOCOLS|HANDSHAKE_FAILURE|DH_KEY_TOO_SMALL|INSUFFICIENT/,
    reason: 'the server offers only versions or ciphers of TLS that are too old',
    remedy: 'Let it offer TLS 1.2 or newer.',
  }),
  row({
    name: 'no TLS at all',
    codes: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|^EPROTO$/,
    reason: 'what answers there does not speak TLS',
    remedy: 'Check the host and the port.',
  }),
]

export const unknownTlsError: TlsErrorRow = row({
  name: 'anything else',
  codes: /(?:)/,
  reason: '{said}',
  remedy: 'Check `ssl_mode` and its certificates.',
  remedyOfWeb: 'Look at what stands between this machine and the server.',
})
