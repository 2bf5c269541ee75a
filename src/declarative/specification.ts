import { sshTunnelSpecification } from '../connection/ssh-tunnel-config.ts'
import type { ConnectorSpecification, DestinationSyncMode } from '../protocol/messages.ts'
import { isObject } from '../util/is-object.ts'
import type { Manifest } from './manifest.ts'

/** The fields of the configuration: the manifest's own, and those that come with what it asks for. */
export function connectionSpecificationOf({ spec, write }: Manifest): { readonly [key: string]: unknown } {
  const { connection_specification: own } = spec
  if (write.type !== 'SqlWriter' || write.connection.ssh_tunnel !== true) return own
  const properties = isObject(own.properties) ? own.properties : {}
  const tunnel = sshTunnelSpecification({ order: Object.keys(properties).length })
  return { ...own, properties: { tunnel_method: tunnel, ...properties } }
}

/** The answer to `spec`. */
export function createSpecification(
  manifest: Manifest,
  modes: readonly DestinationSyncMode[],
): ConnectorSpecification {
  const { spec } = manifest
  return {
    documentationUrl: spec.documentation_url,
    connectionSpecification: connectionSpecificationOf(manifest),
    supportsIncremental: modes.some((mode) => mode.startsWith('append')),
    supported_destination_sync_modes: modes,
    ...(spec.advanced_auth === undefined ? {} : { advanced_auth: spec.advanced_auth }),
  }
}
