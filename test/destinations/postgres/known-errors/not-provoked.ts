/** Errors of a network that no test brings about, by one of their codes, with what it would take. */
export const notProvokedNetworkErrors: { readonly [code: string]: string } = {
  EACCES: "needs rules in this machine's firewall",
}

/** The same for TLS, by name. Their recorded codes are tested. */
export const notProvokedTlsErrors: {
  readonly [name: string]: { readonly code: string; readonly needs: string }
} = {
  'certificate revoked': {
    code: 'CERT_REVOKED',
    needs: 'needs a list of revoked certificates, which no connection of ours reads',
  },
  'client certificate refused': {
    code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    needs: 'is provoked on a server of PostgreSQL',
  },
}
