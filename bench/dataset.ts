import { join } from 'node:path'
import { createRawIdFactory } from '../src/pipeline/raw-ids.ts'
import { recordLine, stateLine, statusLine } from '../src/testing/messages.ts'
import { LineFile } from './line-file.ts'
import { SeededRandom } from './random.ts'
import { type ExpectedRows, namespace } from './tables.ts'
import { makeUser, type User } from './users.ts'

/** AirbyteMessages. */
export type Input = {
  /** The records and their states. */
  readonly path: string
  /** The streams' statuses, which end the input. */
  readonly statusPath: string
  readonly records: number
  /** Of records and states, so that figures of all programs count the same bytes. */
  readonly bytes: number
  readonly states: number
}

export type Dataset = {
  readonly users: Input
  /** Newer versions of every tenth user. */
  readonly updates: Input
  /** A tenth of the rows, for memory that must not depend on the size of the input. */
  readonly fewUsers: Input
  /** As many records as `fewUsers`, taking turns between `streamCount` streams. */
  readonly manyStreams: Input
  /** The raw rows of `users` for a text COPY, in one file and in two halves. */
  readonly rawRows: string
  readonly rawRowHalves: readonly [string, string]
  readonly expected: {
    readonly append: ExpectedRows
    readonly fewAppend: ExpectedRows
    readonly dedup: ExpectedRows
    readonly dedupAfterUpdates: ExpectedRows
  }
}

export const streamCount = 500

export function manyStreamsName(index: number): string {
  return `users_${index}`
}

const recordsPerState = 10_000

/** Of a hundred records, so many have an id that came before. */
const repeatPercentage = 17

const firstUpdateAt = Date.UTC(2026, 0, 1)

/** Writes all files. The same `rows` give the same bytes, whenever and wherever. */
export function writeDataset(directory: string, rows: number): Dataset {
  const path = (name: string) => join(directory, name)
  const few = Math.ceil(rows / 10)
  const tally = new Tally()
  const { users, fewUsers, rawRows, rawRowHalves, fewAppend } = writeUsers(path, rows, few, tally)
  const append = tally.all()
  const dedup = tally.newest()
  const updates = writeUpdates(path('updates.jsonl'), rows, tally)
  return {
    users,
    updates,
    fewUsers,
    manyStreams: writeManyStreams(path('streams.jsonl'), few),
    rawRows,
    rawRowHalves,
    expected: { append, fewAppend, dedup, dedupAfterUpdates: tally.newest() },
  }
}

/** Later records replace earlier ones of the same id. */
class Tally {
  readonly #visits: number[] = []
  #rows = 0
  #sum = 0

  add({ id, visits }: User): void {
    this.#rows += 1
    this.#sum += visits
    this.#visits[id - 1] = visits
  }

  get distinctIds(): number {
    return this.#visits.length
  }

