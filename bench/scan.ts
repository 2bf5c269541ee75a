import { randomBytes } from 'node:crypto'
import type { StreamConfig } from '../src/catalog/stream-config.ts'
import { BlockPool } from '../src/pipeline/block-pool.ts'
import { createRawIdFactory } from '../src/pipeline/raw-ids.ts'
import { RecordBuffer } from '../src/pipeline/record-buffer.ts'
import { LineSplitter } from '../src/pipeline/split-lines.ts'
import { StreamRouter, unknownStream } from '../src/pipeline/stream-router.ts'
import { createMessageScanner } from '../src/protocol/scan-message.ts'

// How fast bytes become buffered records, without a sink: node bench/scan.ts

const runs = 5
const totalBytes = 64 * 1024 * 1024
/** What a pipe hands out at a time. */
const chunkBytes = 65_536
const batchBytes = 16 * 1024 * 1024
const streams = ['users', 'orders'].map(createStream)

const inputs = {
  'one stream': createChunks((index) => createLine('users', index)),
  'two streams, line by line': createChunks((index) =>
    createLine(index % 2 === 0 ? 'users' : 'orders', index),
  ),
  'time in front of data': createChunks((index) => createLine('users', index, true)),
}

for (const [name, chunks] of Object.entries(inputs)) {
  print(`${name}: newline scan`, chunks, splitOnly)
  print(`${name}: scan`, chunks, scanOnly)
  print(`${name}: scan, route, append`, chunks, scanRouteAppend)
  print(`${name}: JSON.parse per line`, chunks, parseLines)
}

function splitOnly(chunks: readonly Buffer[]): number {
  let lines = 0
  feed(chunks, () => {
    lines += 1
  })
  return lines
}

function scanOnly(chunks: readonly Buffer[]): number {
  const scanner = createMessageScanner()
  let records = 0
  feed(chunks, (buffer, start, end) => {
    if (scanner.scan(buffer, start, end).kind === 'record') records += 1
  })
  return records
}

function scanRouteAppend(chunks: readonly Buffer[]): number {
  const scanner = createMessageScanner()
  const router = new StreamRouter(streams.map(({ descriptor }) => descriptor))
  const pool = new BlockPool()
  const createRawIds = createRawIdFactory({ now: Date.now, randomBytes })
  const buffers = streams.map((stream) => new RecordBuffer({ stream, pool, createRawIds }))
  let records = 0
  feed(chunks, (bytes, start, end) => {
    const record = scanner.scan(bytes, start, end)
    if (record.kind !== 'record') throw new Error(`A line is ${record.kind}.`)
    const index = router.route(bytes, record)
    const buffer = buffers[index]
    if (index === unknownStream || buffer === undefined) throw new Error('A line has an unknown stream.')
    buffer.append(bytes, record, 0)
    if (buffer.allocatedBytes >= batchBytes) buffer.take().release(true)
    records += 1
  })
  return records
}

function parseLines(chunks: readonly Buffer[]): number {
  let records = 0
  feed(chunks, (buffer, start, end) => {
    if (JSON.parse(buffer.toString('utf8', start, end)).type === 'RECORD') records += 1
  })
  return records
}

function feed(chunks: readonly Buffer[], onLine: (buffer: Buffer, start: number, end: number) => void): void {
  const splitter = new LineSplitter(onLine)
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
}

/** The median of a few runs, after one to warm up. */
function print(name: string, chunks: readonly Buffer[], run: (chunks: readonly Buffer[]) => number): void {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const lines = run(chunks)
  const seconds = Array.from({ length: runs }, () => measure(() => run(chunks))).toSorted((a, b) => a - b)
  const median = seconds[Math.floor(runs / 2)] ?? 0
  const rate = `${Math.round(bytes / 1e6 / median)} MB/s`.padStart(10)
  const time = `${Math.round((median * 1e9) / lines)} ns per line of ${Math.round(bytes / lines)} bytes`
  process.stdout.write(`${name.padEnd(50)}${rate}  ${time}\n`)
}

function measure(run: () => unknown): number {
  const start = performance.now()
  run()
  return (performance.now() - start) / 1000
}

function createChunks(createText: (index: number) => string): readonly Buffer[] {
  const lines: string[] = []
  for (let size = 0; size < totalBytes; size += lines.at(-1)?.length ?? 0)
    lines.push(createText(lines.length))
  const bytes = Buffer.from(lines.join(''))
  // Each chunk has memory of its own, as chunks from a pipe have.
  return Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    Buffer.from(bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)),
  )
}

function createLine(stream: string, index: number, isTimeFirst = false): string {
  const data = {
    id: index,
    name: `Ada Lovelace ${index}`,
    email: `ada${index}@example.com`,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-02T12:30:00.123456Z',
    age: index % 90,
    score: (index % 1000) / 8,
    active: index % 3 === 0,
    country: 'GB',
    notes: 'free text that is a bit longer than the others, with a "quoted" word',
    city: 'London',
    phone: null,
  }
  const emitted_at = 1_767_225_600_000 + index
  const record = isTimeFirst
    ? { namespace: 'public', stream, emitted_at, data }
    : { namespace: 'public', stream, data, emitted_at }
  return `${JSON.stringify({ type: 'RECORD', record })}\n`
}

function createStream(name: string, index: number): StreamConfig {
  const descriptor = { name, namespace: 'public' }
  return {
    index,
    descriptor,
    id: {
      finalNamespace: 'public',
      finalName: name,
      rawNamespace: 'raw',
      rawName: name,
      originalNamespace: 'public',
      originalName: name,
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
}
