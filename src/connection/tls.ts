import type { ConnectionOptions } from 'node:tls'

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
 * The connections to try, one after the other: encrypted, with how strictly the server's certificate is
 * checked, or `false` for a plain one.
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

/** The certificates that a mode cannot do without and that are missing, by the names of their fields. */
export function missingCertificates(config: TlsConfig): readonly string[] {
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
  return Object.keys(needed).filter((field) => needed[field] === undefined)
}

function clientIdentity(config: TlsConfig): ConnectionOptions {
  return {
    ...(config.clientCertificate === undefined ? {} : { cert: config.clientCertificate }),
    ...(config.clientKey === undefined ? {} : { key: config.clientKey }),
    ...(config.clientKeyPassword === undefined ? {} : { passphrase: config.clientKeyPassword }),
  }
}