  all(): ExpectedRows {
    return { rows: this.#rows, distinctIds: this.distinctIds, visits: this.#sum }
  }

  newest(): ExpectedRows {
    const visits = this.#visits.reduce((sum, next) => sum + next, 0)
    return { rows: this.distinctIds, distinctIds: this.distinctIds, visits }
  }
}

function writeUsers(path: (name: string) => string, rows: number, few: number, tally: Tally) {
  using users = new MessageFile(path('users.jsonl'), 'users')
  using fewUsers = new MessageFile(path('few-users.jsonl'), 'users')
  using rawRows = new LineFile(path('raw-rows.tsv'))
  using firstHalf = new LineFile(path('raw-rows-1.tsv'))
  using secondHalf = new LineFile(path('raw-rows-2.tsv'))
  const random = new SeededRandom(1)
  const rawIds = createRawIdFactory({
    now: () => firstUpdateAt,
    randomBytes: (size) => Buffer.alloc(size, 7),
  })()
  let fewAppend = tally.all()
  for (let index = 0; index < rows; index += 1) {
    const isRepeat = tally.distinctIds > 0 && random.below(100) < repeatPercentage
    const id = 1 + (isRepeat ? random.below(tally.distinctIds) : tally.distinctIds)
    const user = makeUser(random, id, firstUpdateAt + index * 1000)
    tally.add(user)
    const emittedAt = firstUpdateAt + index
    users.writeRecord(user, emittedAt)
    if (index < few) fewUsers.writeRecord(user, emittedAt)
    if (index + 1 === few) fewAppend = tally.all()
    const row = rawRow(rawIds.get(index), user, emittedAt)
    rawRows.writeLine(row)
    const half = index < rows / 2 ? firstHalf : secondHalf
    half.writeLine(row)
  }
  return {
    users: users.finish(),
    fewUsers: fewUsers.finish(),
    rawRows: rawRows.path,
    rawRowHalves: [firstHalf.path, secondHalf.path] as const,
    fewAppend,
  }
}

/** PostgreSQL's text format, in which a backslash escapes itself. The data has no raw tabs or line feeds. */
function rawRow(rawId: string, { data }: User, emittedAt: number): string {
  const meta = '{"changes":[],"sync_id":1}'
  const time = new Date(emittedAt).toISOString()
  return [rawId, data.replaceAll('\\', '\\\\'), time, meta, '1'].join('\t')
}

function writeUpdates(path: string, rows: number, tally: Tally): Input {
  using updates = new MessageFile(path, 'users')
  const random = new SeededRandom(2)
  for (let index = 0; index < Math.ceil(rows / 10); index += 1) {
    const id = 1 + random.below(tally.distinctIds)
    const user = makeUser(random, id, firstUpdateAt + (rows + index) * 1000)
    tally.add(user)
    updates.writeRecord(user, firstUpdateAt + rows + index)
  }
  return updates.finish()
}

/** Newer versions of `count` users, spread evenly over the ids from 1 to `rows`. */
export function writeSpreadChanges(path: string, rows: number, count: number): Input {
  using file = new MessageFile(path, 'users')
  const random = new SeededRandom(4)
  for (let index = 0; index < count; index += 1) {
    const id = 1 + Math.floor((index * rows) / count)
    file.writeRecord(makeUser(random, id, firstUpdateAt + index * 1000), firstUpdateAt + index)
  }
  return file.finish()
}

function writeManyStreams(path: string, rows: number): Input {
  using file = new LineFile(path)
  using statuses = new LineFile(statusPathOf(path))
  const random = new SeededRandom(3)
  for (let index = 0; index < rows; index += 1) {
    const stream = { name: manyStreamsName(random.below(streamCount)), namespace }
    const user = makeUser(random, index + 1, firstUpdateAt + index * 1000)
    file.writeLine(recordLine(stream, user.data, { emittedAt: firstUpdateAt + index }))
  }
  for (let index = 0; index < streamCount; index += 1) {
    const stream = { name: manyStreamsName(index), namespace }
    file.writeLine(stateLine(stream, index + 1, 0))
    statuses.writeLine(statusLine(stream))
  }
  return { path, statusPath: statuses.path, records: rows, bytes: file.byteLength, states: streamCount }
}

function statusPathOf(path: string): string {
  return `${path}.status`
}

/** Messages of one stream: a state after each 10,000 records and after the last; the status goes into a file of its own. */
class MessageFile implements Disposable {
  readonly #file: LineFile
  readonly #stream: { readonly name: string; readonly namespace: string }
  #records = 0
  #states = 0

  constructor(path: string, name: string) {
    this.#file = new LineFile(path)
    this.#stream = { name, namespace }
  }

  writeRecord({ data }: User, emittedAt: number): void {
    this.#file.writeLine(recordLine(this.#stream, data, { emittedAt }))
    this.#records += 1
    if (this.#records % recordsPerState === 0) this.#writeState(recordsPerState)
  }

  finish(): Input {
    this.#writeState(this.#records % recordsPerState)
    const { path, byteLength: bytes } = this.#file
    using status = new LineFile(statusPathOf(path))
    status.writeLine(statusLine(this.#stream))
    return { path, statusPath: status.path, records: this.#records, bytes, states: this.#states }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }

  #writeState(records: number): void {
    this.#states += 1
    this.#file.writeLine(stateLine(this.#stream, this.#states, records))
  }
}
