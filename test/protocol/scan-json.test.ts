import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeString, findMember, isValidJson, notFound, skipValue } from '../../src/protocol/scan-json.ts'
import { skipBalanced, viewOf } from '../../src/protocol/skip-balanced.ts'

const pieces = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a"',
    '"',
    '\\',
    'u00',
    '1',
    '0',
    '-',
    '.',
    'e+',
    'E',
    'true',
    'false',
    'null',
    'nul',
  ],
  ...[
    ' ',
    '\t',
    '\n',
    '\r',
    '\f',
    '\u00a0',
    '\ufeff',
    '\u0000',
    '"\\u0000"',
    '"\u001f"',
    '"\\x"',
    '{}',
    '"é😀"',
    '"\\"',
  ],
)
const soup = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''))
const spacedJson = fc
  .tuple(fc.json(), fc.constantFrom('', '  ', '\t'))
  .map(([text, indent]) => JSON.stringify(JSON.parse(text), null, indent))

describe('isValidJson', () => {
  it('agrees with JSON.parse on arbitrary token sequences', () => {
    fc.assert(
      fc.property(soup, (text) => {
        expect(isValid(text)).toBe(parses(text))
      }),
      { numRuns: 20_000 },
    )
  })

  it('agrees with JSON.parse on JSON with one byte changed', () => {
    fc.assert(
      fc.property(
        spacedJson,
        fc.nat(),
        fc.constantFrom(...'{}[],:"\\0e-x \u0001'),
        (text, seed, character) => {
          const position = seed % text.length
          const changed = text.slice(0, position) + character + text.slice(position + 1)
          expect(isValid(changed)).toBe(parses(changed))
        },
      ),
      { numRuns: 5_000 },
    )
  })

  it('reads only its range', () => {
    const buffer = Buffer.from('x{"a":1}}')
    expect(isValidJson(buffer, 1, 8)).toBe(true)
    expect(isValidJson(buffer, 1, 7)).toBe(false)
    expect(isValidJson(buffer, 1, 9)).toBe(false)
  })

  it('needs no stack for deep nesting', () => {
    expect(isValid('['.repeat(1_000_000) + ']'.repeat(1_000_000))).toBe(true)
    expect(isValid('{"a":'.repeat(100_000))).toBe(false)
  })
})

describe('skipBalanced', () => {
  it('ends where skipValue ends, for every valid container', () => {
    fc.assert(
      fc.property(spacedJson, fc.constantFrom('', '}', ',"a":{}}'), (text, rest) => {
        const buffer = Buffer.from(`{"key":${text}}${rest}`)
        expect(skipBalanced(buffer, viewOf(buffer), 0, buffer.length)).toBe(
          skipValue(buffer, 0, buffer.length),
        )
      }),
    )
  })

  it.each(['{"a":"\\"}', '{"a":"\\\\\\"}', '{"a":"}', '{', '{"a":[}', '{"a\\'])(
    'finds no end in %j',
    (text) => {
      const buffer = Buffer.from(`${text}"}}}}`)
      expect(skipBalanced(buffer, viewOf(buffer), 0, Buffer.byteLength(text))).toBe(notFound)
    },
  )

  it.each([10, 31, 32, 33, 500])('finds the end of strings of %i characters', (length) => {
    for (const tail of ['', '\\"', '\\\\', '\\\\\\"', '\\\\\\\\', '{', '}', '\\"}']) {
      const text = `{"a":"${'x'.repeat(length)}${tail}"}`
      const buffer = Buffer.from(`${text},"b":"}"}`)
      expect(skipBalanced(buffer, viewOf(buffer), 0, buffer.length)).toBe(text.length)
    }
  })
})

describe('findMember', () => {
  it.each([
    ['{"a":1,"b":[2]}', 'b', '[2]'],
    [' {"a":1}', 'a', undefined],
    ['{ "a" : {"b":1} , "b" : "x" }', 'b', '"x"'],
    ['{"a":1,"\\u0061":2}', 'a', '2'],
    ['{"é":1}', 'é', '1'],
    ['{}', 'a', undefined],
    ['["a"]', 'a', undefined],
  ])('in %s finds %s', (text, key, expected) => {
    const buffer = Buffer.from(text)
    const range = findMember(buffer, 0, buffer.length, key)
    expect(range && buffer.toString('utf8', range.start, range.end)).toBe(expected)
  })
})

describe('decodeString', () => {
  it.each([
    ['"a\\u00e9\\n\\"é"', 'aé\n"é'],
    ['"a', undefined],
    ['"a"b', undefined],
    ['1', undefined],
  ])('decodes %s', (text, expected) => {
    const buffer = Buffer.from(text)
    expect(decodeString(buffer, 0, buffer.length)).toBe(expected)
  })
})

function isValid(text: string): boolean {
  const buffer = Buffer.from(text)
  return isValidJson(buffer, 0, buffer.length)
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
