// Constants of this module, not of a shared one: V8 folds them into the loops below only when they are local.
const tab = 0x09
const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20
const quote = 0x22
const plus = 0x2b
const comma = 0x2c
const hyphen = 0x2d
const dot = 0x2e
const zero = 0x30
const nine = 0x39
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d

/** What the skipping functions return where the bytes are not what they look for. */
export const notFound = -1

/** A part of a buffer: from `start` up to `end`. */
export type ByteRange = { readonly start: number; readonly end: number }

/** Whether the bytes are one JSON text by RFC 8259. Any depth; bytes beyond ASCII are not checked to be UTF-8. */
export function isValidJson(buffer: Buffer, start: number, end: number): boolean {
  const position = skipValue(buffer, skipWhitespace(buffer, start, end), end)
  return position !== notFound && skipWhitespace(buffer, position, end) === end
}

/** The position of the first byte that is not JSON whitespace, at most `end`. */
export function skipWhitespace(buffer: Buffer, start: number, end: number): number {
  let position = start
  while (position < end) {
    const byte = buffer[position] ?? 0
    if (byte > space || (byte !== space && byte !== lineFeed && byte !== carriageReturn && byte !== tab))
      break
    position += 1
  }
  return position
}

/** The position after the string whose opening quote is at `start`. Strict about escapes and control characters. */
export function skipString(buffer: Buffer, start: number, end: number): number {
  let position = start + 1
  while (position < end) {
    const byte = buffer[position] ?? 0
    if (byte === quote) return position + 1
    if (byte < space) return notFound
    if (byte === backslash) {
      position = skipEscape(buffer, position, end)
      if (position === notFound) return notFound
    } else {
      position += 1
    }
  }
  return notFound
}

/**
 * From the start of a key to the start of its value. `start` must be where a key is due.
 */
export function skipKey(buffer: Buffer, start: number, end: number): number {
  if (byteAt(buffer, start, end) !== quote) return notFound
  const keyEnd = skipString(buffer, start, end)
  return keyEnd === notFound ? notFound : skipColon(buffer, keyEnd, end)
}

/** From the end of a key, over the colon, to the start of the value. */
export function skipColon(buffer: Buffer, start: number, end: number): number {
  const position = skipWhitespace(buffer, start, end)
  if (byteAt(buffer, position, end) !== colon) return notFound
  return skipWhitespace(buffer, position + 1, end)
}

/** The position after the value that begins at `start`; checks every byte of it, and needs no recursion. */
export function skipValue(buffer: Buffer, start: number, end: number): number {
  const byte = byteAt(buffer, start, end)
  if (byte === quote) return skipString(buffer, start, end)
  return byte === openBrace || byte === openBracket
    ? skipContainer(buffer, start, end)
    : skipLiteral(buffer, start, end)
}

/**
 * The value of a member of the object at `start`, which must be valid JSON; of equal keys the last one.
 * `undefined` where the key is absent or the value at `start` is no object.
 */
export function findMember(buffer: Buffer, start: number, end: number, key: string): ByteRange | undefined {
  let found: ByteRange | undefined
  if (byteAt(buffer, start, end) !== openBrace) return undefined
  let position = skipWhitespace(buffer, start + 1, end)
  while (byteAt(buffer, position, end) === quote) {
    const keyEnd = skipString(buffer, position, end)
    const valueStart = skipColon(buffer, keyEnd, end)
    const valueEnd = skipValue(buffer, valueStart, end)
    if (decodeString(buffer, position, keyEnd) === key) found = { start: valueStart, end: valueEnd }
    position = skipWhitespace(buffer, valueEnd, end)
    if (byteAt(buffer, position, end) === comma) position = skipWhitespace(buffer, position + 1, end)
  }
  return found
}

/** The text of the JSON string at `start`, quotes included in the range; `undefined` where it is no valid string. */
export function decodeString(buffer: Buffer, start: number, end: number): string | undefined {
  if (byteAt(buffer, start, end) !== quote || skipString(buffer, start, end) !== end) return undefined
  return String(JSON.parse(buffer.toString('utf8', start, end)))
}

