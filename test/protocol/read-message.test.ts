import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spliceDestinationStats } from '../../src/protocol/read-message.ts'
import { createMessageScanner } from '../../src/protocol/scan-message.ts'

const scanner = createMessageScanner()

describe('a STATE', () => {
  it.each([
    [
      'of a stream',
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"a","namespace":"n"},"stream_state":{}}}}',
      'STREAM',
      { name: 'a', namespace: 'n' },
    ],
    [
      'without namespace',
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"a"}}}}',
      'STREAM',
      { name: 'a', namespace: undefined },
    ],
    [
      'with a null namespace',
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"namespace":null,"name":"a"}}}}',
      'STREAM',
      { name: 'a', namespace: undefined },
    ],
    [
      'with escapes',
      '{"type":"ST\\u0041TE","\\u0073tate":{"type":"STREA\\u004d","stream":{"stream_descriptor":{"name":"\\u0061\\n"}}}}',
      'STREAM',
      { name: 'a\n', namespace: undefined },
    ],
    [
      'without type but with a stream',
      '{"type":"STATE","state":{"stream":{"stream_descriptor":{"name":"a"}}}}',
      'STREAM',
      { name: 'a', namespace: undefined },
    ],
    [
      'of all streams',
      '{"type":"STATE","state":{"type":"GLOBAL","global":{"stream_states":[]}}}',
      'GLOBAL',
      undefined,
    ],
    [
      'without type but with global',
      '{"type":"STATE","state":{"type":null,"global":{"stream_states":[]},"stream":null}}',
      'GLOBAL',
      undefined,
    ],
    ['of the old kind', '{"type":"STATE","state":{"data":{"stream":{"cursor":1}}}}', 'LEGACY', undefined],
    [
      'that says it is of the old kind',
      '{"state":{"type":"LEGACY","data":{}},"type":"STATE"}',
      'LEGACY',
      undefined,
    ],
    [
      'with repeated keys',
      '{"type":"STATE","state":1,"state":{"type":"X","type":"LEGACY"}}',
      'LEGACY',
      undefined,
    ],
  ])('%s', (_name, line, scope, descriptor) => {
    expect(scan(line)).toMatchObject({ kind: 'state', scope, descriptor })
  })

  it.each([
    ['{"type":"STATE"}', 'its `state` is not an object'],
    ['{"type":"STATE","state":null}', 'its `state` is not an object'],
    ['{"type":"STATE","state":{"type":"OTHER"}}', 'its state has an unknown `type`'],
    ['{"type":"STATE","state":{"type":1}}', 'its state has an unknown `type`'],
    ['{"type":"STATE","state":{"type":"STREAM"}}', 'its state names no stream'],
    [
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":1}}}}',
      'its state names no stream',
    ],
    ['{"type":"STATE","record":{"data":{1}},"state":{}}', 'it is not one complete JSON object'],
  ])('%s is invalid', (line, reason) => {
    expect(scan(line)).toEqual({ kind: 'invalid', reason })
  })
})

describe('a TRACE', () => {
  const descriptor = { name: 'a', namespace: 'n' }

  it.each(['STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE'])('with the status %s', (status) => {
    const streamStatus = { stream_descriptor: descriptor, status }
    const trace = { type: 'STREAM_STATUS', emitted_at: 1.5, stream_status: streamStatus }
    expect(scan(JSON.stringify({ type: 'TRACE', trace }))).toEqual({ kind: 'status', descriptor, status })
  })

  it.each([
    [
      'a status without the trace type',
      { stream_status: { stream_descriptor: descriptor, status: 'COMPLETE' } },
      { kind: 'status', descriptor, status: 'COMPLETE' },
    ],
    ['an error', { type: 'ERROR', error: {} }, { kind: 'ignored' }],
    [
      'an error that carries a status',
      { type: 'ERROR', stream_status: { stream_descriptor: descriptor, status: 'COMPLETE' } },
      { kind: 'ignored' },
    ],
    [
      'a status of a later protocol',
      { type: 'STREAM_STATUS', stream_status: { stream_descriptor: descriptor, status: 'PAUSED' } },
      { kind: 'ignored' },
    ],
    ['nothing', undefined, { kind: 'ignored' }],
    [
      'a status without content',
      { type: 'STREAM_STATUS' },
      { kind: 'invalid', reason: 'its `stream_status` is not an object' },
    ],
    [
      'a status of no stream',
      { type: 'STREAM_STATUS', stream_status: { status: 'COMPLETE' } },
      { kind: 'invalid', reason: 'its stream status names no stream' },
    ],
  ])('with %s', (_name, trace, expected) => {
    expect(scan(JSON.stringify({ type: 'TRACE', trace }))).toEqual(expected)
  })
})

