import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinObject, splitArray, splitObject, toOneLine } from '../../demo/json-text.ts'

/** Valid JSON in the layouts that files have. */
const layouts = fc.constantFrom(undefined, 1, '\t', 4)

describe('splitArray', () => {
  it.each([
    ['[]', []],
    [' [ ] ', []],
    ['[1]', ['1']],
    ['[0.0, 1e5,-0 ,12345678901234567890]', ['0.0', '1e5', '-0', '12345678901234567890']],
    ['[{"a":[1,2]},[[]],null,true]', ['{"a":[1,2]}', '[[]]', 'null', 'true']],
    [String.raw`["a,b","]","\"","\\"]`, ['"a,b"', '"]"', String.raw`"\""`, String.raw`"\\"`]],
  ])('takes %s apart and keeps every spelling', (text, items) => {
    expect(splitArray(text)).toEqual(items)
  })

  it('finds the items of any array in any layout', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), layouts, (values, layout) => {
        const items = splitArray(JSON.stringify(values, null, layout))
        expect(items.map((item) => JSON.parse(item))).toEqual(JSON.parse(JSON.stringify(values)))
      }),
    )
  })

  it.each(['{}', '[1', '["a', '[{"a":1'])('refuses %s', (text) => {
    expect(() => splitArray(text)).toThrow(SyntaxError)
  })
})

describe('splitObject', () => {
  it('is the inverse of joinObject', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), layouts, (value, layout) => {
        const text = JSON.stringify(value, null, layout)
        expect(JSON.parse(joinObject(splitObject(text)))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('keeps the order of keys and the texts of values', () => {
    expect([...splitObject('{"b": 1.50, "US Gross" :{"x": [ ]}}')]).toEqual([
      ['b', '1.50'],
      ['US Gross', '{"x": [ ]}'],
    ])
  })
})

describe('toOneLine', () => {
  it('removes line breaks and changes no value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), layouts, (value, layout) => {
        const line = toOneLine(JSON.stringify(value, null, layout))
        expect(line).not.toMatch(/[\r\n]/)
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
