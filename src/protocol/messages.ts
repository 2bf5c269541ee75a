/** How the protocol names a stream. Absent, null and empty namespaces all mean "no namespace". */
export type StreamDescriptor = {
  readonly name: string
  readonly namespace?: string | undefined
}

export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE'

/** STREAM states guard one stream; GLOBAL and LEGACY states guard all of them. */
export type StateScope = 'STREAM' | 'GLOBAL' | 'LEGACY'

export type DestinationSyncMode = 'append' | 'overwrite' | 'append_dedup' | 'overwrite_dedup'

export type LogLevel = 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG' | 'TRACE'

/** One entry of `_airbyte_meta.changes`. Unknown words from newer sources are passed on. */
export type RecordChange = {
  readonly field: string
  readonly change: string
  readonly reason: string
}

/** What `spec` answers; `connectionSpecification` is a JSON schema with Airbyte's annotations. */
export type ConnectorSpecification = {
  readonly documentationUrl: string
  readonly changelogUrl?: string
  readonly connectionSpecification: { readonly [key: string]: unknown }
  readonly supported_destination_sync_modes: readonly DestinationSyncMode[]
  readonly supportsIncremental?: boolean
  readonly supportsNormalization?: boolean
  readonly supportsDBT?: boolean
  readonly protocol_version?: string
  readonly [key: string]: unknown
}

/** The answer of `check`: a failure carries a message for the user. */
export type ConnectionStatus =
  | { readonly status: 'SUCCEEDED' }
  | { readonly status: 'FAILED'; readonly message: string }

/** One key for a stream, whatever spelling of "no namespace" the sender chose. */
export function streamKey(descriptor: StreamDescriptor): string {
  return `${descriptor.namespace ?? ''}\u0000${descriptor.name}`
}

/** For messages to people: `namespace.name`, or the bare name. */
export function describeStream(descriptor: StreamDescriptor): string {
  return descriptor.namespace ? `${descriptor.namespace}.${descriptor.name}` : descriptor.name
}
