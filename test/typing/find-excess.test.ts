import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findExcess } from '../../src/typing/find-excess.ts'

const limits = {
  acceptsNumber: (text: string) => text !== '1e9' && text !== '-0.5E+3',
  maximumStringBytes: 8,
  maximumDepth: 3,
}

const find = (text: string, own = limits) => {
  const bytes = Buffer.from(`!!${text}!!`)
  return findExcess(bytes, 2, bytes.length - 2, own)
}

describe('findExcess', () => {
  it.each([
    ['null', undefined],
    ['1', undefined],
    ['1e9', 'number'],
    ['[1,2,{"a":-0.5E+3}]', 'number'],
    ['"1e9"', undefined],
    ['{"1e9":1}', undefined],
    ['"12345678"', undefined],
    ['"123456789"', 'string'],
    ['{"123456789":1}', 'string'],
    ['["\\u0041\\u0041\\n\\""]', undefined],
    ['"\\n\\n\\n\\n\\n\\n\\n\\n"', undefined],
    ['"\\n\\n\\n\\n\\n\\n\\n\\n\\n"', 'string'],
    ['"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"', undefined],
    ['"éééé"', undefined],
    ['"ééééx"', 'string'],
    ['"\\u00e9\\u00e9\\u00e9\\u00e9"', undefined],
    ['"\\u00e9\\u00e9\\u00e9\\u00e9x"', 'string'],
    ['"\\u6f22\\u6f22xx"', undefined],
    ['"\\u6f22\\u6f22xxx"', 'string'],
    ['"\\ud83d\\ude00\\ud83d\\ude00"', undefined],
    ['"\\ud83d\\ude00\\ud83d\\ude00x"', 'string'],
    ['[[[1]]]', undefined],
    ['[[[[1]]]]', 'depth'],
    ['[{"a":[{}]}]', 'depth'],
    ['[[[]],[[]],[[]]]', undefined],
    ['"[[[["', undefined],
  ])('in %s: %s', (text, expected) => {
    expect(find(text)).toBe(expected)
  })

  it('property: counts the bytes of a string as the string itself has them', () => {
    const ascii = (text: string) =>
      JSON.stringify(text).replace(
        /[\u0080-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, isEscaped) => {
        const bytes = Buffer.byteLength(text)
        const json = isEscaped ? ascii(text) : JSON.stringify(text)
        expect(find(json, { ...limits, maximumStringBytes: bytes })).toBeUndefined()
        if (bytes > 0) expect(find(json, { ...limits, maximumStringBytes: bytes - 1 })).toBe('string')
      }),
    )
  })
})
