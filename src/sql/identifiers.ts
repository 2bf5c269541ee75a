import { createHash } from 'node:crypto'

/** Hex digits of the hash that keeps shortened names apart: 8 digits, one chance in 4 billion. */
const hashDigits = 8

/**
 * Appends a suffix to a name that may already be as long as the warehouse allows. Where it does not fit,
 * the name is cut and a hash of the whole name goes between, so that two long names never share a
 * temporary table. (Servers that cut silently would make the temporary table *be* the real one.)
 */
export function withSuffix(name: string, suffix: string, maxBytes: number): string {
  if (Buffer.byteLength(name + suffix) <= maxBytes) return name + suffix
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashDigits)
  const tail = `_${hash}${suffix}`
  return cutToBytes(name, maxBytes - Buffer.byteLength(tail)) + tail
}

/** The longest prefix of whole code points that fits in `maxBytes` of UTF-8. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  let bytes = 0
  let length = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    length += character.length
  }
  return text.slice(0, length)
}
