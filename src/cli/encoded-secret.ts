/**
 * Base64 of a text depends on what stands in front of it: `user:password` has three spellings of the password in it,
 * by the length of what precedes it. Each is given without the characters at its ends that others share.
 */
export function base64Cores(secret: string): readonly string[] {
  const cores = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
    const wholeCharacters = Math.floor((bytes.length * 8) / bitsPerCharacter)
    return bytes.toString('base64').slice(Math.ceil((before * 8) / bitsPerCharacter), wholeCharacters)
  })
  const spellings = cores.flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')])
  return [...new Set(spellings)].filter(({ length }) => length >= shortestCore)
}

const bitsPerCharacter = 6

/** Fewer characters come up in other texts by chance. */
const shortestCore = 4

/** Replaces each word of base64 that has this core in it, whole: its ends hold bits of the secret, too. */
export function replaceWords(text: string, core: string, replacement: string): string {
  const parts: string[] = []
  let copied = 0
  for (let found = text.indexOf(core); found !== -1; found = text.indexOf(core, copied)) {
    let start = found
    while (start > copied && /[A-Za-z0-9+/_-]/.test(text.charAt(start - 1))) start -= 1
    let end = found + core.length
    while (end < text.length && /[A-Za-z0-9+/_=-]/.test(text.charAt(end))) end += 1
    parts.push(text.slice(copied, start), replacement)
    copied = end
  }
  return parts.length === 0 ? text : [...parts, text.slice(copied)].join('')
}
