import { findKey, hasBytes, type Key, type Keys, messageKeys, metaKeys, recordKeys } from './envelope-keys.ts'
import { readState, readTrace } from './read-message.ts'
import {
  type EnvelopePrefix,
  EnvelopePrefixes,
  missing,
  RecordEnvelope,
  type VolatileKey,
} from './record-envelope.ts'
import {
  decodeString,
  isValidJson,
  notFound,
  skipColon,
  skipString,
  skipValue,
  skipWhitespace,
} from './scan-json.ts'
import { ignoredMessage, type ScannedMessage } from './scanned-message.ts'
import { skipBalanced, viewOf } from './skip-balanced.ts'

export interface MessageScanner {
  /** Classifies the line from `start` up to `end`. The result is valid until the next call. */
  scan(buffer: Buffer, start: number, end: number): ScannedMessage
}

/**
 * Reads envelopes straight from bytes, for every order of keys, with any extra keys, whitespace and
 * escapes; of repeated keys the last counts, as in `JSON.parse`. No object or string is made per record.
 *
 * All of a line is checked to be JSON, save the inside of a record's `data`: there only brackets and
 * strings are followed. So a record whose `data` is valid JSON comes from a line that is valid JSON.
 */
export function createMessageScanner(): MessageScanner {
  return new EnvelopeScanner()
}

// Constants of this module, not of a shared one: V8 folds them into the loops below only when they are local.
const quote = 0x22
const comma = 0x2c
const hyphen = 0x2d
const zero = 0x30
const nine = 0x39
const openBracket = 0x5b
const backslash = 0x5c
const letterN = 0x6e
const openBrace = 0x7b
const closeBrace = 0x7d

const recordType = Buffer.from('RECORD')

const notComplete = 'it is not one complete JSON object'

/** JavaScript's dates end here, in milliseconds; the time of a record is never near it. */
const latestTime = 8.64e15

class EnvelopeScanner implements MessageScanner {
  readonly #record = new RecordEnvelope()
  readonly #prefixes = new EnvelopePrefixes()
  /** The buffer that was scanned last, and the view of it. */
  #buffer: Buffer = Buffer.alloc(0)
  #view: DataView = viewOf(this.#buffer)
  #lineStart = 0
  /** Whether a value was met that differs from line to line. */
  #hasVolatile = false
  #hasRecord = false
  /** Objects whose inside was not checked. */
  #dataCount = 0
  /** `undefined` where the message has no `type`, or one that is no string. */
  #type: string | undefined

  scan(buffer: Buffer, start: number, end: number): ScannedMessage {
    if (buffer !== this.#buffer) {
      this.#buffer = buffer
      this.#view = viewOf(buffer)
    }
    this.#lineStart = start
    this.#dataCount = 0
    this.#hasVolatile = false
    const prefix = this.#prefixes.find(buffer, this.#view, start, end)
    const position =
      prefix === undefined
        ? this.#scanFromStart(buffer, start, end)
        : this.#scanAfterPrefix(prefix, buffer, start, end)
    if (position === notFound || skipWhitespace(buffer, position, end) !== end) {
      return invalid(notComplete)
    }
    return this.#finish(buffer, start, end)
  }

