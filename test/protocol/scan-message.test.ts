import { describe, expect, it } from 'vitest'
import { createMessageScanner } from '../../src/protocol/scan-message.ts'

const scanner = createMessageScanner()

describe('a RECORD', () => {
  const plain = {
    stream: 'users',
    namespace: '',
    emittedAt: 5,
    data: '{"id":1}',
    changes: '',
    escaped: false,
  }

  it.each<[string, string, Partial<typeof plain>]>([
    [
      'with the usual order of keys',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":5}}',
      {},
    ],
    [
      'with keys in any order',
      '{"record":{"emitted_at":5,"data":{"id":1},"stream":"users"},"type":"RECORD"}',
      {},
    ],
    [
      'with whitespace everywhere',
      ' {\t"type" : "RECORD" ,\r "record" : { "stream" : "users" , "data" : {"id":1} , "emitted_at" : 5 } } ',
      {},
    ],
    [
      'with a namespace',
      '{"type":"RECORD","record":{"namespace":"public","stream":"users","data":{"id":1},"emitted_at":5}}',
      { namespace: 'public' },
    ],
    [
      'with a null namespace',
      '{"type":"RECORD","record":{"namespace":null,"stream":"users","data":{"id":1},"emitted_at":5}}',
      {},
    ],
    [
      'with an empty namespace',
      '{"type":"RECORD","record":{"namespace":"","stream":"users","data":{"id":1},"emitted_at":5}}',
      {},
    ],
    [
      'with extra keys at every level',
      '{"a":[{"stream":"x"}],"type":"RECORD","b":null,"record":{"stream":"users","partition_id":"p","file":{"data":{}},"data":{"id":1},"x":-1.5e3,"emitted_at":5,"y":true},"c":"\\""}',
      {},
    ],
    [
      'with changes',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":5,"meta":{"x":1,"changes":[{"field":"a","change":"NULLED","reason":"r"}]}}}',
      { changes: '[{"field":"a","change":"NULLED","reason":"r"}]' },
    ],
    [
      'with empty changes',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":5,"meta":{"changes":[ ]}}}',
      {},
    ],
    [
      'with null changes',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":5,"meta":{"changes":null}}}',
      {},
    ],
    [
      'with null meta',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":5,"meta":null}}',
      {},
    ],
    [
      'with a fake end of the record inside a string',
      '{"type":"RECORD","record":{"stream":"users","data":{"a":"\\"},\\"emitted_at\\":6}}"},"emitted_at":5}}',
      { data: '{"a":"\\"},\\"emitted_at\\":6}}"}' },
    ],
    [
      'with strings that end in backslashes',
      '{"type":"RECORD","record":{"stream":"users","data":{"a":"\\\\","b":"\\\\\\"}"},"emitted_at":5}}',
      { data: '{"a":"\\\\","b":"\\\\\\"}"}' },
    ],
    [
      'with nested data',
      '{"type":"RECORD","record":{"stream":"users","data":{"a":[{"b":[[],{}]}],"data":{"data":{}}},"emitted_at":5}}',
      { data: '{"a":[{"b":[[],{}]}],"data":{"data":{}}}' },
    ],
    [
      'with empty data',
      '{"type":"RECORD","record":{"stream":"users","data":{},"emitted_at":5}}',
      { data: '{}' },
    ],
    [
      'with escaped keys',
      '{"typ\\u0065":"REC\\u004fRD","\\u0072ecord":{"str\\u0065am":"users","d\\u0061ta":{"id":1},"emitted_\\u0061t":5}}',
      {},
    ],
    [
      'with an escaped stream name',
      '{"type":"RECORD","record":{"stream":"us\\u0065rs","data":{"id":1},"emitted_at":5}}',
      { stream: 'us\\u0065rs', escaped: true },
    ],
    [
      'with an escaped namespace',
      '{"type":"RECORD","record":{"namespace":"a\\/b","stream":"users","data":{"id":1},"emitted_at":5}}',
      { namespace: 'a\\/b', escaped: true },
    ],
    [
      'with a name beyond ASCII',
      '{"type":"RECORD","record":{"stream":"größe😀","data":{"id":1},"emitted_at":5}}',
      { stream: 'größe😀' },
    ],
    [
      'with repeated keys, of which the last count',
      '{"type":"STATE","record":{"stream":"a","namespace":"n","data":{"x":1},"emitted_at":1,"meta":{"changes":[1]}},"type":"RECORD","record":{"stream":"b","data":[],"emitted_at":"x","stream":"users","data":{"id":1},"emitted_at":5}}',
      {},
    ],
    [
      'with a time in exponent form',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":1.7e12}}',
      { emittedAt: 1.7e12 },
    ],
    [
      'with a time with a fraction',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":1767225600000.9}}',
      { emittedAt: 1767225600000 },
    ],
    [
      'with a time before 1970',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":-1.5}}',
      { emittedAt: -1 },
    ],
    [
      'with a time just before 1970',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":-0.5}}',
      { emittedAt: 0 },
    ],
    [
      'with the latest possible time',
      '{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":8640000000000000}}',
      { emittedAt: 8.64e15 },
    ],
  ])('%s', (_name, line, expected) => {
    expect(scanRecord(line)).toEqual({ ...plain, ...expected })
  })

  it.each([
    ['`record` is missing', '{"type":"RECORD"}', 'its `record` is not an object'],
    [
      '`record` is null',
      '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":1},"record":null}',
      'its `record` is not an object',
    ],
    [
      '`stream` is missing',
      '{"type":"RECORD","record":{"data":{},"emitted_at":1}}',
      'its `stream` is not a string',
    ],
    [
      '`stream` is a number',
      '{"type":"RECORD","record":{"stream":1,"data":{},"emitted_at":1}}',
      'its `stream` is not a string',
    ],
    [
      '`namespace` is a number',
      '{"type":"RECORD","record":{"stream":"a","namespace":1,"data":{},"emitted_at":1}}',
      'its `namespace` is neither a string nor null',
    ],
    [
      '`data` is missing',
      '{"type":"RECORD","record":{"stream":"a","emitted_at":1}}',
      'its `data` is not an object',
    ],
    [
      '`data` is an array',
      '{"type":"RECORD","record":{"stream":"a","data":[{}],"emitted_at":1}}',
      'its `data` is not an object',
    ],
    [
      'the last `data` is null',
      '{"type":"RECORD","record":{"stream":"a","data":{},"data":null,"emitted_at":1}}',
      'its `data` is not an object',
    ],
    [
      '`emitted_at` is missing',
      '{"type":"RECORD","record":{"stream":"a","data":{}}}',
      'its `emitted_at` is not a time in milliseconds',
    ],
    [
      '`emitted_at` is a string',
      '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":"1"}}',
      'its `emitted_at` is not a time in milliseconds',
    ],
    [
      '`emitted_at` is out of range',
      '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":8640000000000001}}',
      'its `emitted_at` is not a time in milliseconds',
    ],
    [
      '`emitted_at` is infinite',
      '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":1e999}}',
      'its `emitted_at` is not a time in milliseconds',
    ],
    [
      '`data` only seems to end',
      '{"type":"RECORD","record":{"stream":"a","data":{"a":{},"emitted_at":1}}',
      'it is not one complete JSON object',
    ],
    [
      '`emitted_at` has a leading zero',
      '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":01}}',
      'it is not one complete JSON object',
    ],
    [
      'an extra value is broken',
      '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":1,"x":tru}}',
      'it is not one complete JSON object',
    ],
    [
      'a replaced `data` is broken',
      '{"type":"RECORD","record":{"stream":"a","data":{tru},"emitted_at":1,"data":{}}}',
      'it is not one complete JSON object',
    ],
    [
      'a replaced record is broken',
      '{"type":"RECORD","record":{"data":{tru}},"record":{"stream":"a","data":{},"emitted_at":1}}',
      'it is not one complete JSON object',
    ],
    [
      'the line goes on',
      '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":1}}}',
      'it is not one complete JSON object',
    ],
    [
      'a comma trails',
      '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":1},}',
      'it is not one complete JSON object',
    ],
    [
      'the name has a bad escape',
      '{"type":"RECORD","record":{"stream":"\\x","data":{},"emitted_at":1}}',
      'it is not one complete JSON object',
    ],
  ])('is invalid where %s', (_name, line, reason) => {
    expect(scan(line)).toEqual({ kind: 'invalid', reason })
  })

  it('is invalid wherever it is cut off', () => {
    const line =
      '{"type":"RECORD","record":{"namespace":"n","stream":"a","data":{"a":"\\"é","b":[1]},"emitted_at":1.5e3,"meta":{"changes":[{}]}}}'
    for (let length = 0; length < line.length; length += 1) {
      expect(scan(line.slice(0, length)), line.slice(0, length)).toMatchObject({ kind: 'invalid' })
    }
  })

  it('never reads beyond its line', () => {
    const line = '{"type":"RECORD","record":{"stream":"a","data":{"a":"b'
    const buffer = Buffer.from(`${line}"},"emitted_at":1}}`)
    expect(scanner.scan(buffer, 0, line.length).kind).toBe('invalid')
    expect(scanner.scan(buffer, 0, buffer.length).kind).toBe('record')
  })

  it('never compares beyond its line with the line before', () => {
    const buffer = Buffer.from('{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":1}}')
    for (let end = 1; end < buffer.length; end += 1) {
      expect(scanner.scan(buffer, 0, buffer.length).kind).toBe('record')
      expect(scanner.scan(buffer, 0, end).kind).toBe('invalid')
    }
  })

  it.each(['"emitted_at":', '"data":'])(
    'may have a space behind %s where the line before has none',
    (key) => {
      const line = '{"type":"RECORD","record":{"stream":"users","emitted_at":7,"data":{}}}'
      const reversed = '{"type":"RECORD","record":{"stream":"users","data":{},"emitted_at":7}}'
      for (const before of [line, reversed]) {
        const fresh = createMessageScanner()
        const first = Buffer.from(before)
        expect(fresh.scan(first, 0, first.length).kind).toBe('record')
        const spaced = Buffer.from(before.replace(key, `${key} \t`))
        expect(fresh.scan(spaced, 0, spaced.length)).toMatchObject({ kind: 'record', emittedAt: 7 })
      }
    },
  )

  it('forgets the line before', () => {
    scan(
      '{"type":"RECORD","record":{"namespace":"n","stream":"a\\u0020","data":{},"emitted_at":1,"meta":{"changes":[1]}}}',
    )
    expect(
      scanRecord('{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":5}}'),
    ).toEqual(plain)
    expect(scan('{"type":"RECORD"}').kind).toBe('invalid')
    expect(scan('{"record":{"stream":"users","data":{"id":1},"emitted_at":5}}').kind).toBe('invalid')
  })

  it('reuses one object for all records', () => {
    const line = '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":1}}'
    expect(scan(line)).toBe(scan(line))
  })
})

