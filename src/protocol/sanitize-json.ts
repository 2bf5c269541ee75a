import { isUtf8 } from 'node:buffer'
import { decodeString, notFound, skipColon, skipString, skipValue, skipWhitespace } from './scan-json.ts'

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const letterU = 0x75
const openBrace = 0x7b

/** What a record's `data` became, and the top-level fields that differ from what was sent. */
export type SanitizedJson = { readonly data: Buffer; readonly changedFields: readonly string[] }

/**
 * Whether the bytes hold something that most databases refuse in text although JSON allows it: the escape
 * of a NUL or of half a surrogate pair, or bytes that are not UTF-8. True also for whole surrogate pairs,
 * which need no change. Cheap enough for every record; a range of many records can be asked about at once.
 */
export function needsSanitizing(buffer: Buffer, start: number, end: number): boolean {
  const bytes = buffer.subarray(start, end)
  let position = bytes.indexOf(backslash)
  while (position !== -1) {
    const code = escapedCode(bytes, position)
    if (code === 0 || isSurrogate(code)) return true
    position = bytes.indexOf(backslash, position + 2)
  }
  return !isUtf8(bytes)
}

/**
 * Removes NUL characters from all keys and strings, and puts U+FFFD in the place of half surrogate pairs
 * and of bytes that are not UTF-8. Every other byte stays, and valid JSON stays valid. Two keys that
 * differ only by a NUL become equal.
 * @param buffer holds a JSON object from `start` up to `end`; after a place that is not JSON nothing is changed
 */
export function sanitizeJson(buffer: Buffer, start: number, end: number): SanitizedJson {
  const changedFields = new Set<string>()
  const parts: Buffer[] = []
  let copied = start
  for (const member of membersOf(buffer, start, end)) {
    const clean = cleanText(buffer.subarray(member.start, member.end))
    if (clean === undefined) continue
    parts.push(buffer.subarray(copied, member.start), clean)
    copied = member.end
    changedFields.add(decodeString(clean, 0, skipString(clean, 0, clean.length)) ?? '')
  }
  parts.push(buffer.subarray(copied, end))
  return { data: Buffer.concat(parts), changedFields: [...changedFields] }
}

/** A key of the catalog as records have it after `sanitizeJson`; SQL has no NUL either. */
export function storedKey(key: string): string {
  return key.replaceAll('\u0000', '').toWellFormed()
}

/** A key (with its quotes) and its value, as places in the bytes. */
export type Member = { readonly start: number; readonly keyEnd: number; readonly end: number }

/** The members of a JSON object, none of those inside of them; up to a place that is not JSON. */
export function* membersOf(buffer: Buffer, start: number, end: number): Generator<Member> {
  let member = firstMember(buffer, start, end)
  while (member !== undefined) {
    yield member
    member = nextMember(buffer, member, end)
  }
}

function firstMember(buffer: Buffer, start: number, end: number): Member | undefined {
  const brace = skipWhitespace(buffer, start, end)
  return buffer[brace] === openBrace
    ? readMember(buffer, skipWhitespace(buffer, brace + 1, end), end)
    : undefined
}

function nextMember(buffer: Buffer, member: Member, end: number): Member | undefined {
  const position = skipWhitespace(buffer, member.end, end)
  if (buffer[position] !== comma) return undefined
  return readMember(buffer, skipWhitespace(buffer, position + 1, end), end)
}

function readMember(buffer: Buffer, start: number, end: number): Member | undefined {
  if (start === end || buffer[start] !== quote) return undefined
  const keyEnd = skipString(buffer, start, end)
  const valueStart = keyEnd === notFound ? notFound : skipColon(buffer, keyEnd, end)
  const valueEnd = valueStart === notFound ? notFound : skipValue(buffer, valueStart, end)
  return valueEnd === notFound ? undefined : { start, keyEnd, end: valueEnd }
}

/** `undefined` where nothing has to change. */
function cleanText(text: Buffer): Buffer | undefined {
  if (isUtf8(text)) return cleanEscapes(text)
  // Decoding puts U+FFFD in the place of what is not UTF-8.
  const decoded = Buffer.from(text.toString('utf8'))
  return cleanEscapes(decoded) ?? decoded
}

const escapeBytes = 6
const replacementEscape = Buffer.from('\\ufffd')

function cleanEscapes(text: Buffer): Buffer | undefined {
  const parts: Buffer[] = []
  let copied = 0
  let position = text.indexOf(backslash)
  while (position !== -1) {
    const kept = keptEscapeBytes(text, position)
    if (kept === 0) {
      parts.push(text.subarray(copied, position))
      if (escapedCode(text, position) !== 0) parts.push(replacementEscape)
      copied = position + escapeBytes
    }
    position = text.indexOf(backslash, kept === 0 ? copied : position + kept)
  }
  if (copied === 0) return undefined
  return Buffer.concat([...parts, text.subarray(copied)])
}

/** Length of the escape, or of two that form a surrogate pair; 0 where it must go. */
function keptEscapeBytes(text: Buffer, position: number): number {
  const code = escapedCode(text, position)
  if (code === 0) return 0
  if (!isSurrogate(code)) return 2
  const isPair = isHighSurrogate(code) && isLowSurrogate(escapedCode(text, position + escapeBytes))
  return isPair ? 2 * escapeBytes : 0
}

/** The code unit of a `\uXXXX` escape; -1 where another escape, or none, is at the position. */
function escapedCode(bytes: Buffer, position: number): number {
  if (bytes[position] !== backslash || bytes[position + 1] !== letterU) return -1
  const code = Number.parseInt(bytes.toString('latin1', position + 2, position + escapeBytes), 16)
  return Number.isNaN(code) ? -1 : code
}

function isSurrogate(code: number): boolean {
  return isHighSurrogate(code) || isLowSurrogate(code)
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}
