import { PassThrough, Readable } from 'node:stream'
import {
  type BatchCopy,
  DestinationError,
  type DestinationWriter,
  type Receipt,
  type RecordBatch,
  silentLogger,
} from 'landfall/sdk'
import { recordLine, stateLine } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import type { FlushLimits } from '../../src/pipeline/flush-policy.ts'
import { runWrite } from '../../src/pipeline/run-write.ts'
import { batchOf } from '../support/batches.ts'
import { streamConfig } from '../support/stream-config.ts'

const stream = { name: 'first' }
const streams = [streamConfig({ index: 0, descriptor: stream })]
const limits: FlushLimits = { batchBytes: 10_000, budgetBytes: 40_000, maximumAgeMilliseconds: 60_000 }

/** Collects batches until it is asked to load them. */
class CollectingWriter implements DestinationWriter {
  readonly concurrency = 2
  /** Records of each load. */
  readonly loads: number[] = []
  /** Copies that exist now, and the most there ever were of batches in memory that were brought back. */
  copies = 0
  restored = 0
  mostRestored = 0
  readonly seen: string[] = []
  #waiting: { readonly count: number; readonly receipt: PromiseWithResolvers<Receipt> }[] = []
  readonly #answer: (load: number) => void

  constructor(answer: (load: number) => void = () => {}) {
    this.#answer = answer
  }

  async write(batch: RecordBatch): Promise<Receipt> {
    try {
      return await this.#collect(batch)
    } catch (error) {
      if (!DestinationError.is(error) || error.code !== 'SERVER_UNAVAILABLE') throw error
      await batch.restore?.()
      this.restored += 1
      this.mostRestored = Math.max(this.mostRestored, this.restored)
      await new Promise((resolve) => setTimeout(resolve, 5))
      this.restored -= 1
      return this.#collect(batch)
    }
  }

  async #collect(batch: RecordBatch): Promise<Receipt> {
    const records: string[] = []
    batch.visit((_index, block, start, end) => void records.push(block.toString('utf8', start, end)))
    const receipt = Promise.withResolvers<Receipt>()
    this.#waiting.push({ count: batch.count, receipt })
    this.copies += 1
    const copy: BatchCopy = {
      read: async () => batchOf(records.map((data) => ({ data }))),
      load: () => this.#load(),
      [Symbol.asyncDispose]: async () => {
        this.copies -= 1
      },
    }
    batch.handOver?.(copy)
    expect(() => batch.visit(() => {})).toThrow('restored')
    const answer = await receipt.promise
    this.seen.push(...records)
    return answer
  }

  #load(): void {
    const group = this.#waiting.splice(0)
    if (group.length === 0) return
    this.loads.push(group.reduce((sum, { count }) => sum + count, 0))
    try {
      this.#answer(this.loads.length)
      for (const { count, receipt } of group) receipt.resolve({ rowsWritten: count, rejected: [] })
    } catch (error) {
      for (const { receipt } of group) receipt.reject(error)
    }
  }

  async finish(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}
}

function start(input: Readable, writer: DestinationWriter, changes: Partial<FlushLimits> = {}) {
  const states: number[] = []
  const done = runWrite({
    input,
    streams,
    writer,
    limits: { ...limits, ...changes },
    emitState: (line) => states.push(JSON.parse(line.toString()).state.id),
    logger: silentLogger,
    signal: new AbortController().signal,
  })
  return { states, done }
}

const record = (id: number) => recordLine(stream, { id, text: 'x'.repeat(1000) })
const ids = (count: number) => Array.from({ length: count }, (_, id) => id)

/** Each line in a chunk of its own, with a state behind every tenth record. */
const lines = (count: number) =>
  ids(count).flatMap((id) => [record(id), ...(id % 10 === 9 ? [stateLine(stream, id, 10)] : [])])
const input = (count: number) => Readable.from(lines(count).map((line) => Buffer.from(`${line}\n`)))
const idsOf = (records: readonly string[]) => records.map((data) => JSON.parse(data).id)

