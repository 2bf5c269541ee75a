import { DestinationError, missingCertificates, type TlsConfig, type TlsMode } from 'landfall/sdk'

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
  const missing = missingCertificates(chosen).map((field) => `\`${field}\``)
  if (missing.length === 0) return chosen
  throw new DestinationError(
    'CONFIG_INVALID',
    `\`ssl_mode\` is \`${chosen.mode}\`, which needs ${missing.join(', ')}. Fill in or choose another mode.`,
  )
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
