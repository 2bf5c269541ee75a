import * as z from 'zod'
import { readFields } from '../../connection/config-fields.ts'
import { type SshTunnelConfig, sshTunnelField } from '../../connection/ssh-tunnel-config.ts'
import { type TlsConfig, type TlsMode, tlsModes } from '../../connection/tls.ts'
import { DestinationError } from '../../errors.ts'
import type { SqlSettings } from '../../typing/sql-destination.ts'
import type { ManifestConfig } from '../config-schema.ts'
import { interpolate, interpolateValue } from '../interpolate.ts'
import type { SqlWriter } from '../manifest.ts'

const defaultRawNamespace = 'airbyte_internal'

/** What a manifest's `settings` say for a configuration. */
export function readSqlSettings({ settings }: SqlWriter, config: ManifestConfig): SqlSettings {
  const { default_namespace, raw_namespace, disable_type_dedupe } = settings
  return {
    defaultNamespace: interpolate(default_namespace, { config }),
    rawNamespace: interpolate(raw_namespace ?? '', { config }) || defaultRawNamespace,
    disableTypeDedupe: String(interpolateValue(disable_type_dedupe ?? false, { config })) === 'true',
  }
}

export function isSoftDeletion({ settings }: SqlWriter, config: ManifestConfig): boolean {
  return /^soft/i.test(interpolate(settings.cdc_deletion_mode ?? '', { config }))
}

export function readPort({ connection }: SqlWriter, config: ManifestConfig): number {
  const port = Number(interpolateValue(connection.port, { config }))
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new DestinationError('CONFIG_INVALID', 'The port must be a number between 1 and 65535.')
}

/** Which certificates a mode needs is for the manifest's own specification to say. */
export function readTls(writer: SqlWriter, config: ManifestConfig): TlsConfig {
  const { ca_certificate, client_certificate, client_key, client_key_password } = writer.connection
  const fill = (text: string | undefined) => interpolate(text ?? '', { config }) || undefined
  return {
    mode: readTlsMode(writer, config),
    caCertificate: fill(ca_certificate),
    clientCertificate: fill(client_certificate),
    clientKey: fill(client_key),
    clientKeyPassword: fill(client_key_password),
  }
}

const tunnelFields = z.looseObject({ tunnel_method: sshTunnelField.nullish() })

/** The tunnel that a configuration asks for, where the manifest allows one. */
export function readTunnel({ connection }: SqlWriter, config: ManifestConfig): SshTunnelConfig | undefined {
  if (connection.ssh_tunnel !== true) return undefined
  return readFields(tunnelFields, config).tunnel_method ?? undefined
}

function readTlsMode({ connection }: SqlWriter, config: ManifestConfig): TlsMode {
  const text = interpolate(connection.tls ?? '', { config }) || 'prefer'
  const mode = tlsModes.find((known) => known === text)
  if (mode !== undefined) return mode
  throw new DestinationError(
    'CONFIG_INVALID',
    `\`${text}\` is no TLS mode. Choose one of ${tlsModes.join(', ')}.`,
  )
}
