import { notFound } from './scan-json.ts'

// Constants of this module, not of a shared one: V8 folds them into the loops below only when they are local.
const quote = 0x22
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** The bytes of a buffer as words: four of them at a time are looked at in a third less time than one by one. */
export function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
}

/**
 * The position after the container that begins at `start`, found by counting brackets outside of strings.
 * Does not check anything else: for the hot path, where the database or a later check reads the bytes.
 * @param view of the same buffer
 */
export function skipBalanced(buffer: Buffer, view: DataView, start: number, end: number): number {
  let depth = 0
  let position = start
  while (position < end) {
    const byte = buffer[position] ?? 0
    position += 1
    if (byte === quote) {
      position = skipText(buffer, view, position, end)
    } else if (byte >= openBracket) {
      // Digits, commas, colons and whitespace are smaller and need no further look.
      if (byte === openBrace || byte === openBracket) depth += 1
      else if (byte === closeBrace || byte === closeBracket) depth -= 1
      if (depth === 0) return position
    }
  }
  return notFound
}

const wordBytes = 4
const quotes = 0x22222222
const backslashes = 0x5c5c5c5c
const lowBits = 0x01010101
const highBits = 0x80808080

/**
 * From the content of a string to the position after its closing quote; beyond `end` where there is none.
 * @param view of the same buffer
 */
export function skipText(buffer: Buffer, view: DataView, start: number, end: number): number {
  const lastWord = end - wordBytes
  let position = start
  while (position < end) {
    while (position <= lastWord) {
      const word = view.getInt32(position)
      // A byte is zero where it is the one that is looked for; subtracting 1 then borrows from its highest bit.
      const fromQuote = word ^ quotes
      const fromBackslash = word ^ backslashes
      const found = ((fromQuote - lowBits) & ~fromQuote) | ((fromBackslash - lowBits) & ~fromBackslash)
      if ((found & highBits) !== 0) break
      position += wordBytes
    }
    while (position < end) {
      const byte = buffer[position] ?? 0
      if (byte === quote) return position + 1
      position += 1
      if (byte !== backslash) continue
      position += 1
      break
    }
  }
  return end + 1
}

/** Bytes with their view, for those that are looked at again and again. */
export type ViewedBytes = { readonly bytes: Buffer; readonly view: DataView }

export function withView(bytes: Buffer): ViewedBytes {
  return { bytes, view: viewOf(bytes) }
}

/**
 * Whether the bytes at `start` are those of `known` from `knownStart` on. From behind, where names differ sooner.
 * @param view of the same buffer
 */
export function startsWith(
  buffer: Buffer,
  view: DataView,
  start: number,
  known: ViewedBytes,
  knownStart: number,
  length: number,
): boolean {
  let index = length - wordBytes
  for (; index >= 0; index -= wordBytes) {
    if (view.getInt32(start + index) !== known.view.getInt32(knownStart + index)) return false
  }
  for (index += wordBytes - 1; index >= 0; index -= 1) {
    if (buffer[start + index] !== known.bytes[knownStart + index]) return false
  }
  return true
}

/** Copies a few dozen bytes, which words do sooner than a call of `Buffer.copy`. */
export function copyWords(
  source: DataView,
  start: number,
  length: number,
  target: DataView,
  offset: number,
): void {
  const words = length - wordBytes
  let index = 0
  for (; index <= words; index += wordBytes) target.setInt32(offset + index, source.getInt32(start + index))
  for (; index < length; index += 1) target.setUint8(offset + index, source.getUint8(start + index))
}
