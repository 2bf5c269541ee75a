import { describe, expect, it } from 'vitest'
import { readDescriptor, StreamRouter, unknownStream } from '../../src/pipeline/stream-router.ts'
import { createMessageScanner } from '../../src/protocol/scan-message.ts'

const scanner = createMessageScanner()
const router = new StreamRouter([
  { name: 'users' },
  { name: 'users', namespace: 'public' },
  { name: 'users', namespace: 'PUBLIC' },
  { name: 'orders', namespace: '' },
  { name: 'größe "x"\n', namespace: 'a/b' },
  { name: 'public', namespace: 'users' },
])

describe('StreamRouter', () => {
  it.each([
    ['"stream":"users"', 0],
    ['"stream":"users","namespace":null', 0],
    ['"stream":"users","namespace":""', 0],
    ['"stream":"users","namespace":"public"', 1],
    ['"stream":"users","namespace":"PUBLIC"', 2],
    ['"stream":"orders"', 3],
    ['"stream":"größe \\"x\\"\\n","namespace":"a\\/b"', 4],
    ['"stream":"gr\\u00f6\\u00dfe \\u0022x\\u0022\\u000a","namespace":"a/b"', 4],
    ['"stream":"us\\u0065rs"', 0],
    ['"stream":"users","namespace":"publi\\u0063"', 1],
    ['"stream":"public","namespace":"users"', 5],
    ['"stream":"user"', unknownStream],
    ['"stream":"users2"', unknownStream],
    ['"stream":"orders","namespace":"public"', unknownStream],
    ['"stream":"us\\u0065r"', unknownStream],
    ['"stream":""', unknownStream],
  ])('routes a record with %s to %i', (names, index) => {
    expect(route(names)).toBe(index)
    // Once more, when the stream is the one that was hit last.
    expect(route(names)).toBe(index)
  })

  it('keeps many interleaved streams apart', () => {
    const streams = Array.from({ length: 2000 }, (_, index) => ({
      name: `s${index % 1000}`,
      namespace: index < 1000 ? 'a' : 'b',
    }))
    const many = new StreamRouter(streams)
    const found = streams.map(({ name, namespace }) =>
      route(`"stream":"${name}","namespace":"${namespace}"`, many),
    )
    expect(found).toEqual(streams.map((_, index) => index))
  })
})

describe('readDescriptor', () => {
  it.each([
    ['"stream":"a\\n\\u00e9é","namespace":"n"', { name: 'a\néé', namespace: 'n' }],
    ['"stream":"a","namespace":""', { name: 'a', namespace: undefined }],
    ['"stream":"a"', { name: 'a', namespace: undefined }],
  ])('reads %s', (names, expected) => {
    const { buffer, record } = scanRecord(names)
    expect(readDescriptor(buffer, record)).toEqual(expected)
  })
})

function route(names: string, by = router): number {
  const { buffer, record } = scanRecord(names)
  return by.route(buffer, record)
}

function scanRecord(names: string) {
  const buffer = Buffer.from(`{"type":"RECORD","record":{${names},"data":{},"emitted_at":1}}`)
  const record = scanner.scan(buffer, 0, buffer.length)
  if (record.kind !== 'record') throw new Error(`not a record: ${JSON.stringify(record)}`)
  return { buffer, record }
}
