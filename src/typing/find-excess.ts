import { skipString } from '../protocol/scan-json.ts'

export type ValueLimits = {
  acceptsNumber(text: string): boolean
  /** In bytes of UTF-8, without quotes and escapes. */
  readonly maximumStringBytes: number
  /** Containers inside of containers; a string or a number has none. */
  readonly maximumDepth: number
}

/** The first thing in a JSON value that is beyond the limits, or `undefined`. The bytes must be valid JSON. */
export function findExcess(
  bytes: Buffer,
  start: number,
  end: number,
  limits: ValueLimits,
): 'number' | 'string' | 'depth' | undefined {
  let depth = 0
  let position = start
  while (position < end) {
    const byte = bytes[position] ?? 0
    if (byte === quote) {
      const stringEnd = skipString(bytes, position, end)
      if (isLongString(bytes, position + 1, stringEnd - 1, limits.maximumStringBytes)) return 'string'
      position = stringEnd
    } else if (byte === hyphen || (byte >= zero && byte <= nine)) {
      const numberEnd = findNumberEnd(bytes, position, end)
      if (!limits.acceptsNumber(bytes.toString('latin1', position, numberEnd))) return 'number'
      position = numberEnd
    } else {
      if (byte === openBrace || byte === openBracket) depth += 1
      else if (byte === closeBrace || byte === closeBracket) depth -= 1
      if (depth > limits.maximumDepth) return 'depth'
      position += 1
    }
  }
  return undefined
}

const quote = 0x22
const plus = 0x2b
const hyphen = 0x2d
const dot = 0x2e
const zero = 0x30
const nine = 0x39
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const lowerE = 0x65
const letterU = 0x75
const openBrace = 0x7b
const closeBrace = 0x7d

function findNumberEnd(bytes: Buffer, start: number, end: number): number {
  let position = start
  while (position < end) {
    const byte = bytes[position] ?? 0
    const isDigit = byte >= zero && byte <= nine
    // Setting one bit makes both cases of the exponent's letter one.
    if (!isDigit && byte !== dot && byte !== hyphen && byte !== plus && (byte | 0x20) !== lowerE) break
    position += 1
  }
  return position
}

/** Escapes only make a string shorter, so most strings need no count. */
function isLongString(bytes: Buffer, start: number, end: number, maximumBytes: number): boolean {
  return end - start > maximumBytes && countStringBytes(bytes, start, end) > maximumBytes
}

function countStringBytes(bytes: Buffer, start: number, end: number): number {
  let count = end - start
  for (let at = bytes.indexOf(backslash, start); at !== -1 && at < end; ) {
    const isUnicode = bytes[at + 1] === letterU
    count -= isUnicode ? 6 - encodedBytes(bytes.toString('latin1', at + 2, at + 6)) : 1
    at = bytes.indexOf(backslash, at + (isUnicode ? 6 : 2))
  }
  return count
}

/** Bytes in UTF-8 of a `\uXXXX` escape; each half of a surrogate pair counts for two of its four. */
function encodedBytes(hexDigits: string): number {
  const code = Number.parseInt(hexDigits, 16)
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code >= 0xd800 && code <= 0xdfff ? 2 : 3
}
