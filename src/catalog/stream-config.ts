import type { StreamDescriptor } from '../protocol/messages.ts'
import type { AirbyteType } from './airbyte-type.ts'

/** The four table names of a stream, already fit for the warehouse (sanitised, cut, folded), not quoted. */
export type StreamId = {
  readonly finalNamespace: string
  readonly finalName: string
  readonly rawNamespace: string
  readonly rawName: string
  /** The catalog's namespace, or the default one where the catalog has none. */
  readonly originalNamespace: string
  readonly originalName: string
}

export type ColumnId = {
  /** The column's name in the final table. */
  readonly name: string
  /** The key in the record's `data`. */
  readonly originalName: string
  /** Two columns collide when these are equal: the name as the warehouse compares it. */
  readonly canonicalName: string
}

export type Column = { readonly id: ColumnId; readonly type: AirbyteType }

/** What happens to rows on their way into the final table. */
export type PostImportAction = 'append' | 'dedupe'

/** Everything that the catalog says about one stream, in the warehouse's own names. */
export interface StreamConfig {
  /** Position in the catalog; batches and ledgers use it as their key. */
  readonly index: number
  /** As the platform named it: for messages that go back. */
  readonly descriptor: StreamDescriptor
  readonly id: StreamId
  readonly postImportAction: PostImportAction
  readonly columns: readonly Column[]
  /** Empty unless the action is `dedupe`. */
  readonly primaryKey: readonly ColumnId[]
  readonly cursor: ColumnId | undefined
  /** 0 where the platform sends no generations. */
  readonly generationId: bigint
  readonly minimumGenerationId: bigint
  readonly syncId: bigint
  /**
   * Whether the platform speaks the dialect with generation ids and COMPLETE statuses. Without it
   * (custom connectors), the end of input is the only sign of success.
   */
  readonly hasGenerations: boolean
  /** Whether a successful sync leaves only the rows of this generation. */
  readonly isTruncate: boolean
}