describe('spliceDestinationStats', () => {
  it.each([
    [
      'appends as the last member',
      '{"type":"STATE","state":{"type":"LEGACY","id":14}}',
      2,
      0,
      '{"type":"STATE","state":{"type":"LEGACY","id":14,"destinationStats":{"recordCount":2}}}\n',
    ],
    [
      'counts rejected records',
      '{"type":"STATE","state":{"data":{}}}',
      2,
      1,
      '{"type":"STATE","state":{"data":{},"destinationStats":{"recordCount":2,"rejectedRecordCount":1}}}\n',
    ],
    [
      'adds to an empty state',
      '{"type":"STATE","state":{ }}',
      0,
      0,
      '{"type":"STATE","state":{ "destinationStats":{"recordCount":0}}}\n',
    ],
    [
      'replaces older statistics where they stand',
      '{"state":{"destinationStats" : {"recordCount":9.0,"x":[]} ,"id":1} , "type":"STATE"}',
      3,
      0,
      '{"state":{"destinationStats" : {"recordCount":3} ,"id":1} , "type":"STATE"}\n',
    ],
    [
      'replaces a null',
      '{"type":"STATE","state":{"data":{},"destinationStats":null}}',
      3,
      0,
      '{"type":"STATE","state":{"data":{},"destinationStats":{"recordCount":3}}}\n',
    ],
    [
      'leaves statistics elsewhere alone',
      '{"type":"STATE","destinationStats":1,"state":{"data":{"destinationStats":2}}}',
      3,
      0,
      '{"type":"STATE","destinationStats":1,"state":{"data":{"destinationStats":2},"destinationStats":{"recordCount":3}}}\n',
    ],
    [
      'keeps every other byte',
      ' {"type":"STATE","state":{"data":{"lsn":9007199254740993123,"b":1,"a":1.0,"2":"\\u00e9é"} ,"id":1 } }',
      1,
      0,
      ' {"type":"STATE","state":{"data":{"lsn":9007199254740993123,"b":1,"a":1.0,"2":"\\u00e9é"} ,"id":1 ,"destinationStats":{"recordCount":1}} }\n',
    ],
  ])('%s', (_name, line, recordCount, rejectedCount, expected) => {
    expect(splice(line, recordCount, rejectedCount)).toBe(expected)
  })

  it('changes nothing but the statistics, for any state', () => {
    const state = fc.dictionary(fc.constantFrom('id', 'data', 'destinationStats', 'x"y'), fc.jsonValue(), {
      noNullPrototype: true,
    })
    fc.assert(
      fc.property(
        state,
        fc.constantFrom(undefined, 2),
        fc.nat(),
        fc.nat(2),
        (content, indent, recordCount, rejected) => {
          const message = { extra: [1], type: 'STATE', state: { ...content, type: 'LEGACY' } }
          const line = JSON.stringify(message, null, indent).replaceAll('\n', ' ')
          const destinationStats =
            rejected > 0 ? { recordCount, rejectedRecordCount: rejected } : { recordCount }
          const expected = { ...JSON.parse(line), state: { ...JSON.parse(line).state, destinationStats } }
          expect(JSON.parse(splice(line, recordCount, rejected))).toEqual(expected)
        },
      ),
    )
  })
})

function scan(line: string) {
  const buffer = Buffer.from(`\n${line}\n`)
  return scanner.scan(buffer, 1, buffer.length - 1)
}

function splice(line: string, recordCount: number, rejectedCount: number): string {
  const state = scan(line)
  if (state.kind !== 'state') throw new Error(`not a state: ${JSON.stringify(state)}`)
  return spliceDestinationStats(Buffer.from(line), state.statsSlot, recordCount, rejectedCount).toString()
}
