import type { Capability } from '../destination/capabilities.ts'
import type { StreamDescriptor } from '../protocol/messages.ts'

/** A row by column names. Columns that are not listed are not compared. */
export type ExpectedRow = { readonly [column: string]: ExpectedValue }

/**
 * What a cell must hold: a string compares as text (dates too), a `number` as an exact decimal, an
 * `instant` as a point in time, `time` as one of a day, `json` as JSON in which the order of keys does not count and numbers are
 * exact decimals.
 */
export type ExpectedValue =
  | null
  | string
  | boolean
  | { readonly number: string }
  | { readonly instant: string }
  | { readonly time: string }
  | { readonly json: string }

export type CaseStream = StreamDescriptor & {
  /** The `properties` of the stream's JSON schema. */
  readonly properties: { readonly [key: string]: unknown }
  readonly mode: 'append' | 'append_dedup' | 'overwrite' | 'overwrite_dedup'
  readonly primaryKey?: readonly (readonly string[])[]
  readonly cursor?: readonly string[]
  /** Generation and minimum generation; absent: the dialect of custom connectors, without ids. */
  readonly generation?: readonly [generation: number, minimum: number] | undefined
}

export type CaseSync = {
  readonly streams: readonly CaseStream[]
  /** Input lines, made with the functions of `messages`. */
  readonly lines: readonly string[]
  readonly syncId?: number
  /** Changes to the target's configuration for this sync. */
  readonly config?: { readonly [key: string]: unknown }
  /** Environment variables of this sync, for example `LANDFALL_TYPING_INTERVAL_SECONDS`. */
  readonly env?: { readonly [name: string]: string }
  /** Default 0. */
  readonly exitCode?: number
  /**
   * Final tables after this sync, by stream name; rows in any order. `undefined`: the table must not exist.
   * After a sync that fails (`exitCode` 1), a table without rows need not exist either: its first rows make it.
   */
  readonly final?: { readonly [stream: string]: readonly ExpectedRow[] | undefined }
  /** Number of rows in the raw tables after this sync, by stream name. */
  readonly rawCounts?: { readonly [stream: string]: number }
  /** The final table's columns without Airbyte's own, by stream name, in any order. */
  readonly columns?: { readonly [stream: string]: readonly string[] }
  /** States that must come back, as their ids with the counts of `destinationStats`. Default: not compared. */
  readonly states?: readonly { readonly id: number; readonly recordCount: number }[]
}

/** One promise of the framework, as data: what is sent, in which mode, and what must be in the tables. */
export type ConformanceCase = {
  readonly name: string
  /** Destinations that lack one of these skip the case. */
  readonly requires?: readonly Capability[]
  readonly syncs: readonly CaseSync[]
}