describe('other lines', () => {
  it.each([
    '{"type":"LOG","log":{"level":"INFO","message":"hello"}}',
    '{"type":"SPEC","spec":{}}',
    '{"type":"CATALOG"}',
    '{"type":"CONTROL"}',
    '{"type":"SOMETHING_NEW","record":{"stream":1}}',
    '{"type":"TRACE","trace":{"type":"ESTIMATE","estimate":{"name":"a","type":"STREAM"}}}',
  ])('%s is ignored', (line) => {
    expect(scan(line)).toEqual({ kind: 'ignored' })
  })

  it.each([
    ['hello', 'it is not one complete JSON object'],
    ['["type","RECORD"]', 'it is not one complete JSON object'],
    ['null', 'it is not one complete JSON object'],
    ['{}', 'it has no `type`'],
    ['{"type":null}', 'it has no `type`'],
    ['{"type":{"type":"LOG"}}', 'it has no `type`'],
    ['{"type":"LOG","record":{"data":{tru}}}', 'it is not one complete JSON object'],
    ['{"type":"LOG"', 'it is not one complete JSON object'],
    ['{"type":"LOG"} x', 'it is not one complete JSON object'],
  ])('%s is invalid', (line, reason) => {
    expect(scan(line)).toEqual({ kind: 'invalid', reason })
  })
})

function scan(line: string) {
  const buffer = Buffer.from(line)
  return scanner.scan(buffer, 0, buffer.length)
}

/** Scans the line in the middle of a chunk and reads the parts it finds. */
function scanRecord(line: string) {
  const start = 7
  const end = start + Buffer.byteLength(line)
  const buffer = Buffer.from(`{"a":1\n${line}\n{"b":2}`)
  const result = scanner.scan(buffer, start, end)
  if (result.kind !== 'record') return result
  const text = (from: number, to: number) => buffer.toString('utf8', from, to)
  return {
    stream: text(result.streamStart, result.streamEnd),
    namespace: text(result.namespaceStart, result.namespaceEnd),
    emittedAt: result.emittedAt,
    data: text(result.dataStart, result.dataEnd),
    changes: text(result.changesStart, result.changesEnd),
    escaped: result.hasEscapedNames,
  }
}
