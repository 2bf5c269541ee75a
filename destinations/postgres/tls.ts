import type { ConnectionOptions } from 'node:tls'
import { DestinationError } from 'landfall/sdk'

/** By rising strictness; the words are libpq's. https://www.postgresql.org/docs/current/libpq-ssl.html */
export const tlsModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

export type TlsMode = (typeof tlsModes)[number]

export type TlsConfig = {
  readonly mode: TlsMode
  /** PEM texts. */
  readonly caCertificate?: string | undefined
  readonly clientCertificate?: string | undefined
  readonly clientKey?: string | undefined
  readonly clientKeyPassword?: string | undefined
}

/**
 * What the fields `ssl` and `ssl_mode` and the JDBC parameter `sslmode` mean together. As in the Java
 * connector, a missing `ssl` is true, and true without a mode is `require`. With `ssl` false the Java driver
 * still encrypts where the server insists on it: that is `allow`.
 */
export function chooseTls(
  ssl: boolean | undefined,
  mode: TlsConfig | undefined,
  sslmode: TlsMode | undefined,
): TlsConfig {
  if (ssl === false) return withoutFields(sslmode)
  const chosen = mode ?? { mode: 'require' }
  if (sslmode !== undefined && sslmode !== chosen.mode) {
    throw new DestinationError(
      'CONFIG_INVALID',
      `\`jdbc_url_params\` asks for \`sslmode=${sslmode}\`, but the fields \`ssl\` and \`ssl_mode\` mean ` +
        `\`${chosen.mode}\`. Remove \`sslmode\` from the parameters.`,
    )
  }
  const missing = missingCertificates(chosen)
  if (missing.length === 0) return chosen
  throw new DestinationError(
    'CONFIG_INVALID',
    `\`ssl_mode\` is \`${chosen.mode}\`, which needs ${missing.join(', ')}. Fill in or choose another mode.`,
  )
}

/**
 * The connections to try, one after the other, as the driver's `ssl` option: encrypted or plain, and how
 * strictly the server's certificate is checked.
 */
export function tlsAttempts(config: TlsConfig): readonly (ConnectionOptions | false)[] {
  const unchecked: ConnectionOptions = { ...clientIdentity(config), rejectUnauthorized: false }
  const checked: ConnectionOptions = {
    ...clientIdentity(config),
    rejectUnauthorized: true,
    ...(config.caCertificate === undefined ? {} : { ca: config.caCertificate }),
  }
  const attempts: Record<TlsMode, readonly (ConnectionOptions | false)[]> = {
    disable: [false],
    allow: [false, unchecked],
    prefer: [unchecked, false],
    require: [unchecked],
    'verify-ca': [{ ...checked, checkServerIdentity: () => undefined }],
    'verify-full': [checked],
  }
  return attempts[config.mode]
}

function withoutFields(sslmode: TlsMode | undefined): TlsConfig {
  if (sslmode === undefined) return { mode: 'allow' }
  if (sslmode !== 'verify-ca' && sslmode !== 'verify-full') return { mode: sslmode }
  throw new DestinationError(
    'CONFIG_INVALID',
    `\`jdbc_url_params\` asks for \`sslmode=${sslmode}\` while \`ssl\` is false. Set \`ssl\` to true and give ` +
      'the certificates in `ssl_mode`.',
  )
}

function missingCertificates(config: TlsConfig): readonly string[] {
  const needed: { readonly [field: string]: string | undefined } =
    config.mode === 'verify-ca'
      ? { ca_certificate: config.caCertificate }
      : config.mode === 'verify-full'
        ? {
            ca_certificate: config.caCertificate,
            client_certificate: config.clientCertificate,
            client_key: config.clientKey,
          }
        : {}
  return Object.keys(needed)
    .filter((field) => needed[field] === undefined)
    .map((field) => `\`${field}\``)
}

function clientIdentity(config: TlsConfig): ConnectionOptions {
  return {
    ...(config.clientCertificate === undefined ? {} : { cert: config.clientCertificate }),
    ...(config.clientKey === undefined ? {} : { key: config.clientKey }),
    ...(config.clientKeyPassword === undefined ? {} : { passphrase: config.clientKeyPassword }),
  }
}
