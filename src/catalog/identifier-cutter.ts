/**
 * Cuts names to a number of UTF-8 bytes, as warehouses count them, never through a code point. For
 * implementers of `NamingRules`.
 */
export function createIdentifierCutter(maxBytes: number): (text: string) => string {
  return (text) => {
    let bytes = 0
    let end = 0
    for (const character of text) {
      bytes += utf8Bytes(character.codePointAt(0) ?? 0)
      if (bytes > maxBytes) return text.slice(0, end)
      end += character.length
    }
    return text
  }
}

function utf8Bytes(codePoint: number): number {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x800) return 2
  return codePoint < 0x10000 ? 3 : 4
}
