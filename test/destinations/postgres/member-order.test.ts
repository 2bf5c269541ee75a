import fc from 'fast-check'
import { viewOf } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { MemberOrder } from '../../../destinations/postgres/member-order.ts'

describe('members in the order of jsonb', () => {
  it.each([
    ['shorter keys first', '{"name":1,"id":2}', '{"id":2,"name":1}'],
    ['keys of one length by their bytes', '{"b":1,"a":2,"é":3,"zz":4}', '{"a":2,"b":1,"zz":4,"é":3}'],
    ['of equal keys the last one stays the last', '{"b":1,"a":2,"b":3}', '{"a":2,"b":1,"b":3}'],
    ['without space between members', '{ "b" : 1 ,\n"a":\t[1, 2] }', '{"a":\t[1, 2],"b" : 1}'],
    [
      'values of any kind',
      '{"long":{"x":"}","y":[{}]},"d":"a\\"},\\\\","c":-1.5e3,"b":null,"a":[]}',
      '{"a":[],"b":null,"c":-1.5e3,"d":"a\\"},\\\\","long":{"x":"}","y":[{}]}}',
    ],
  ])('%s', (_name, text, expected) => {
    expect(reorder(new MemberOrder(), text)).toBe(expected)
  })

  it.each([
    ['in order already', '{"a":1,"b":2,"aa":3}'],
    ['with one member', '{"a":1}'],
    ['without members', '{}'],
    ['with an escape in a key, which may spell another key', '{"b":1,"\\u0061":2,"a":3}'],
    ['longer than is worth it', `{"b":"${'x'.repeat(20_000)}","a":1}`],
    ['with more members than a table has columns', `{${'"a":1,'.repeat(1700)}"b":1}`],
    [
      'with as many members as a table has columns, and a comma too many',
      `{${Array.from({ length: 1600 }, (_, index) => `"${9999 - index}":1,`).join('')}}`,
    ],
    ['with a comma too many', '{"b":1,"a":2,}'],
    ['with a comma missing', '{"b":1 "a":2}'],
    ['with a colon missing', '{"b" 1,"a":2}'],
    ['with a value missing', '{"b":,"a":2}'],
    ['with a key missing', '{1,"a":2}'],
    ['with a quote inside a word', '{"b":tr"ue,"a":1}'],
    ['with brackets that do not fit', '{"b":1],"a":2}'],
    ['that ends in the middle of a string', '{"b":1,"a":"}'],
    ['that ends behind a backslash', '{"b":1,"a":"\\'],
    ['that goes on behind its end', '{"b":1,"a":2}}'],
  ])('leaves an object %s', (_name, text) => {
    expect(reorder(new MemberOrder(), text)).toBe(text)
  })

  it('gives up in a batch whose records have ever new keys', () => {
    const order = new MemberOrder()
    const changed = Array.from({ length: 200 }, (_, index) => `{"k${index}x":1,"k${index}":2}`).filter(
      (text) => reorder(order, text) !== text,
    )
    expect(changed.length).toBe(64)
  })

  it('keeps every value, whatever the keys of the records before', () => {
    const key = fc.constantFrom('a', 'b', 'ab', 'ba', 'id', 'name', 'é', '', 'a b', 'x'.repeat(9))
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary' }))
    const members = fc.array(fc.tuple(key, value, fc.constantFrom('', ' ', '\n ')), { maxLength: 8 })
    fc.assert(
      fc.property(fc.array(members, { minLength: 1, maxLength: 6 }), (objects) => {
        const order = new MemberOrder()
        for (const object of objects) {
          const text = `{${object.map(([name, content, gap]) => `${gap}${JSON.stringify(name)}${gap}:${gap}${JSON.stringify(content)}${gap}`).join(',')}}`
          const reordered = reorder(order, text)
          expect(JSON.parse(reordered)).toEqual(JSON.parse(text))
          if (reordered !== text)
            expect(
              isOrdered(
                object.map(([name]) => name),
                reordered,
              ),
            ).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('makes no valid text of one that is not', () => {
    const letters = fc.array(
      fc.constantFrom('{', '}', '"a"', '"b"', ':', ',', '1', '"', '[', ']', '\\', ' '),
      {
        maxLength: 14,
      },
    )
    fc.assert(
      fc.property(letters, (parts) => {
        const text = `{"b":1,${parts.join('')}}`
        expect(isJson(reorder(new MemberOrder(), text))).toBe(isJson(text))
      }),
      { numRuns: 20_000 },
    )
  })
})

/** What would be sent. The object lies between others, as in a block. */
function reorder(order: MemberOrder, text: string): string {
  const around = '"},{"'
  const buffer = Buffer.from(`${around}${text}${around}`)
  const start = Buffer.byteLength(around)
  const end = buffer.length - start
  if (!order.read(buffer, start, end)) return text
  const target = Buffer.alloc(order.byteLength + 2, '#')
  order.write(buffer, viewOf(target), 1)
  expect([target[0], target.at(-1)]).toEqual([0x23, 0x23])
  return target.toString('utf8', 1, target.length - 1)
}

/** Whether the keys come in order; `JSON.parse` would put some of them elsewhere. */
function isOrdered(keys: readonly string[], text: string): boolean {
  const sorted = keys
    .map((key) => Buffer.from(JSON.stringify(key)))
    .toSorted((a, b) => a.length - b.length || a.compare(b))
  let position = 0
  return sorted.every((key) => {
    const found = text.indexOf(key.toString(), position)
    position = found + 1
    return found !== -1
  })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
