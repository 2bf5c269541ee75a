import { join } from 'node:path'
import { createRawIdFactory } from '../src/pipeline/raw-ids.ts'
import { recordLine, stateLine, statusLine } from '../src/testing/messages.ts'
import { firstUpdateAt } from './kinds/generated.ts'
import { describeUser, makeUser, users } from './kinds/users.ts'
import { LineFile } from './line-file.ts'
import { type Input, MessageFile, statusPathOf } from './message-file.ts'
import { SeededRandom } from './random.ts'
import type { BenchRecord, RecordKind, RecordSource } from './record-kind.ts'
import { type ExpectedRows, namespace } from './tables.ts'
import { Tally } from './tally.ts'

/** The files of one kind of records. */
export type Dataset = {
  readonly kind: RecordKind
  readonly input: Input
  /** Newer versions of a tenth of the records. */
  readonly updates: Input
  /** The raw rows of `input` for a text COPY, in one file and in two halves. */
  readonly rawRows: string
  readonly rawRowHalves: readonly [string, string]
  readonly expected: {
    readonly raw: ExpectedRows
    readonly append: ExpectedRows
    readonly dedup: ExpectedRows
    readonly dedupAfterUpdates: ExpectedRows
  }
}

/** Writes the files. The same `rows` give the same bytes, whenever and wherever. */
export async function writeDataset(directory: string, kind: RecordKind, rows: number): Promise<Dataset> {
  const path = (name: string) => join(directory, `${kind.name}-${name}`)
  const tally = new Tally()
  const source = await kind.open({ rows, hasRepeats: true })
  const files = writeRecords(path, source, rows, tally)
  const before = { raw: tally.raw(), append: tally.all(), dedup: tally.newest() }
  const updates = writeMessages(path('updates.jsonl'), source.updates, firstUpdateAt + rows, tally)
  return { kind, ...files, updates, expected: { ...before, dedupAfterUpdates: tally.newest() } }
}

function writeRecords(path: (name: string) => string, source: RecordSource, rows: number, tally: Tally) {
  using messages = new MessageFile(path('records.jsonl'))
  using rawRows = new LineFile(path('raw-rows.tsv'))
  using firstHalf = new LineFile(path('raw-rows-1.tsv'))
  using secondHalf = new LineFile(path('raw-rows-2.tsv'))
  const rawIds = createRawIdFactory({
    now: () => firstUpdateAt,
    randomBytes: (size) => Buffer.alloc(size, 7),
  })()
  let index = 0
  for (const record of source.records) {
    tally.add(record)
    const emittedAt = firstUpdateAt + index
    messages.writeRecord(record.data, emittedAt)
    const row = rawRow(rawIds.get(index), record.data, emittedAt)
    rawRows.writeLine(row)
    const half = index < rows / 2 ? firstHalf : secondHalf
    half.writeLine(row)
    index += 1
  }
  const rawRowHalves = [firstHalf.path, secondHalf.path] as const
  return { input: messages.finish(), rawRows: rawRows.path, rawRowHalves }
}

/** PostgreSQL's text format, in which a backslash escapes itself. The data has no raw tabs or line feeds. */
function rawRow(rawId: string, data: string, emittedAt: number): string {
  const meta = '{"changes":[],"sync_id":1}'
  const time = new Date(emittedAt).toISOString()
  return [rawId, data.replaceAll('\\', '\\\\'), time, meta, '1'].join('\t')
}

function writeMessages(path: string, records: Iterable<BenchRecord>, emittedAt: number, tally: Tally): Input {
  using file = new MessageFile(path)
  let index = 0
  for (const record of records) {
    tally.add(record)
    file.writeRecord(record.data, emittedAt + index)
    index += 1
  }
  return file.finish()
}

export type WholeDataset = {
  readonly kind: RecordKind
  readonly input: Input
  readonly expected: { readonly raw: ExpectedRows; readonly dedup: ExpectedRows }
}

/** `rows` records with keys of their own, then newer versions of a tenth of them: all of it for one sync. */
export async function writeWholeDataset(
  directory: string,
  kind: RecordKind,
  rows: number,
): Promise<WholeDataset> {
  const source = await kind.open({ rows, hasRepeats: false })
  const tally = new Tally()
  const path = join(directory, `${kind.name}-whole.jsonl`)
  const input = writeMessages(path, chain(source.records, source.updates), firstUpdateAt, tally)
  return { kind, input, expected: { raw: tally.raw(), dedup: tally.newest() } }
}

function* chain<Item>(...lists: readonly Iterable<Item>[]): Generator<Item> {
  for (const list of lists) yield* list
}

/** Inputs whose size or shape must not show in the memory that a sync takes. */
export type MemoryDataset = {
  readonly fewUsers: Input
  /** As many records as `fewUsers`, taking turns between `streamCount` streams. */
  readonly manyStreams: Input
  readonly expectedFew: ExpectedRows
}

export const streamCount = 500

export function manyStreamsName(index: number): string {
  return `users_${index}`
}

/** Both with a tenth of `rows`. */
export async function writeMemoryDataset(directory: string, rows: number): Promise<MemoryDataset> {
  const few = Math.ceil(rows / 10)
  const tally = new Tally()
  const { records } = await users.open({ rows: few, hasRepeats: true })
  const fewUsers = writeMessages(join(directory, 'few-users.jsonl'), records, firstUpdateAt, tally)
  const manyStreams = writeManyStreams(join(directory, 'streams.jsonl'), few, streamCount)
  return { fewUsers, manyStreams, expectedFew: tally.all() }
}

/** Newer versions of `count` users, spread evenly over the ids from 1 to `rows`. */
export function writeSpreadChanges(path: string, rows: number, count: number): Input {
  using file = new MessageFile(path)
  const random = new SeededRandom(4)
  for (let index = 0; index < count; index += 1) {
    const id = 1 + Math.floor((index * rows) / count)
    const user = makeUser(random, id, firstUpdateAt + index * 1000)
    file.writeRecord(describeUser(user).data, firstUpdateAt + index)
  }
  return file.finish()
}

/** Records of as many streams in any order, then a state of each stream. */
export function writeManyStreams(path: string, rows: number, streams: number): Input {
  using file = new LineFile(path)
  using statuses = new LineFile(statusPathOf(path))
  const random = new SeededRandom(3)
  for (let index = 0; index < rows; index += 1) {
    const stream = { name: manyStreamsName(random.below(streams)), namespace }
    const { data } = describeUser(makeUser(random, index + 1, firstUpdateAt + index * 1000))
    file.writeLine(recordLine(stream, data, { emittedAt: firstUpdateAt + index }))
  }
  for (let index = 0; index < streams; index += 1) {
    const stream = { name: manyStreamsName(index), namespace }
    file.writeLine(stateLine(stream, index + 1, 0))
    statuses.writeLine(statusLine(stream))
  }
  return { path, statusPath: statuses.path, records: rows, bytes: file.byteLength, states: streams }
}