function skipContainer(buffer: Buffer, start: number, end: number): number {
  const closers: number[] = []
  let position = start
  do {
    const opener = byteAt(buffer, position, end)
    if (opener === openBrace || opener === openBracket) {
      const inside = skipWhitespace(buffer, position + 1, end)
      // In ASCII, both closing characters come two after their opening ones.
      if (byteAt(buffer, inside, end) !== opener + 2) {
        closers.push(opener + 2)
        position = opener === openBrace ? skipKey(buffer, inside, end) : inside
        continue
      }
      position = inside + 1
    } else {
      position = skipValue(buffer, position, end)
    }
    if (position !== notFound) position = skipToNextValue(buffer, position, end, closers)
  } while (position !== notFound && closers.length > 0)
  return position
}

/** After a complete value: closes what ends here and returns where the next value begins, or the end of the outermost. */
function skipToNextValue(buffer: Buffer, start: number, end: number, closers: number[]): number {
  let position = start
  while (closers.length > 0) {
    const closer = closers.at(-1)
    position = skipWhitespace(buffer, position, end)
    const byte = byteAt(buffer, position, end)
    if (byte === comma) {
      const next = skipWhitespace(buffer, position + 1, end)
      return closer === closeBrace ? skipKey(buffer, next, end) : next
    }
    if (byte !== closer) return notFound
    closers.pop()
    position += 1
  }
  return position
}

const wordsByFirstByte: ReadonlyMap<number, Buffer> = new Map(
  ['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
)

/** A number, `true`, `false` or `null`. */
function skipLiteral(buffer: Buffer, start: number, end: number): number {
  const byte = byteAt(buffer, start, end)
  if (byte <= nine) return skipNumber(buffer, start, end)
  const word = wordsByFirstByte.get(byte)
  return word === undefined ? notFound : skipWord(buffer, start, end, word)
}

function skipWord(buffer: Buffer, start: number, end: number, word: Buffer): number {
  for (let index = 0; index < word.length; index += 1) {
    if (byteAt(buffer, start + index, end) !== word[index]) return notFound
  }
  return start + word.length
}

function skipNumber(buffer: Buffer, start: number, end: number): number {
  let position = start
  if (byteAt(buffer, position, end) === hyphen) position += 1
  const firstDigit = position
  position = skipDigits(buffer, position, end)
  const hasLeadingZero = position > firstDigit + 1 && buffer[firstDigit] === zero
  if (position === notFound || hasLeadingZero) return notFound
  if (byteAt(buffer, position, end) === dot) position = skipDigits(buffer, position + 1, end)
  if (position === notFound) return notFound
  // Lower case by setting one bit: `e` or `E`.
  if ((byteAt(buffer, position, end) | 0x20) !== 0x65) return position
  const sign = byteAt(buffer, position + 1, end)
  return skipDigits(buffer, position + (sign === plus || sign === hyphen ? 2 : 1), end)
}

/** At least one digit. */
function skipDigits(buffer: Buffer, start: number, end: number): number {
  let position = start
  while (isDigit(byteAt(buffer, position, end))) position += 1
  return position === start ? notFound : position
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine
}

const simpleEscapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'))
const letterU = 0x75

function skipEscape(buffer: Buffer, start: number, end: number): number {
  const letter = byteAt(buffer, start + 1, end)
  if (simpleEscapes.has(letter)) return start + 2
  if (letter !== letterU) return notFound
  for (let position = start + 2; position < start + 6; position += 1) {
    if (!isHexDigit(byteAt(buffer, position, end))) return notFound
  }
  return start + 6
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66)
}

/** The byte, or -1 at and beyond `end`, so that the next line is never read as part of this one. */
function byteAt(buffer: Buffer, position: number, end: number): number {
  return position < end ? (buffer[position] ?? -1) : -1
}
