import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { needsSanitizing, sanitizeJson } from '../../src/protocol/sanitize-json.ts'

/** Strings of every kind of code unit that matters here. */
const nastyString = fc
  .array(
    fc.constantFrom('a', '"', '\\', 'u0000', '\u0000', '\ud83d', '\ude00', '\u00e9', '\n', '😀', '\ufffd'),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))

/**
 * `JSON.parse` of V8 13.6 may take a key with an escape (`"\ufffd"`) for an earlier key that has a backslash
 * in the same place (`"\\"`); so no key has a backslash here, or the oracle would err.
 */
const nastyKey = nastyString.filter((key) => !cleanString(key).includes('\\'))

const { value: nastyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 12.5),
    nastyString,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(nastyKey, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const nastyObject = fc.dictionary(nastyKey, nastyValue, { maxKeys: 5, noNullPrototype: true })
const spacing = fc.constantFrom(undefined, 1)

describe('sanitizeJson', () => {
  it.each([
    ['a NUL in a string', '{"a":"x\\u0000y","b":"ok"}', '{"a":"xy","b":"ok"}', ['a']],
    ['several NULs', '{"a":"\\u0000\\u0000","b":"\\u0000"}', '{"a":"","b":""}', ['a', 'b']],
    ['a NUL in a key', '{"a\\u0000b":1}', '{"ab":1}', ['ab']],
    [
      'NULs deep inside',
      '{"a":[{"b":["\\u0000x"],"\\u0000":2}],"c":1}',
      '{"a":[{"b":["x"],"":2}],"c":1}',
      ['a'],
    ],
    ['an escaped backslash before u0000', '{"a":"\\\\u0000"}', '{"a":"\\\\u0000"}', []],
    ['an escaped backslash before a NUL', '{"a":"\\\\\\u0000"}', '{"a":"\\\\"}', ['a']],
    ['a whole surrogate pair', '{"a":"\\ud83d\\uDE00"}', '{"a":"\\ud83d\\uDE00"}', []],
    ['a lone high surrogate', '{"a":"\\uD83Dx"}', '{"a":"\\ufffdx"}', ['a']],
    ['a lone low surrogate', '{"a":"x\\ude00"}', '{"a":"x\\ufffd"}', ['a']],
    [
      'two high surrogates and a low one',
      '{"a":"\\ud83d\\ud83d\\ude00"}',
      '{"a":"\\ufffd\\ud83d\\ude00"}',
      ['a'],
    ],
    ['halves with a NUL between them', '{"a":"\\ud83d\\u0000\\ude00"}', '{"a":"\\ufffd\\ufffd"}', ['a']],
    ['other escapes', '{"a":"\\u0001\\n\\u00e9\\uffff"}', '{"a":"\\u0001\\n\\u00e9\\uffff"}', []],
    ['whitespace around', ' { "a" : "\\u0000" , "b":[ ] } ', ' { "a" : "" , "b":[ ] } ', ['a']],
    ['numbers', '{"a":12345678901234567890.10,"b":"\\u0000"}', '{"a":12345678901234567890.10,"b":""}', ['b']],
    ['an empty object', '{}', '{}', []],
    ['keys that become equal', '{"a":1,"a\\u0000":2}', '{"a":1,"a":2}', ['a']],
  ])('with %s', (_name, text, expected, changedFields) => {
    expect(sanitize(Buffer.from(text))).toEqual({ text: expected, changedFields })
  })

  it('replaces bytes that are not UTF-8, only in the fields that have them', () => {
    const bytes = Buffer.from('{"a":"x?y","é":"\\u0000é?","c":"é"}').map((byte) =>
      byte === 0x3f ? 0xff : byte,
    )
    expect(sanitize(Buffer.from(bytes))).toEqual({
      text: '{"a":"x\ufffdy","é":"é\ufffd","c":"é"}',
      changedFields: ['a', 'é'],
    })
  })

  it('does to the text what removing and replacing characters does to the values', () => {
    fc.assert(
      fc.property(nastyObject, spacing, (value, indent) => {
        const { text } = sanitize(Buffer.from(JSON.stringify(value, null, indent)))
        expect(JSON.parse(text)).toEqual(clean(value))
      }),
      { numRuns: 3000 },
    )
  })

  it('names exactly the top-level fields whose content changed', () => {
    fc.assert(
      fc.property(nastyObject, (value) => {
        const { changedFields } = sanitize(Buffer.from(JSON.stringify(value)))
        const changed = Object.entries(value).filter(
          ([key, member]) => cleanString(key) !== key || !same(member, clean(member)),
        )
        expect(new Set(changedFields)).toEqual(new Set(changed.map(([key]) => cleanString(key))))
      }),
      { numRuns: 3000 },
    )
  })

  it('changes nothing the second time, and nothing that needs no change', () => {
    fc.assert(
      fc.property(nastyObject, spacing, (value, indent) => {
        const { text } = sanitize(Buffer.from(JSON.stringify(value, null, indent)))
        expect(sanitize(Buffer.from(text))).toEqual({ text, changedFields: [] })
      }),
    )
  })

  it('leaves broken JSON as it is', () => {
    expect(sanitize(Buffer.from('{"a":tru,"b":"\\u0000"}'))).toEqual({
      text: '{"a":tru,"b":"\\u0000"}',
      changedFields: [],
    })
  })
})

describe('needsSanitizing', () => {
  it.each([
    ['{"a":"b"}', false],
    ['{"a":"\\n\\u0001\\u00e9é"}', false],
    ['{"a":"\\\\u0000"}', false],
    ['{"a":"\\\\ud800"}', false],
    ['{"a":"\\u0000"}', true],
    ['{"a":"\\\\\\u0000"}', true],
    ['{"a\\uDC00":1}', true],
  ])('of %s is %s', (text, expected) => {
    const buffer = Buffer.from(`\\u0000${text}\\u0000`)
    expect(needsSanitizing(buffer, 6, buffer.length - 6)).toBe(expected)
  })

  it('sees bytes that are not UTF-8', () => {
    const buffer = Buffer.concat([Buffer.from('{"a":"é'), Buffer.from([0xc3]), Buffer.from('"}')])
    expect(needsSanitizing(buffer, 0, buffer.length)).toBe(true)
  })

  it('never overlooks text that would change', () => {
    fc.assert(
      fc.property(nastyObject, (value) => {
        const buffer = Buffer.from(JSON.stringify(value))
        const { changedFields } = sanitizeJson(buffer, 0, buffer.length)
        expect(changedFields.length > 0 && !needsSanitizing(buffer, 0, buffer.length)).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })
})

function sanitize(bytes: Buffer): { text: string; changedFields: readonly string[] } {
  const buffer = Buffer.concat([Buffer.from('\\u0000"'), bytes, Buffer.from('"\\u0000')])
  const { data, changedFields } = sanitizeJson(buffer, 7, 7 + bytes.length)
  return { text: data.toString(), changedFields }
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanString(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [cleanString(key), clean(member)]))
}

function cleanString(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '')
}

function same(first: unknown, second: unknown): boolean {
  return JSON.stringify(first) === JSON.stringify(second)
}
