import type { ScannedRecord } from './scanned-message.ts'
import { startsWith, withView } from './skip-balanced.ts'

/** Marks a part of the record that is absent or has the wrong type. */
export const missing = -1

/** The scanner's one record, filled anew for each line. */
export class RecordEnvelope implements ScannedRecord {
  readonly kind = 'record'
  streamStart = missing
  streamEnd = 0
  namespaceStart = 0
  namespaceEnd = 0
  hasEscapedNames = false
  emittedAt = 0
  hasEmittedAt = false
  dataStart = missing
  dataEnd = 0
  changesStart = 0
  changesEnd = 0

  /** No namespace and no changes are empty ranges; everything else is missing until it is found. */
  clear(): void {
    this.streamStart = missing
    this.namespaceStart = 0
    this.namespaceEnd = 0
    this.hasEscapedNames = false
    this.hasEmittedAt = false
    this.dataStart = missing
    this.changesStart = 0
    this.changesEnd = 0
  }
}

/** The keys of a record whose values differ from line to line. */
export type VolatileKey = 'data' | 'emitted_at'

/** Longest beginning of a line that is worth remembering; names are far shorter. */
const maximumPrefixBytes = 1024

/** How many beginnings are remembered: sources that read several streams at a time mix their lines. */
const prefixCount = 8

/**
 * The bytes in front of a record's first volatile value, with what they said. Lines of one stream mostly
 * begin alike, and comparing is much cheaper than scanning. Equal bytes mean equal scans, so nothing is
 * assumed about the form of a line.
 */
export class EnvelopePrefix {
  readonly #bytes = Buffer.alloc(maximumPrefixBytes)
  readonly #known = withView(this.#bytes)
  #length = 0
  #type: string | undefined
  #nextKey: VolatileKey = 'data'
  /** Positions in it count from the start of the line. */
  readonly #record = new RecordEnvelope()

  /** The message's `type`, where it stands in front of the record. */
  get type(): string | undefined {
    return this.#type
  }

  get length(): number {
    return this.#length
  }

  /** The key whose value comes after the prefix. */
  get nextKey(): VolatileKey {
    return this.#nextKey
  }

  /** Whether the line begins with the same bytes and goes on after them. */
  matches(buffer: Buffer, view: DataView, start: number, end: number): boolean {
    const length = this.#length
    if (length === 0 || length >= end - start) return false
    return startsWith(buffer, view, start, this.#known, 0, length)
  }

  /** Keeps what was found from `start` up to `end`, where the value of `nextKey` begins. */
  keep(
    buffer: Buffer,
    start: number,
    end: number,
    nextKey: VolatileKey,
    type: string | undefined,
    record: RecordEnvelope,
  ): void {
    this.#length = end - start
    buffer.copy(this.#bytes, 0, start, end)
    this.#nextKey = nextKey
    this.#type = type
    moveNames(record, this.#record, -start)
  }

  /** Fills the record with what was kept, for a line that starts at `lineStart`. */
  restore(record: RecordEnvelope, lineStart: number): void {
    record.clear()
    moveNames(this.#record, record, lineStart)
  }
}

/** The beginnings of the last different lines. */
export class EnvelopePrefixes {
  readonly #prefixes = Array.from({ length: prefixCount }, () => new EnvelopePrefix())
  #next = 0

  find(buffer: Buffer, view: DataView, start: number, end: number): EnvelopePrefix | undefined {
    for (const prefix of this.#prefixes) {
      if (prefix.matches(buffer, view, start, end)) return prefix
    }
    return undefined
  }

  /** Puts a beginning in the place of the oldest one; see `EnvelopePrefix.keep`. */
  remember(
    buffer: Buffer,
    start: number,
    end: number,
    nextKey: VolatileKey,
    type: string | undefined,
    record: RecordEnvelope,
  ): void {
    // Only names are kept, so only a beginning that says nothing else and has no wrong ones will do.
    const hasNames = record.streamStart !== missing && record.namespaceStart !== missing
    if (!hasNames || record.changesEnd > 0 || end - start > maximumPrefixBytes) return
    this.#prefixes[this.#next]?.keep(buffer, start, end, nextKey, type, record)
    this.#next = (this.#next + 1) % prefixCount
  }
}

function moveNames(from: RecordEnvelope, to: RecordEnvelope, distance: number): void {
  to.streamStart = from.streamStart + distance
  to.streamEnd = from.streamEnd + distance
  const hasNamespace = from.namespaceEnd > from.namespaceStart
  to.namespaceStart = hasNamespace ? from.namespaceStart + distance : 0
  to.namespaceEnd = hasNamespace ? from.namespaceEnd + distance : 0
  to.hasEscapedNames = from.hasEscapedNames
}