  #finish(buffer: Buffer, start: number, end: number): ScannedMessage {
    switch (this.#type) {
      case 'RECORD':
        return this.#finishRecord(buffer, start, end)
      case 'STATE':
        return readState(buffer, start, end)
      case 'TRACE':
        return readTrace(buffer, start, end)
      case undefined:
        return invalid('it has no `type`')
      default:
        return this.#dataCount > 0 && !isValidJson(buffer, start, end) ? invalid(notComplete) : ignoredMessage
    }
  }

  #finishRecord(buffer: Buffer, start: number, end: number): ScannedMessage {
    const record = this.#record
    if (!this.#hasRecord) return invalid('its `record` is not an object')
    if (record.streamStart === missing) return invalid('its `stream` is not a string')
    if (record.namespaceStart === missing) return invalid('its `namespace` is neither a string nor null')
    if (record.dataStart === missing) return invalid('its `data` is not an object')
    if (!record.hasEmittedAt) return invalid('its `emitted_at` is not a time in milliseconds')
    // A `data` that a later one replaced was not looked into either.
    if (this.#dataCount > 1 && !isValidJson(buffer, start, end)) return invalid(notComplete)
    return record
  }

  #scanFromStart(buffer: Buffer, start: number, end: number): number {
    this.#hasRecord = false
    this.#type = undefined
    const position = skipWhitespace(buffer, start, end)
    if (position === end || buffer[position] !== openBrace) return notFound
    return this.#scanObject(messageKeys, buffer, position, end)
  }

  /** Goes on where the line stops being like an earlier one. */
  #scanAfterPrefix(prefix: EnvelopePrefix, buffer: Buffer, start: number, end: number): number {
    this.#hasRecord = true
    this.#type = prefix.type
    prefix.restore(this.#record, start)
    this.#hasVolatile = true
    // The line that the prefix comes from may have had no space in front of its value.
    const valueStart = skipWhitespace(buffer, start + prefix.length, end)
    const isData = prefix.nextKey === 'data'
    const valueEnd = isData
      ? this.#skipData(buffer, valueStart, end)
      : this.#scanEmittedAt(buffer, valueStart, end)
    const recordEnd = this.#scanRest(recordKeys, buffer, valueEnd, end)
    return this.#scanRest(messageKeys, buffer, recordEnd, end)
  }

  /** From the opening brace to the position after the closing one. */
  #scanObject(keys: Keys, buffer: Buffer, start: number, end: number): number {
    const position = skipWhitespace(buffer, start + 1, end)
    if (position < end && buffer[position] === closeBrace) return position + 1
    return this.#scanRest(keys, buffer, this.#scanMember(keys, buffer, position, end), end)
  }

  /** From the end of a member to the position after the closing brace. */
  #scanRest(keys: Keys, buffer: Buffer, start: number, end: number): number {
    let position = start
    while (position !== notFound) {
      position = skipWhitespace(buffer, position, end)
      if (position === end) return notFound
      if (buffer[position] === closeBrace) return position + 1
      if (buffer[position] !== comma) return notFound
      position = this.#scanMember(keys, buffer, skipWhitespace(buffer, position + 1, end), end)
    }
    return notFound
  }

  #scanMember(keys: Keys, buffer: Buffer, start: number, end: number): number {
    if (start === end || buffer[start] !== quote) return notFound
    const keyEnd = skipString(buffer, start, end)
    if (keyEnd === notFound) return notFound
    const valueStart = skipColon(buffer, keyEnd, end)
    if (valueStart === notFound) return notFound
    return this.#scanValue(findKey(keys, buffer, start, keyEnd), buffer, valueStart, end)
  }

  #scanValue(key: Key | undefined, buffer: Buffer, start: number, end: number): number {
    switch (key) {
      case 'type':
        return this.#scanType(buffer, start, end)
      case 'record':
        return this.#scanRecord(buffer, start, end)
      case 'stream':
        return this.#scanStream(buffer, start, end)
      case 'namespace':
        return this.#scanNamespace(buffer, start, end)
      case 'emitted_at':
        this.#noteVolatile(key, buffer, start)
        return this.#scanEmittedAt(buffer, start, end)
      case 'data':
        this.#noteVolatile(key, buffer, start)
        return this.#skipData(buffer, start, end)
      case 'meta':
        return this.#scanMeta(buffer, start, end)
      case 'changes':
        return this.#scanChanges(buffer, start, end)
      case undefined:
        return skipValue(buffer, start, end)
    }
  }

  /** The first volatile value ends the part of the line that others may begin with too. */
  #noteVolatile(key: VolatileKey, buffer: Buffer, start: number): void {
    if (this.#hasVolatile) return
    this.#hasVolatile = true
    this.#prefixes.remember(buffer, this.#lineStart, start, key, this.#type, this.#record)
  }

  #scanType(buffer: Buffer, start: number, end: number): number {
    const valueEnd = skipValue(buffer, start, end)
    if (hasBytes(buffer, start + 1, valueEnd - 1, recordType)) this.#type = 'RECORD'
    else this.#type = decodeString(buffer, start, valueEnd)
    return valueEnd
  }

  #scanRecord(buffer: Buffer, start: number, end: number): number {
    this.#record.clear()
    this.#hasRecord = buffer[start] === openBrace
    return this.#hasRecord ? this.#scanObject(recordKeys, buffer, start, end) : skipValue(buffer, start, end)
  }

  #scanStream(buffer: Buffer, start: number, end: number): number {
    const valueEnd = skipValue(buffer, start, end)
    const isString = buffer[start] === quote
    this.#record.streamStart = isString ? start + 1 : missing
    this.#record.streamEnd = valueEnd - 1
    this.#noteEscapes(buffer, start, valueEnd)
    return valueEnd
  }

  #scanNamespace(buffer: Buffer, start: number, end: number): number {
    const valueEnd = skipValue(buffer, start, end)
    const isString = buffer[start] === quote
    const isNull = buffer[start] === letterN
    this.#record.namespaceStart = isString ? start + 1 : isNull ? 0 : missing
    this.#record.namespaceEnd = isString ? valueEnd - 1 : 0
    this.#noteEscapes(buffer, start, valueEnd)
    return valueEnd
  }

  /** May be right too often, where a repeated key replaces a name with escapes: that costs time, nothing else. */
  #noteEscapes(buffer: Buffer, start: number, end: number): void {
    for (let position = start; position < end; position += 1) {
      if (buffer[position] === backslash) this.#record.hasEscapedNames = true
    }
  }

  #scanEmittedAt(buffer: Buffer, start: number, end: number): number {
    const valueEnd = skipValue(buffer, start, end)
    const byte = buffer[start] ?? 0
    const isNumber = byte === hyphen || (byte >= zero && byte <= nine)
    const time = isNumber ? readTime(buffer, start, valueEnd) : Number.NaN
    this.#record.hasEmittedAt = Math.abs(time) <= latestTime
    this.#record.emittedAt = time
    return valueEnd
  }

  #skipData(buffer: Buffer, start: number, end: number): number {
    const isObject = buffer[start] === openBrace
    if (isObject) this.#dataCount += 1
    const valueEnd = isObject ? skipBalanced(buffer, this.#view, start, end) : skipValue(buffer, start, end)
    this.#record.dataStart = isObject ? start : missing
    this.#record.dataEnd = valueEnd
    return valueEnd
  }

  #scanMeta(buffer: Buffer, start: number, end: number): number {
    this.#record.changesStart = 0
    this.#record.changesEnd = 0
    const isObject = buffer[start] === openBrace
    return isObject ? this.#scanObject(metaKeys, buffer, start, end) : skipValue(buffer, start, end)
  }

  #scanChanges(buffer: Buffer, start: number, end: number): number {
    const valueEnd = skipValue(buffer, start, end)
    const hasEntries = buffer[start] === openBracket && skipWhitespace(buffer, start + 1, end) < valueEnd - 1
    this.#record.changesStart = hasEntries ? start : 0
    this.#record.changesEnd = hasEntries ? valueEnd : 0
    return valueEnd
  }
}

/** Longest run of digits that is added up without rounding. */
const exactDigits = 15

/** The number at `start`, which is valid JSON, cut to whole milliseconds. */
function readTime(buffer: Buffer, start: number, end: number): number {
  let time = 0
  for (let position = start; position < end; position += 1) {
    const byte = buffer[position] ?? 0
    if (byte < zero || byte > nine || end - start > exactDigits) {
      // Adding zero turns -0 into 0.
      return Math.trunc(Number(buffer.toString('latin1', start, end))) + 0
    }
    time = time * 10 + (byte - zero)
  }
  return time
}

function invalid(reason: string): ScannedMessage {
  return { kind: 'invalid', reason }
}
