import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  JsonNumber,
  JsonSyntaxError,
  type JsonValue,
  maximumJsonDepth,
  parseJson,
  stringifyJson,
  toPlain,
} from '../../src/protocol/json-value.ts'

const numberText = fc.oneof(
  fc.bigInt().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom('-0', '0.10', '1E+5', '1e-7', '12345678901234567890.000000000000000000001'),
)

const anyString = fc.string({ unit: 'binary' })

const { value: jsonValue } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>(null, true, false),
    anyString,
    numberText.map((text) => new JsonNumber(text)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(anyString, tie('value')), { maxLength: 5 }).map((members) => new Map(members)),
  ),
}))

describe('parseJson', () => {
  it('undoes stringifyJson', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(parseJson(stringifyJson(value))).toEqual(value)
      }),
    )
  })

  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t', '\r\n'), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent)
        expect(JSON.parse(stringifyJson(parseJson(spaced)))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('accepts and refuses the same texts as JSON.parse', () => {
    const pieces = fc.constantFrom(
      ...['{', '}', '[', ']', ':', ',', '"a"', '"', '\\', 'u00', '1', '0', '-', '.', 'e+', 'true', 'nul'],
      ...[' ', '\t', '\n', '\r', '\f', '\u00a0', '\ufeff', '\u0000', '"\\u0000"', '"\u001f"', '"\\x"', '{}'],
    )
    const soup = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(soup, (text) => {
        expect(outcome(parseJson, text)).toBe(outcome(JSON.parse, text))
      }),
      { numRuns: 20_000 },
    )
  })

  it.each([
    ['a big integer', '9007199254740993123'],
    ['a long decimal', '0.1000000000000000055511151231257827'],
    ['an exponent', '-1E+400'],
    ['negative zero', '-0'],
  ])('keeps every digit of %s', (_name, text) => {
    expect(parseJson(text)).toEqual(new JsonNumber(text))
  })

  it('keeps the order of keys, numbers among them', () => {
    expect(stringifyJson(parseJson('{"2":0,"b":0,"1":0,"__proto__":0}'))).toBe(
      '{"2":0,"b":0,"1":0,"__proto__":0}',
    )
  })

  it('lets the last of equal keys win', () => {
    expect(parseJson('{"a":"first","b":null,"\\u0061":"last"}')).toEqual(
      new Map<string, JsonValue>([
        ['a', 'last'],
        ['b', null],
      ]),
    )
  })

  it.each([
    ['', 'expected a value at position 0'],
    ['{"a" 1}', 'expected a colon at position 5'],
    ['{"a":1,}', 'expected a key in double quotes at position 7'],
    ['{"a":1 "b":2}', 'expected a comma or a closing brace at position 7'],
    ['[1 2]', 'expected a comma or a closing bracket at position 3'],
    ['"secret', 'unterminated string or raw control character at position 7'],
    ['"\\q"', 'unknown escape at position 1'],
    ['secret', 'expected a value at position 0'],
    ['01', 'unexpected text after the value at position 1'],
  ])('says where %j breaks, and nothing of its content', (text, message) => {
    expect(() => parseJson(text)).toThrow(message)
  })

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('reads %s down to its depth limit and refuses deeper ones', (_name, opening, closing) => {
    const nested = (depth: number) =>
      opening.repeat(depth) + (opening === '[' ? '' : '0') + closing.repeat(depth)
    expect(stringifyJson(parseJson(nested(maximumJsonDepth)))).toBe(nested(maximumJsonDepth))
    expect(() => parseJson(nested(maximumJsonDepth + 1))).toThrow(/nesting deeper than 1000 levels/)
    expect(() => parseJson(opening.repeat(1_000_000))).toThrow(JsonSyntaxError)
  })

  it('counts depth, not the number of containers', () => {
    const text = `[${'[],{},'.repeat(2 * maximumJsonDepth)}0]`
    expect(parseJson(text)).toHaveLength(4 * maximumJsonDepth + 1)
  })
})

describe('toPlain', () => {
  it.each<[string, unknown]>([
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993123', -9007199254740993123n],
    ['12.50', 12.5],
    ['1e3', 1000],
    ['1e400', Number.POSITIVE_INFINITY],
    ['[null,true,"x"]', [null, true, 'x']],
  ])('turns %s into an ordinary value', (text, expected) => {
    expect(toPlain(parseJson(text))).toEqual(expected)
  })

  it('agrees with JSON.parse where numbers are safe', () => {
    const text = '{"a":[1,{"b":"c"}],"d":{},"e":-0.5}'
    expect(JSON.stringify(toPlain(parseJson(text)))).toBe(text)
  })

  it('keeps dangerous keys as plain members of an object without a prototype', () => {
    const plain = toPlain(parseJson('{"__proto__":{"polluted":true},"constructor":1}'))
    expect(plain).toBeTypeOf('object')
    expect(Object.getPrototypeOf(plain)).toBeNull()
    expect(Object.keys(Object(plain))).toEqual(['__proto__', 'constructor'])
  })
})

function outcome(parse: (text: string) => unknown, text: string): 'accepted' | 'refused' {
  try {
    parse(text)
    return 'accepted'
  } catch {
    return 'refused'
  }
}
