import type { StateScope, StreamDescriptor, StreamStatus } from './messages.ts'

/** What one line of input is. `ignored`: a message that says nothing to a destination. */
export type ScannedMessage = ScannedRecord | ScannedState | ScannedStatus | IgnoredMessage | InvalidMessage

/**
 * Where the parts of a RECORD lie in the buffer that was scanned. The scanner fills one such object again
 * and again: its content is valid until the next line is scanned.
 */
export interface ScannedRecord {
  readonly kind: 'record'
  /** Content of the stream's name, without quotes. */
  readonly streamStart: number
  readonly streamEnd: number
  /** Content of the namespace; empty where the record has none. */
  readonly namespaceStart: number
  readonly namespaceEnd: number
  /** Whether the two names contain JSON escapes, so that their bytes are not yet the name. */
  readonly hasEscapedNames: boolean
  /** Whole milliseconds since the epoch. */
  readonly emittedAt: number
  /** The `data` object: balanced brackets and strings, not validated beyond that. */
  readonly dataStart: number
  readonly dataEnd: number
  /** The `meta.changes` array, valid JSON; empty range where there is none or it has no entries. */
  readonly changesStart: number
  readonly changesEnd: number
}

export interface ScannedState {
  readonly kind: 'state'
  readonly scope: StateScope
  /** As the message spells it; present where the scope is `STREAM`. */
  readonly descriptor: StreamDescriptor | undefined
  readonly statsSlot: StatsSlot
}

/** Where `destinationStats` belongs in a STATE line. Positions count from the start of the line. */
export type StatsSlot = {
  /** Bytes from `start` up to `end` give way: an older value, or nothing. */
  readonly start: number
  readonly end: number
  /** What must stand before the value: nothing where only a value is replaced, else the key. */
  readonly prefix: '' | '"destinationStats":' | ',"destinationStats":'
}

export interface ScannedStatus {
  readonly kind: 'status'
  readonly descriptor: StreamDescriptor
  readonly status: StreamStatus
}

export interface IgnoredMessage {
  readonly kind: 'ignored'
}

export interface InvalidMessage {
  readonly kind: 'invalid'
  /** In words, without any content of the line; completes "the line is invalid:". */
  readonly reason: string
}

export const ignoredMessage: IgnoredMessage = { kind: 'ignored' }
