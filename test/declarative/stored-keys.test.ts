import fc from 'fast-check'
import { expect, it } from 'vitest'
import { spellKey, spellKeys } from '../../src/declarative/sql/stored-keys.ts'
import { parseJson } from '../../src/protocol/json-value.ts'

it.each([
  ['{"pr\\u00e9nom":"\\u00e9","a":1}', '{"prénom":"\\u00e9","a":1}'],
  ['{ "a\\/b" : {"c\\/d":1} }', '{ "a/b" : {"c\\/d":1} }'],
  ['{"-1":"-1","\\u002d2":2,"a-":3}', '{"\\u002d1":"-1","\\u002d2":2,"a-":3}'],
  ['{"a":"-","b":"\\\\"}', '{"a":"-","b":"\\\\"}'],
  ['{"say \\"no\\"":1,"\\u000a":2}', '{"say \\"no\\"":1,"\\n":2}'],
])('%s is stored as %s', (sent, stored) => {
  expect(spellKeys(Buffer.from(sent)).toString()).toBe(stored)
})

/** A text as JSON with any of its characters escaped. */
function escapeSome(text: string, isEscaped: readonly boolean[]): string {
  const units = Array.from({ length: text.length }, (_, index) => {
    const code = text.charCodeAt(index)
    const isSpecial = code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code < 0xe000)
    return isSpecial || isEscaped[index % isEscaped.length]
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : text[index]
  })
  return `"${units.join('')}"`
}

it('every key is found by its spelling, and nothing else changes', () => {
  const key = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('-', '-a', '"', '\\', ''),
  )
  const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.array(fc.tuple(key, flags, fc.jsonValue()), { maxLength: 5 }), (members) => {
      const values = members.map(([, , value]) => JSON.stringify(value))
      const join = (keys: readonly string[]) =>
        `{${keys.map((one, index) => `${one}:${values[index]}`).join(',')}}`
      const sent = join(members.map(([name, isEscaped]) => escapeSome(name, isEscaped)))
      const stored = join(members.map(([name]) => spellKey(name)))
      expect(spellKeys(Buffer.from(sent)).toString()).toBe(stored)
      expect(parseJson(stored)).toEqual(parseJson(sent))
    }),
    { numRuns: 500 },
  )
})
