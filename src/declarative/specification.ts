import type { ConnectorSpecification, DestinationSyncMode } from '../protocol/messages.ts'
import type { Manifest } from './manifest.ts'

/** The answer to `spec`. */
export function createSpecification(
  { spec }: Manifest,
  modes: readonly DestinationSyncMode[],
): ConnectorSpecification {
  return {
    documentationUrl: spec.documentation_url,
    connectionSpecification: spec.connection_specification,
    supportsIncremental: modes.some((mode) => mode.startsWith('append')),
    supported_destination_sync_modes: modes,
    ...(spec.advanced_auth === undefined ? {} : { advanced_auth: spec.advanced_auth }),
  }
}
