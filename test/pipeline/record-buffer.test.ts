import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StreamConfig } from '../../src/catalog/stream-config.ts'
import type { RawIdSequence, RecordBatch } from '../../src/destination/record-batch.ts'
import { BlockPool, blockBytes } from '../../src/pipeline/block-pool.ts'
import { RecordBuffer } from '../../src/pipeline/record-buffer.ts'
import type { ScannedRecord } from '../../src/protocol/scanned-message.ts'

type TestRecord = { readonly data: string; readonly changes: string; readonly emittedAt: number }

const stream: StreamConfig = {
  index: 3,
  descriptor: { name: 'users' },
  id: {
    finalNamespace: 'n',
    finalName: 'users',
    rawNamespace: 'r',
    rawName: 'users',
    originalNamespace: 'n',
    originalName: 'users',
  },
  postImportAction: 'append',
  columns: [],
  primaryKey: [],
  cursor: undefined,
  generationId: 0n,
  minimumGenerationId: 0n,
  syncId: 0n,
  hasGenerations: false,
  isTruncate: false,
}

const length = fc.oneof(
  fc.nat(100),
  fc.nat(5_000),
  fc.constantFrom(16_381, 16_382, 16_383, 65_535, 65_536, 65_537, 200_000),
)
const records: fc.Arbitrary<TestRecord[]> = fc.array(
  fc.record({
    data: fc
      .tuple(length, fc.constantFrom('a', 'b', '€'))
      .map(([size, letter]) => `{${letter.repeat(size)}}`),
    changes: fc.constantFrom('', '', '[{}]', `[${'c'.repeat(20_000)}]`),
    emittedAt: fc.constantFrom(0, -1, 1767225600000, 8.64e15),
  }),
  { maxLength: 60 },
)