describe('batches that the destination collects', () => {
  it('take no memory, so that more is read than the budget holds, and are loaded together at the end', async () => {
    const writer = new CollectingWriter()
    const { states, done } = start(input(500), writer)
    const { summaries } = await done
    expect(writer.loads).toEqual([500])
    expect(summaries[0]?.recordsWritten).toBe(500)
    expect(states).toEqual(ids(50).map((index) => index * 10 + 9))
    expect(idsOf(writer.seen)).toEqual(ids(500))
    expect(writer.copies).toBe(0)
  })

  it('are asked for when their oldest record has waited for long enough, while the source is silent', async () => {
    const writer = new CollectingWriter()
    const source = new PassThrough()
    const { states, done } = start(source, writer, { maximumAgeMilliseconds: 100 })
    for (const line of lines(20)) source.write(`${line}\n`)
    await expect.poll(() => states, { timeout: 5000 }).toEqual([9, 19])
    source.end()
    await done
    expect(writer.loads.reduce((sum, count) => sum + count, 0)).toBe(20)
  })

  it('come back one at a time after a failure that passes, as they were', async () => {
    const writer = new CollectingWriter((load) => {
      if (load === 1) throw new DestinationError('SERVER_UNAVAILABLE', 'Not now.')
    })
    const { states, done } = start(input(100), writer)
    await done
    expect(writer.mostRestored).toBe(1)
    expect(writer.loads[0]).toBe(100)
    expect(idsOf(writer.seen)).toEqual(ids(100))
    expect(states).toHaveLength(10)
    expect(writer.copies).toBe(0)
  })

  it('all fail with their load, and let no state out', async () => {
    const writer = new CollectingWriter(() => {
      throw new DestinationError('STATEMENT_FAILED', 'Never.')
    })
    const { states, done } = start(input(100), writer)
    await expect(done).rejects.toThrow('Never.')
    expect(states).toEqual([])
    expect(writer.copies).toBe(0)
  })

  it('are loaded before a sync ends for a bad line', async () => {
    const writer = new CollectingWriter()
    const bad = Readable.from([...lines(30), '{"type":'].map((line) => Buffer.from(`${line}\n`)))
    const { states, done } = start(bad, writer)
    await expect(done).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    expect(states).toEqual([9, 19, 29])
  })
})

/** Hands each batch over before `write` returns, as DuckDB does. */
class PromptWriter implements DestinationWriter {
  readonly concurrency = 1
  #waiting: (() => void)[] = []

  write(batch: RecordBatch): Promise<Receipt> {
    const receipt = Promise.withResolvers<Receipt>()
    this.#waiting.push(() => receipt.resolve({ rowsWritten: batch.count, rejected: [] }))
    batch.handOver?.({
      read: () => Promise.reject(new Error('nobody asks for it')),
      load: () => {
        for (const answer of this.#waiting.splice(0)) answer()
      },
      [Symbol.asyncDispose]: async () => {},
    })
    return receipt.promise
  }

  async finish(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}
}

describe('a writer that hands batches over at once', () => {
  const syncOf = (names: readonly string[], input: readonly string[], states: unknown[], used = limits) =>
    runWrite({
      input: Readable.from(input.map((line) => Buffer.from(`${line}\n`))),
      streams: names.map((name, index) => streamConfig({ index, descriptor: { name } })),
      writer: new PromptWriter(),
      limits: used,
      emitState: (line) => states.push(line),
      logger: silentLogger,
      signal: new AbortController().signal,
    })

  it('gets thousands of streams, one after the other', async () => {
    const names = Array.from({ length: 5000 }, (_, index) => `stream ${index}`)
    const states: unknown[] = []
    const input = names.flatMap((name) => [recordLine({ name }, { id: 1 }), stateLine({ name }, 1, 1)])
    await syncOf(names, input, states, { ...limits, budgetBytes: 1e9 })
    expect(states).toHaveLength(5000)
  })

  it('is asked to load where the states that wait for its batches fill the memory', async () => {
    const states: unknown[] = []
    const state = stateLine({ name: 'first' }, 1, 1).replace(
      '"stream_state":',
      `"more":"${'x'.repeat(10_000)}","stream_state":`,
    )
    const mostWaiting: number[] = []
    let received = 0
    const input = Array.from({ length: 40 }, () => [recordLine({ name: 'first' }, { id: 1 }), state]).flat()
    await runWrite({
      input: Readable.from(
        (function* () {
          for (const line of input) {
            if (line === state) received += 1
            mostWaiting.push(received - states.length)
            yield Buffer.from(`${line}\n`)
          }
        })(),
        { highWaterMark: 1 },
      ),
      streams: [streamConfig({ index: 0, descriptor: { name: 'first' } })],
      writer: new PromptWriter(),
      limits,
      emitState: (line) => states.push(line),
      logger: silentLogger,
      signal: new AbortController().signal,
    })
    expect(states).toHaveLength(40)
    // Four of them fill the budget; some are on their way through the stream.
    expect(Math.max(...mostWaiting)).toBeLessThan(10)
  })
})
