/**
 * Takes JSON text apart without reading its values, so that numbers keep every digit and every spelling
 * (`0.0`, `1e5`) on their way into the records. The text must be valid JSON.
 */

/** The texts of an array's items. */
export function splitArray(text: string): readonly string[] {
  const items: string[] = []
  let position = enter(text, '[')
  while (text[position] !== ']') {
    const end = valueEnd(text, position)
    items.push(text.slice(position, end))
    position = nextMember(text, end)
  }
  return items
}

/** The texts of an object's values by their keys, in the object's order. */
export function splitObject(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>()
  let position = enter(text, '{')
  while (text[position] !== '}') {
    const keyEnd = valueEnd(text, position)
    const key = String(JSON.parse(text.slice(position, keyEnd)))
    const start = skipBlanks(text, skipBlanks(text, keyEnd) + 1)
    const end = valueEnd(text, start)
    members.set(key, text.slice(start, end))
    position = nextMember(text, end)
  }
  return members
}

/** The inverse of `splitObject`. */
export function joinObject(members: Iterable<readonly [string, string]>): string {
  return `{${Array.from(members, ([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`
}

/** Line breaks occur only between the tokens of JSON, never inside a string. */
export function toOneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, ' ')
}

function enter(text: string, bracket: string): number {
  const start = skipBlanks(text, 0)
  if (text[start] !== bracket) throw new SyntaxError(`JSON text does not start with ${bracket}`)
  return skipBlanks(text, start + 1)
}

/** The position of the next item or key, or of the closing bracket. */
function nextMember(text: string, end: number): number {
  const position = skipBlanks(text, end)
  return text[position] === ',' ? skipBlanks(text, position + 1) : position
}

function skipBlanks(text: string, start: number): number {
  let position = start
  while (text.charCodeAt(position) <= 0x20) position += 1
  return position
}

function valueEnd(text: string, start: number): number {
  const first = text[start]
  if (first === undefined) throw new SyntaxError('JSON text ends too early')
  if (first === '"') return stringEnd(text, start)
  return first === '{' || first === '[' ? bracketEnd(text, start) : scalarEnd(text, start)
}

function stringEnd(text: string, start: number): number {
  let position = start + 1
  while (text[position] !== '"') {
    if (position >= text.length) throw new SyntaxError('JSON text ends inside a string')
    position += text[position] === '\\' ? 2 : 1
  }
  return position + 1
}

function bracketEnd(text: string, start: number): number {
  let depth = 0
  let position = start
  do {
    const character = text[position]
    if (character === undefined) throw new SyntaxError('JSON text ends inside brackets')
    if (character === '{' || character === '[') depth += 1
    if (character === '}' || character === ']') depth -= 1
    position = character === '"' ? stringEnd(text, position) : position + 1
  } while (depth > 0)
  return position
}

function scalarEnd(text: string, start: number): number {
  let position = start
  while (position < text.length && !',]} \t\r\n'.includes(text.charAt(position))) position += 1
  return position
}
