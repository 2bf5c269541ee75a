/** One column for each type, by the words of the pages. */
export const schemas = {
  string: { type: 'string' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  timestamp_with_timezone: { type: 'string', format: 'date-time' },
  timestamp_without_timezone: {
    type: 'string',
    format: 'date-time',
    airbyte_type: 'timestamp_without_timezone',
  },
  time_with_timezone: { type: 'string', format: 'time', airbyte_type: 'time_with_timezone' },
  time_without_timezone: { type: 'string', format: 'time', airbyte_type: 'time_without_timezone' },
  object: { type: 'object' },
  array: { type: 'array' },
  one_of: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
  unknown: {},
  union_of_string_and_integer: { type: ['string', 'integer'] },
  union_of_object_and_string: { type: ['object', 'string'] },
  union_of_integer_and_boolean: { type: ['integer', 'boolean'] },
} as const

export type TypeName = keyof typeof schemas

const numbers = ['1', '1.0', '1.5', '-0', '1e3', '15e-1', '1e29', '1e30', '1e-10', '1e-400', '1e400']
const longNumbers = [
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '99999999999999999999999999999',
  '12345678901234567890123456789.123456789',
  '0.1234567894',
  '0.1234567895',
]
const numbersInStrings = ['"12"', '"1.5"', '"1e3"', '"+7"', '"007"', '" 12 "', '"0x10"', '"1_000"', '"NaN"']
const booleansInStrings = ['"true"', '"FALSE"', '"yes"', '"off"', '"1"', '"t"']
const ordinary = ['null', 'true', 'false', '0', '1', '2.50', '"text"', '""', '{}', '{"a":1}', '[]', '[1]']
const dates = [
  '"2024-02-29"',
  '"2023-02-29"',
  '"2024-02-30"',
  '"2024-13-01"',
  '"0001-01-01"',
  '"0000-01-01"',
  '"9999-12-31"',
  '"10000-01-01"',
  '"0044-03-15 BC"',
  '"infinity"',
  '"2024-02-29 nonsense"',
  '20230123',
  '"20230123"',
]
const timestamps = [
  '"2024-02-29T12:30:15Z"',
  '"2024-02-29T12:30:15"',
  '"2024-02-29 12:30:15"',
  '"2024-02-29T12:30"',
  '"2024-02-29T12:30:15.5+02:00"',
  '"2024-02-29T12:30:15+0200"',
  '"2024-02-29T12:30:15-08"',
  '"2024-02-29T12:30:15.1234564Z"',
  '"2024-02-29T12:30:15.1234567Z"',
  '"2024-02-30T00:00:00Z"',
  '"2024-02-29T25:00:00Z"',
  '"2024-02-29T24:00:00Z"',
  '"2016-12-31T23:59:60Z"',
  '"0001-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59Z"',
  '"12022-01-01T00:00:00Z"',
  '"294276-12-31T23:59:59Z"',
  '"0044-03-15T00:00:00Z BC"',
  '"-infinity"',
  '1700000000',
  '"1700000000"',
]
const times = [
  '"12:30:15"',
  '"12:30:15.5"',
  '"12:30:15.1234567"',
  '"12:30"',
  '"12:30:15Z"',
  '"12:30:15+02:00"',
  '"12:30:15+0530"',
  '"24:00:00"',
  '"23:59:60"',
  '"25:00:00"',
  '"2024-02-29T12:30:15Z"',
  '45015',
  '"whatever"',
]
const documents = [
  '{"b":1,"a":[true,null,"x"]}',
  '{"a":1.10,"b":1e3}',
  '{"long":0.12345678901234567890123}',
  '{"big":9007199254740993,"bigger":9223372036854775808}',
  '{"a":1e400}',
  '{"a":1,"a":2}',
  '{"a":"x\\u0000y"}',
]
const texts = ['"a\\u0000b"', '"\\ud800"', '"Ünï 日本 🎉"', '"a\\nb"', '1.50', '1e3', '9007199254740993']

/** Ordinary, extreme and bad values for each type, as JSON text. */
export const valueProbes: { readonly [type in TypeName]: readonly string[] } = {
  string: [...ordinary, ...texts, ...documents],
  number: [...ordinary, ...numbers, ...longNumbers, ...numbersInStrings],
  integer: [...ordinary, ...numbers, ...longNumbers, ...numbersInStrings],
  boolean: [...ordinary, ...booleansInStrings, '2'],
  date: [...ordinary, ...dates, '"2024-02-29T23:30:00-08:00"', '"2024-02-29T23:59:59Z"'],
  timestamp_with_timezone: [...ordinary, ...timestamps, '"2024-02-29"'],
  timestamp_without_timezone: [...ordinary, ...timestamps, '"2024-02-29"'],
  time_with_timezone: [...ordinary, ...times],
  time_without_timezone: [...ordinary, ...times],
  object: [...ordinary, ...documents, '"{}"'],
  array: [...ordinary, '[1,"a",null,{"b":2}]', '[1.10]', '[9007199254740993]', '[1e400]', '"[1]"'],
  one_of: [...ordinary, ...documents],
  unknown: [...ordinary, ...documents, '1e400'],
  union_of_string_and_integer: ordinary,
  union_of_object_and_string: ordinary,
  union_of_integer_and_boolean: ordinary,
}
