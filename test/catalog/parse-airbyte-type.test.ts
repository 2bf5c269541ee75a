import { describe, expect, it } from 'vitest'
import type { AirbyteType } from '../../src/catalog/airbyte-type.ts'
import { parseAirbyteType, resolveUnion, schemaColumns } from '../../src/catalog/parse-airbyte-type.ts'
import { parseJson } from '../../src/protocol/json-value.ts'
import { errorOf, json } from './support.ts'

const scalar = (type: Exclude<AirbyteType['type'], 'struct' | 'array' | 'union' | 'unsupported_one_of'>) =>
  ({ type }) satisfies AirbyteType
const struct = (properties: Readonly<Record<string, AirbyteType>> = {}): AirbyteType => ({
  type: 'struct',
  properties: new Map(Object.entries(properties)),
})
const array = (items: AirbyteType): AirbyteType => ({ type: 'array', items })
const union = (...options: AirbyteType[]): AirbyteType => ({ type: 'union', options })
const oneOf = (...options: AirbyteType[]): AirbyteType => ({ type: 'unsupported_one_of', options })

const [string, number, integer, boolean, unknown] = [
  scalar('string'),
  scalar('number'),
  scalar('integer'),
  scalar('boolean'),
  scalar('unknown'),
]

type Case = readonly [schema: unknown, expected: AirbyteType]

function cases(title: string, rows: readonly Case[]): void {
  describe(title, () => {
    it.each(rows.map(([schema, expected]) => [JSON.stringify(schema), schema, expected] as const))(
      '%s',
      (_text, schema, expected) => {
        expect(parseAirbyteType(json(schema))).toEqual(expected)
      },
    )
  })
}

cases('one type', [
  [{ type: 'boolean' }, boolean],
  [{ type: 'integer' }, integer],
  [{ type: 'number' }, number],
  [{ type: 'number', airbyte_type: 'integer' }, integer],
  [{ type: 'number', airbyte_type: 'big_number' }, number],
  [{ type: 'string' }, string],
  [{ type: 'string', airbyte_type: 'big_integer' }, string],
  [{ type: 'string', contentEncoding: 'base64' }, string],
  [{ type: 'null' }, unknown],
  [{ type: 'text' }, unknown],
  [{ type: 'String' }, unknown],
])

cases('a string with a format', [
  [{ type: 'string', format: 'email' }, string],
  [{ type: 'string', format: null }, string],
  [{ type: 'string', format: 'date' }, scalar('date')],
  [{ type: 'string', format: 'date', airbyte_type: 'timestamp_with_timezone' }, scalar('date')],
  [
    { type: 'string', format: 'time', airbyte_type: 'time_without_timezone' },
    scalar('time_without_timezone'),
  ],
  [{ type: 'string', format: 'time', airbyte_type: 'time_with_timezone' }, scalar('time_with_timezone')],
  [{ type: 'string', format: 'time' }, unknown],
  [{ type: 'string', format: 'time', airbyte_type: 'timestamp_with_timezone' }, unknown],
  [{ type: 'string', format: 'date-time' }, scalar('timestamp_with_timezone')],
  [
    { type: 'string', format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
    scalar('timestamp_with_timezone'),
  ],
  [
    { type: 'string', format: 'date-time', airbyte_type: 'timestamp_without_timezone' },
    scalar('timestamp_without_timezone'),
  ],
  [{ type: 'string', format: 'date-time', airbyte_type: 'time_with_timezone' }, unknown],
  [{ type: 'string', format: 'date-time', airbyte_type: null }, unknown],
  [{ type: 'number', format: 'date' }, number],
])

cases('objects and arrays', [
  [{ type: 'object' }, struct()],
  [{ type: 'object', properties: null }, struct()],
  [{ type: 'object', properties: {} }, struct()],
  [
    { type: 'object', properties: { a: { type: 'string' }, b: { type: 'object' } } },
    struct({ a: string, b: struct() }),
  ],
  [{ type: 'object', properties: [{ type: 'string' }] }, struct()],
  [{ type: 'object', oneOf: [{ type: 'string' }] }, struct()],
  [{ type: 'array' }, array(unknown)],
  [{ type: 'array', items: { type: 'integer' } }, array(integer)],
  [{ type: 'array', items: { type: 'array', items: { type: 'string' } } }, array(array(string))],
  [{ type: 'array', items: [{ type: 'integer' }, { type: 'string' }] }, array(unknown)],
])

cases('a bare type name in place of a schema', [
  [{ type: 'array', items: 'string' }, array(string)],
  [{ type: 'array', items: 'INTEGER' }, array(integer)],
  [{ type: 'array', items: 'timestamp_with_timezone' }, array(scalar('timestamp_with_timezone'))],
  [{ type: 'array', items: 'object' }, array(unknown)],
  [{ type: 'array', items: 'array' }, array(unknown)],
])

cases('a list of types', [
  [{ type: ['string'] }, string],
  [{ type: ['null', 'string'] }, string],
  [{ type: ['string', 'null', 'string'] }, string],
  [{ type: ['null', 'object'], properties: { a: { type: 'number' } } }, struct({ a: number })],
  [{ type: ['array', 'null'], items: { type: 'number' } }, array(number)],
  [{ type: ['null', 'string'], format: 'date-time' }, scalar('timestamp_with_timezone')],
  [{ type: ['null', 'text'] }, unknown],
  [{ type: ['object', 'null'], oneOf: [{ type: 'string' }] }, struct()],
  [{ type: [] }, union()],
  [{ type: ['null'] }, union()],
  [{ type: ['string', 'integer'] }, union(string, integer)],
  [{ type: ['integer', 'null', 'string', 'integer'] }, union(integer, string)],
  [{ type: ['string', 'integer'], format: 'date' }, union(scalar('date'), integer)],
  [
    {
      type: ['object', 'array', 'string'],
      properties: { a: { type: 'string' } },
      items: { type: 'integer' },
      format: 'time',
      airbyte_type: 'time_with_timezone',
    },
    union(struct({ a: string }), array(integer), scalar('time_with_timezone')),
  ],
  [{ type: ['string', 5] }, union(string, unknown)],
  [{ type: ['string', ['integer', 'boolean']] }, union(string, union(integer, boolean))],
])

cases('no usable type', [
  [{}, unknown],
  [{ type: null }, unknown],
  [{ type: 5 }, unknown],
  [{ type: { a: 1 } }, unknown],
  [{ type: null, properties: { a: { type: 'string' } } }, unknown],
  [{ type: null, oneOf: [{ type: 'string' }] }, unknown],
  [true, unknown],
  [false, unknown],
  [null, unknown],
  [7, unknown],
  [[], unknown],
  ['nonsense', unknown],
  [{ anyOf: [{ type: 'string' }] }, unknown],
  [{ allOf: [{ type: 'string' }] }, unknown],
  [{ $ref: 'WellKnownTypes.json#/definitions/String' }, unknown],
  [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, oneOf(string, integer)],
  [{ oneOf: [] }, oneOf()],
  [{ oneOf: null, properties: { a: { type: 'string' } } }, struct({ a: string })],
  [{ oneOf: [{ type: 'string' }], properties: { a: { type: 'string' } } }, oneOf(string)],
  [{ properties: { a: { type: 'string' } } }, struct({ a: string })],
  [{ properties: {} }, struct()],
  [{ properties: null }, unknown],
])

describe('properties', () => {
  it('keep the order of the schema, also where keys look like array indexes', () => {
    const text = '{"type":"object","properties":{"2":{"type":"string"},"b":{},"1":{"type":"integer"},"a":{}}}'
    const type = parseAirbyteType(parseJson(text))
    expect(type.type === 'struct' && [...type.properties.keys()]).toEqual(['2', 'b', '1', 'a'])
  })

  it('may be called like members of every JavaScript object', () => {
    const text =
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"number"}}}'
    const type = parseAirbyteType(parseJson(text))
    expect(type.type === 'struct' && [...type.properties]).toEqual([
      ['__proto__', string],
      ['constructor', number],
    ])
  })
})

