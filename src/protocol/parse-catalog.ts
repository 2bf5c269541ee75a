import type { DestinationSyncMode, StreamDescriptor } from './messages.ts'
import type { JsonValue } from './json-value.ts'

/** One stream of the `--catalog` file, with defaults filled in and ids as exact integers. */
export type ConfiguredStream = {
  readonly descriptor: StreamDescriptor
  readonly jsonSchema: JsonValue
  readonly destinationSyncMode: DestinationSyncMode
  readonly cursorField: readonly string[]
  readonly primaryKey: readonly (readonly string[])[]
  /** Absent in the dialect of custom connectors. */
  readonly generationId: bigint | undefined
  readonly minimumGenerationId: bigint | undefined
  readonly syncId: bigint | undefined
}

export type ConfiguredCatalog = { readonly streams: readonly ConfiguredStream[] }