describe('RecordBuffer', () => {
  it('gives back what was appended, in arrival order', () => {
    fc.assert(
      fc.property(records, (expected) => {
        fc.pre(expected.length > 0)
        const buffer = createBuffer()
        appendAll(buffer, expected)
        expect(read(buffer.take())).toEqual(expected)
      }),
    )
  })

  it('gives back what was appended when blocks are used again', () => {
    fc.assert(
      fc.property(fc.array(records, { minLength: 2, maxLength: 5 }), (rounds) => {
        const buffer = createBuffer()
        for (const expected of rounds.filter((round) => round.length > 0)) {
          appendAll(buffer, expected)
          const batch = buffer.take()
          expect(read(batch)).toEqual(expected)
          batch.release(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('copies: the chunk may change afterwards', () => {
    const buffer = createBuffer()
    const chunk = Buffer.from('{"a":1}')
    buffer.append(chunk, scanned(0, 7, 7), 0)
    chunk.fill('x')
    expect(read(buffer.take()).map(({ data }) => data)).toEqual(['{"a":1}'])
  })

  it('counts payload and memory', () => {
    fc.assert(
      fc.property(records, (expected) => {
        const buffer = createBuffer()
        const before = buffer.allocatedBytes
        const growth = appendAll(buffer, expected)
        const payload = expected.reduce(
          (sum, { data, changes }) => sum + Buffer.byteLength(data + changes),
          0,
        )
        expect(buffer.count).toBe(expected.length)
        expect(buffer.byteLength).toBe(payload)
        expect(buffer.allocatedBytes).toBe(before + growth)
        expect(buffer.allocatedBytes).toBeGreaterThanOrEqual(payload)
        // At most a quarter of each block but the last is empty, and 32 bytes of numbers per record.
        expect(buffer.allocatedBytes).toBeLessThanOrEqual(
          (payload * 4) / 3 + blockBytes + 32 * (expected.length + 16),
        )
      }),
    )
  })

  it('costs little while a stream has few records', () => {
    const buffer = createBuffer()
    expect(buffer.allocatedBytes).toBeLessThan(300)
    appendAll(buffer, [{ data: '{}', changes: '', emittedAt: 1 }])
    expect(buffer.allocatedBytes).toBeLessThan(5_000)
  })

  it('knows when its oldest record came', () => {
    const buffer = createBuffer()
    const chunk = Buffer.from('{}')
    expect(buffer.firstRecordAt).toBeUndefined()
    buffer.append(chunk, scanned(0, 2, 2), 1000)
    buffer.append(chunk, scanned(0, 2, 2), 2000)
    expect(buffer.firstRecordAt).toBe(1000)
    buffer.take()
    expect(buffer.firstRecordAt).toBeUndefined()
    buffer.append(chunk, scanned(0, 2, 2), 3000)
    expect(buffer.firstRecordAt).toBe(3000)
  })

  it('takes over the memory of a large line, wherever its changes stand, among other records', () => {
    const data = `{"text":"${'x'.repeat(100_000)}"}`
    const small = { data: '{"a":1}', changes: '[1]', emittedAt: 1 }
    const line = (text: string, changes: string) => {
      const bytes = Buffer.alloc(200_000)
      bytes.write(text)
      const at = (part: string) => (part === '' ? 0 : text.indexOf(part))
      return {
        bytes,
        record: {
          ...scanned(2, at(data) + data.length, at(changes) + changes.length),
          dataStart: at(data),
          changesStart: at(changes),
        },
      }
    }
    const changes = `[${'c'.repeat(2000)}]`
    const lines = [
      line(`{"data":${data}}`, ''),
      line(`{"data":${data},"meta":{"changes":${changes}}}`, changes),
      line(`{"meta":{"changes":${changes}},"data":${data}}`, changes),
    ]
    const buffer = createBuffer()
    const before = buffer.allocatedBytes
    for (const { bytes, record } of lines) {
      expect(buffer.takeOver(bytes, record, record.dataEnd, 0)).toBe(true)
      appendAll(buffer, [small])
    }
    expect(buffer.byteLength).toBe(3 * data.length + 2 * changes.length + 3 * 10)
    expect(buffer.allocatedBytes - before).toBeLessThan(buffer.byteLength + blockBytes)
    const batch = buffer.take()
    const big = { data, changes, emittedAt: 2 }
    expect(read(batch)).toEqual([{ ...big, changes: '' }, small, big, small, big, small])
    batch.release(true)
    expect(lines.map(({ bytes }) => bytes.length)).toEqual([0, 0, 0])
  })

  it('leaves memory that may be read elsewhere to the garbage collector', () => {
    const buffer = createBuffer()
    const bytes = Buffer.alloc(100_000, 'x')
    expect(buffer.takeOver(bytes, scanned(1, 100_000, 100_000), 100_000, 0)).toBe(true)
    buffer.take().release(false)
    expect(bytes.length).toBe(100_000)
  })

  it.each([
    ['is small, which a shared block holds better', 1000, 1000, 0],
    ['holds much more than its data', 1_000_000, 100_000, 0],
    ['has no room for the changes behind the data', 100_000, 100_000, 500],
  ])('does not take over a line that %s', (_name, bytes, dataEnd, changesLength) => {
    const record = { ...scanned(1, dataEnd, 0), changesStart: 0, changesEnd: changesLength }
    expect(createBuffer().takeOver(Buffer.alloc(bytes), record, bytes, 0)).toBe(false)
  })

  it('is empty after a take, while the batch keeps its records', () => {
    const buffer = createBuffer()
    const first = [{ data: '{"a":1}', changes: '[1]', emittedAt: 1 }]
    const second = [{ data: '{"b":2}', changes: '', emittedAt: 2 }]
    appendAll(buffer, first)
    const batch = buffer.take()
    expect([buffer.count, buffer.byteLength]).toEqual([0, 0])
    appendAll(buffer, second)
    expect(read(batch)).toEqual(first)
    expect(read(buffer.take())).toEqual(second)
  })

  it('has nothing to take while empty', () => {
    expect(() => createBuffer().take()).toThrow('The buffer of stream 3 has no records to take.')
  })

  it('asks for raw ids once per batch', () => {
    let calls = 0
    const rawIds: RawIdSequence = { write: () => {}, get: (index) => `id ${index}` }
    const buffer = new RecordBuffer({
      stream,
      pool: new BlockPool(),
      createRawIds: () => {
        calls += 1
        return rawIds
      },
    })
    appendAll(buffer, [{ data: '{}', changes: '', emittedAt: 1 }])
    const batch = buffer.take()
    expect([batch.rawIds, batch.rawIds]).toEqual([rawIds, rawIds])
    expect([batch.stream, batch.count, batch.byteLength, calls]).toEqual([stream, 1, 2, 1])
  })
})

describe('a batch', () => {
  it('gives its blocks back once', () => {
    const pool = new BlockPool()
    const buffer = createBuffer(pool)
    appendAll(
      buffer,
      Array.from({ length: 40 }, () => ({ data: `{${'x'.repeat(10_000)}}`, changes: '', emittedAt: 1 })),
    )
    const batch = buffer.take()
    const blocks = new Set<Buffer>()
    batch.visit((_index, block) => blocks.add(block))
    batch.release(true)
    batch.release(true)
    const again = Array.from({ length: 20 }, () => pool.take())
    expect(new Set(again).size).toBe(20)
    const reused = again.filter((block) => blocks.has(block))
    expect(reused.length).toBe([...blocks].filter((block) => block.length === blockBytes).length)
    expect(reused.length).toBeGreaterThan(3)
  })

  it('holds no memory and cannot be visited after its release', () => {
    const buffer = createBuffer()
    appendAll(buffer, [{ data: '{}', changes: '', emittedAt: 1 }])
    const batch = buffer.take()
    expect(batch.allocatedBytes).toBeGreaterThan(0)
    batch.release(true)
    expect(batch.allocatedBytes).toBe(0)
    expect(() => batch.visit(() => {})).toThrow('A batch cannot be visited after its release.')
  })

  it('can be visited in parts, from where a visit was ended or from anywhere', () => {
    fc.assert(
      fc.property(records, fc.array(fc.tuple(fc.nat(60), fc.nat(20))), (expected, visits) => {
        fc.pre(expected.length > 0)
        const buffer = createBuffer()
        appendAll(buffer, expected)
        const batch = buffer.take()
        let next = 0
        for (const [place, count] of [...visits, [0, 60] as const, [60, 60] as const]) {
          // Most visits go on where the last one ended.
          const from = place % 3 === 0 ? place % expected.length : next
          next = from
          const seen: number[] = []
          batch.visit((index, block, start, end) => {
            expect(block.toString('utf8', start, end)).toBe(expected[index]?.data)
            seen.push(index)
            next = index + 1
            return seen.length <= count
          }, from)
          const most = Math.min(count + 1, expected.length - from)
          expect(seen).toEqual(Array.from({ length: most }, (_, index) => from + index))
        }
      }),
      { numRuns: 50 },
    )
  })

  it('can be visited again, for a retry', () => {
    const buffer = createBuffer()
    const expected = ['{"a":1}', `{${'x'.repeat(30_000)}}`, '{}'].map((data) => ({
      data,
      changes: '',
      emittedAt: 1,
    }))
    appendAll(buffer, expected)
    const batch = buffer.take()
    expect(read(batch)).toEqual(expected)
    expect(read(batch)).toEqual(expected)
  })
})

function createBuffer(pool = new BlockPool()): RecordBuffer {
  return new RecordBuffer({ stream, pool, createRawIds: () => ({ write: () => {}, get: String }) })
}

/** Returns the sum of what the appends say they allocated. */
function appendAll(buffer: RecordBuffer, all: readonly TestRecord[]): number {
  let allocated = 0
  for (const { data, changes, emittedAt } of all) {
    const chunk = Buffer.from(`${data}${changes}`)
    const dataEnd = Buffer.byteLength(data)
    allocated += buffer.append(chunk, scanned(emittedAt, dataEnd, chunk.length), 0)
  }
  return allocated
}

function scanned(emittedAt: number, dataEnd: number, changesEnd: number): ScannedRecord {
  return {
    kind: 'record',
    streamStart: 0,
    streamEnd: 0,
    namespaceStart: 0,
    namespaceEnd: 0,
    hasEscapedNames: false,
    emittedAt,
    dataStart: 0,
    dataEnd,
    changesStart: dataEnd,
    changesEnd,
  }
}

function read(batch: RecordBatch): TestRecord[] {
  const found: TestRecord[] = []
  batch.visit((index, block, start, end, emittedAt, changes) => {
    expect(index).toBe(found.length)
    found.push({ data: block.toString('utf8', start, end), changes: changes?.toString() ?? '', emittedAt })
  })
  expect(found.length).toBe(batch.count)
  return found
}
