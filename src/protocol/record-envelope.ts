import type { ScannedRecord } from './scanned-message.ts'

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

/** Longest beginning of a line that is worth remembering; names are far shorter. */
const maximumPrefixBytes = 1024

/**
 * The bytes in front of the last record's `data` value, with what they said. Lines of one stream mostly
 * begin alike, and comparing is much cheaper than scanning. Equal bytes mean equal scans, so nothing is
 * assumed about the form of a line.
 */
export class EnvelopePrefix {
  readonly #bytes = Buffer.alloc(maximumPrefixBytes)
  #length = 0
  #type: string | undefined
  /** Positions in it count from the start of the line. */
  readonly #record = new RecordEnvelope()

  /** The message's `type`, where it stands in front of the record. */
  get type(): string | undefined {
    return this.#type
  }

  get length(): number {
    return this.#length
  }

  /** Whether the line begins with the same bytes and goes on after them. */
  matches(buffer: Buffer, start: number, end: number): boolean {
    const bytes = this.#bytes
    const length = this.#length
    if (length === 0 || length >= end - start) return false
    for (let index = 0; index < length; index += 1) {
      if (buffer[start + index] !== bytes[index]) return false
    }
    return true
  }

  /** Keeps what was found from the start of the line up to the value of `data`. */
  remember(
    buffer: Buffer,
    lineStart: number,
    dataStart: number,
    type: string | undefined,
    record: RecordEnvelope,
  ): void {
    const length = dataStart - lineStart
    // Only names are kept, so only a beginning that says nothing else and has none missing will do.
    const isUsable = record.streamStart !== missing && record.namespaceStart !== missing
    const hasMore = record.hasEmittedAt || record.changesEnd > 0
    this.#length = isUsable && !hasMore && length <= maximumPrefixBytes ? length : 0
    if (this.#length === 0) return
    buffer.copy(this.#bytes, 0, lineStart, dataStart)
    this.#type = type
    moveNames(record, this.#record, -lineStart)
  }

  /** Fills the record with what `remember` kept, for a line that starts at `lineStart`. */
  restore(record: RecordEnvelope, lineStart: number): void {
    record.clear()
    moveNames(this.#record, record, lineStart)
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