describe('resolveUnion', () => {
  const ascending: readonly AirbyteType[] = [
    array(string),
    struct(),
    string,
    scalar('date'),
    scalar('time_without_timezone'),
    scalar('time_with_timezone'),
    scalar('timestamp_without_timezone'),
    scalar('timestamp_with_timezone'),
    number,
    integer,
    boolean,
    unknown,
    oneOf(string),
  ]
  const neighbours = ascending.slice(1).map((worse, index) => [ascending[index] ?? unknown, worse] as const)

  it.each(neighbours.map(([better, worse]) => [better.type, worse.type, better, worse] as const))(
    'prefers %s to %s, in either order',
    (_better, _worse, better, worse) => {
      expect(resolveUnion(union(better, worse))).toEqual(better)
      expect(resolveUnion(union(worse, better))).toEqual(better)
    },
  )

  it.each(ascending.map((type) => [type.type, type] as const))('leaves %s as it is', (_name, type) => {
    expect(resolveUnion(type)).toBe(type)
  })

  it('makes a union of nothing unknown', () => {
    expect(resolveUnion(union())).toEqual(unknown)
  })

  it('takes the first of two arrays', () => {
    expect(resolveUnion(union(array(integer), array(string)))).toEqual(array(integer))
  })

  it('looks into a union only where there is nothing else', () => {
    expect(resolveUnion(union(union(array(string)), boolean))).toEqual(boolean)
    expect(resolveUnion(union(union(boolean, integer)))).toEqual(integer)
  })
})

describe('schemaColumns', () => {
  const stream = { name: 'users', namespace: 'public' }
  const properties = { b: { type: 'string' }, a: { type: 'integer' } }

  it.each([
    ['an object', { type: 'object', properties }],
    ['an object that may be null', { type: ['null', 'object'], properties }],
    ['an object without a type', { properties }],
    ['a list of types with one object', { type: ['object', 'string'], properties }],
  ])('reads the properties of %s', (_title, schema) => {
    expect([...schemaColumns(json(schema), stream)]).toEqual([
      ['b', string],
      ['a', integer],
    ])
  })

  it('finds no columns in an object without properties', () => {
    expect(schemaColumns(json({ type: 'object' }), stream)).toEqual(new Map())
  })

  it.each([
    ['a scalar', { type: 'string' }],
    ['an array', { type: 'array', items: { type: 'object', properties } }],
    ['nothing', {}],
    ['a boolean schema', true],
    ['oneOf without a type', { oneOf: [{ type: 'object', properties }] }],
    ['a list of types without an object', { type: ['string', 'integer'] }],
    ['only null', { type: ['null'] }],
  ])('refuses %s and names the stream', (_title, schema) => {
    const error = errorOf(() => schemaColumns(json(schema), stream))
    expect(error).toMatchObject({ code: 'CATALOG_INVALID', stream })
    expect(error.message).toContain('`public.users`')
  })
})
