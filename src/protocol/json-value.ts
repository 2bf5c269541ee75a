/** A JSON number by its text, so that no digit is lost. */
export class JsonNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** JSON without loss: numbers keep their text, objects keep the order of their keys (also `"2"` before `"1"`). */
export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | JsonObject

export type JsonObject = Map<string, JsonValue>

/** What `toPlain` makes. Objects have no prototype, so a key named `__proto__` is a key like any other. */
export type PlainJson =
  | null
  | boolean
  | string
  | number
  | bigint
  | readonly PlainJson[]
  | { readonly [key: string]: PlainJson }

/**
 * Levels of nesting that `parseJson` follows: far more than schemas, configurations and states have, and
 * few enough that hostile text cannot overflow the stack.
 */
export const maximumJsonDepth = 1000

/** Says where a text stops being JSON and what was expected there; never what the text contains. */
export class JsonSyntaxError extends SyntaxError {
  /** 0-based index into the text, in UTF-16 units. */
  readonly position: number

  constructor(problem: string, position: number) {
    super(`${problem} at position ${position}`)
    this.name = 'JsonSyntaxError'
    this.position = position
  }
}

/**
 * Parses exactly the texts that RFC 8259 allows. Of a key that an object repeats, the last value counts.
 * Throws a `JsonSyntaxError`, which the caller wraps in the terms of what it was reading.
 */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text).readDocument()
}

/** Writes JSON without spaces; the inverse of `parseJson`. */
export function stringifyJson(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.text
  if (Array.isArray(value)) return `[${value.map(stringifyJson).join(',')}]`
  if (value instanceof Map) return `{${Array.from(value, stringifyMember).join(',')}}`
  return JSON.stringify(value)
}

/**
 * Ordinary JavaScript values, for schema validation. Integers that a number cannot hold exactly become
 * `bigint`; fractions and exponents become the nearest number, which may be infinite.
 */
export function toPlain(value: JsonValue): PlainJson {
  if (value instanceof JsonNumber) return toPlainNumber(value.text)
  if (Array.isArray(value)) return value.map(toPlain)
  if (!(value instanceof Map)) return value
  const plain: { [key: string]: PlainJson } = Object.create(null)
  for (const [key, member] of value) plain[key] = toPlain(member)
  return plain
}

function stringifyMember([key, value]: readonly [string, JsonValue]): string {
  return `${JSON.stringify(key)}:${stringifyJson(value)}`
}

function toPlainNumber(text: string): number | bigint {
  const number = Number(text)
  if (Number.isSafeInteger(number) || !/^-?\d+$/.test(text)) return number
  return BigInt(text)
}

const whitespacePattern = /[ \t\n\r]*/y
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** A run of characters that mean themselves: no quote, no backslash, no control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these characters in strings
const literalPattern = /[^"\\\u0000-\u001f]*/y
const escapePattern = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

const simpleEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class JsonReader {
  readonly #text: string
  #position = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  readDocument(): JsonValue {
    const value = this.#readValue()
    this.#skipWhitespace()
    if (this.#position < this.#text.length) this.#fail('unexpected text after the value')
    return value
  }

  #readValue(): JsonValue {
    this.#skipWhitespace()
    switch (this.#text[this.#position]) {
      case '{':
        return this.#readObject()
      case '[':
        return this.#readArray()
      case '"':
        return this.#readString()
      case 't':
        return this.#readWord('true', true)
      case 'f':
        return this.#readWord('false', false)
      case 'n':
        return this.#readWord('null', null)
      default:
        return this.#readNumber()
    }
  }

  #readObject(): JsonObject {
    const object: JsonObject = new Map()
    this.#open()
    if (this.#accept('}')) return this.#close(object)
    do {
      this.#skipWhitespace()
      if (this.#text[this.#position] !== '"') this.#fail('expected a key in double quotes')
      const key = this.#readString()
      if (!this.#accept(':')) this.#fail('expected a colon')
      object.set(key, this.#readValue())
    } while (this.#accept(','))
    if (!this.#accept('}')) this.#fail('expected a comma or a closing brace')
    return this.#close(object)
  }

  #readArray(): JsonValue[] {
    const array: JsonValue[] = []
    this.#open()
    if (this.#accept(']')) return this.#close(array)
    do {
      array.push(this.#readValue())
    } while (this.#accept(','))
    if (!this.#accept(']')) this.#fail('expected a comma or a closing bracket')
    return this.#close(array)
  }

  #readString(): string {
    this.#position += 1
    let value = this.#match(literalPattern)
    while (this.#text[this.#position] === '\\') {
      value += this.#readEscape() + this.#match(literalPattern)
    }
    if (this.#text[this.#position] !== '"') this.#fail('unterminated string or raw control character')
    this.#position += 1
    return value
  }

  #readEscape(): string {
    const found = this.#match(escapePattern)
    if (found === '') this.#fail('unknown escape')
    const letter = found.charAt(1)
    if (letter === 'u') return String.fromCharCode(Number.parseInt(found.slice(2), 16))
    return simpleEscapes[letter] ?? letter
  }

  #readNumber(): JsonNumber {
    const text = this.#match(numberPattern)
    if (text === '') this.#fail('expected a value')
    return new JsonNumber(text)
  }

  #readWord<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#position)) this.#fail('expected a value')
    this.#position += word.length
    return value
  }

  #open(): void {
    if (this.#depth === maximumJsonDepth) this.#fail(`nesting deeper than ${maximumJsonDepth} levels`)
    this.#depth += 1
    this.#position += 1
  }

  #close<Value>(value: Value): Value {
    this.#depth -= 1
    return value
  }

  #accept(character: string): boolean {
    this.#skipWhitespace()
    if (this.#text[this.#position] !== character) return false
    this.#position += 1
    return true
  }

  #skipWhitespace(): void {
    this.#match(whitespacePattern)
  }

  /** Moves over what the sticky pattern finds here and returns it: the empty text where it finds nothing. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#position += found.length
    return found
  }

  #fail(problem: string): never {
    throw new JsonSyntaxError(problem, this.#position)
  }
}
