import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { DestinationError, silentLogger } from 'landfall/sdk'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import type { FlushLimits } from '../../src/pipeline/flush-policy.ts'
import { runWrite } from '../../src/pipeline/run-write.ts'
import { accept, RecordingWriter } from '../support/recording-writer.ts'
import { streamConfig } from '../support/stream-config.ts'

const [first, second] = [{ name: 'first' }, { name: 'second' }]
const streams = [first, second].map((descriptor, index) => streamConfig({ index, descriptor }))
const mebibyte = 1024 * 1024
const limits: FlushLimits = {
  batchBytes: mebibyte,
  budgetBytes: 4 * mebibyte,
  maximumAgeMilliseconds: 60_000,
}

function start(
  input: Readable,
  writer: RecordingWriter,
  options: { limits?: FlushLimits; signal?: AbortSignal; streams?: typeof streams } = {},
) {
  const states: number[] = []
  const done = runWrite({
    input,
    streams: options.streams ?? streams,
    writer,
    limits: options.limits ?? limits,
    emitState: (line) => states.push(JSON.parse(line.toString()).state.id),
    logger: silentLogger,
    signal: options.signal ?? new AbortController().signal,
  })
  return { states, done }
}

const bytes = (lines: readonly string[]) => Readable.from([Buffer.from(`${lines.join('\n')}\n`)])
const data = (id: number) => `{"id":${id}}`

describe('runWrite', () => {
  it('writes every record and releases every state, with statuses for the end', async () => {
    const writer = new RecordingWriter()
    const input = bytes([
      recordLine(first, data(1)),
      recordLine(second, data(2)),
      stateLine(first, 1, 1),
      stateLine(second, 2, 1),
      statusLine(first),
      statusLine(second, 'INCOMPLETE'),
    ])
    const { states, done } = start(input, writer)
    const { summaries } = await done
    expect(states).toEqual([1, 2])
    expect(
      summaries.map(({ recordsWritten, status, isSuccessful }) => [recordsWritten, status, isSuccessful]),
    ).toEqual([
      [1, 'COMPLETE', true],
      [1, 'INCOMPLETE', false],
    ])
    expect(writer.summaries).toBe(summaries)
  })

  it('takes the end of input for success where the platform sends no statuses', async () => {
    const plain = streams.map((stream) => ({ ...stream, hasGenerations: false }))
    const { done } = start(bytes([recordLine(first, data(1))]), new RecordingWriter(), { streams: plain })
    expect((await done).summaries.map(({ isSuccessful }) => isSuccessful)).toEqual([true, true])
  })

  it('accepts a last line without a line break', async () => {
    const writer = new RecordingWriter()
    await start(Readable.from([Buffer.from(recordLine(first, data(1)))]), writer).done
    expect(writer.batches).toEqual([{ stream: 0, records: [data(1)] }])
  })

  it('fails with the first error, and lets no state out that needs the failed batch', async () => {
    const writer = new RecordingWriter((batch) => {
      if (batch.stream === 0) throw new DestinationError('SERVER_UNAVAILABLE', 'gone')
      return accept(batch)
    })
    const input = bytes([recordLine(first, data(1)), stateLine(first, 1, 1), stateLine(first, 2, 0)])
    const { states, done } = start(input, writer)
    await expect(done).rejects.toMatchObject({ code: 'SERVER_UNAVAILABLE' })
    expect(states).toEqual([])
    expect(writer.summaries).toBeUndefined()
  })

  it.each([
    { rowsWritten: 1, rejected: [] },
    { rowsWritten: 3, rejected: [] },
    { rowsWritten: 2, rejected: [{ index: 0, reason: 'bad' }] },
    { rowsWritten: 1, rejected: [{ index: 2, reason: 'not sent' }] },
    { rowsWritten: 1, rejected: [{ index: -1, reason: 'not sent' }] },
    { rowsWritten: 1, rejected: [{ index: 0.5, reason: 'not sent' }] },
    {
      rowsWritten: 0,
      rejected: [
        { index: 1, reason: 'bad' },
        { index: 1, reason: 'twice' },
      ],
    },
  ])(
    'does not believe a receipt of $rowsWritten written and $rejected rejected for 2 records',
    async (receipt) => {
      const input = bytes([recordLine(first, data(1)), recordLine(first, data(2)), stateLine(first, 1, 2)])
      const { states, done } = start(input, new RecordingWriter(() => receipt))
      await expect(done).rejects.toMatchObject({ code: 'RECEIPT_MISMATCH', stream: first })
      expect(states).toEqual([])
    },
  )

  it.each([
    { line: '{"type":"RECORD","record":{"stream":"first"', code: 'MESSAGE_INVALID' },
    { line: 'starting up...', code: 'MESSAGE_INVALID' },
    { line: recordLine({ name: 'third' }, data(1)), code: 'STREAM_UNKNOWN' },
    { line: recordLine({ name: 'first', namespace: 'other' }, data(1)), code: 'STREAM_UNKNOWN' },
    {
      line: '{"type":"STATE","state":{"type":"GLOBAL","global":{"stream_states":[]},"id":9}}',
      code: 'MESSAGE_INVALID',
    },
  ])('stops at `$line` with $code, after everything before it is safe', async ({ line, code }) => {
    const writer = new RecordingWriter()
    const input = bytes([
      recordLine(first, data(1)),
      stateLine(first, 1, 1),
      line,
      recordLine(first, data(2)),
    ])
    const { states, done } = start(input, writer)
    const error = await done.catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code })
    expect(String(error)).toContain('Message 3')
    expect(String(error)).not.toContain('starting up')
    expect(states).toEqual([1])
    expect(writer.batches).toEqual([{ stream: 0, records: [data(1)] }])
    expect(writer.summaries).toBeUndefined()
  })

  it('refuses a record after its stream is complete', async () => {
    const input = bytes([statusLine(first), recordLine(first, data(1))])
    await expect(start(input, new RecordingWriter()).done).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
  })

  it('ignores what says nothing to a destination', async () => {
    const input = bytes([
      '',
      '{"type":"LOG","log":{"level":"INFO","message":"x"}}',
      '{"type":"NEW_KIND"}',
      '   ',
    ])
    await expect(start(input, new RecordingWriter()).done).resolves.toBeDefined()
  })

  it('releases a state on a quiet source once its records are old enough', async () => {
    const input = new PassThrough()
    const { states, done } = start(input, new RecordingWriter(), {
      limits: { ...limits, maximumAgeMilliseconds: 200 },
    })
    input.write(`${recordLine(first, data(1))}\n${stateLine(first, 1, 1)}\n`)
    await sleep(1500)
    expect(states).toEqual([1])
    input.end()
    await done
  })

  it('stops reading while the memory budget is used up', async () => {
    let letGo: () => void = () => {}
    const blocked = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const writer = new RecordingWriter(async (batch) => {
      await blocked
      return accept(batch)
    })
    const line = Buffer.from(`${recordLine(first, { text: 'x'.repeat(1000) })}\n`)
    let produced = 0
    const input = Readable.from(
      (async function* () {
        for (let index = 0; index < 20_000; index += 1) {
          produced += line.length
          yield line
        }
      })(),
      { objectMode: false },
    )
    const { done } = start(input, writer)
    await sleep(500)
    expect(produced).toBeLessThan(limits.budgetBytes * 1.5)
    letGo()
    await done
    expect(writer.batches.flatMap(({ records }) => records)).toHaveLength(20_000)
  })

  it('runs as many writes at a time as the destination allows, and no more', async () => {
    const writer = new RecordingWriter(async (batch) => {
      await sleep(5)
      return accept(batch)
    }, 3)
    const line = Buffer.from(`${recordLine(first, { text: 'x'.repeat(10_000) })}\n`)
    await start(Readable.from(Array.from({ length: 2000 }, () => line)), writer).done
    expect(writer.mostInFlight).toBe(3)
  })

  it('when asked to stop, waits for what is under way and reports why', async () => {
    const stop = new AbortController()
    const input = new PassThrough()
    const writer = new RecordingWriter()
    const { done } = start(input, writer, { signal: stop.signal })
    input.write(`${recordLine(first, data(1))}\n`)
    await sleep(50)
    stop.abort(new DestinationError('INTERRUPTED', 'stopped'))
    await expect(done).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(writer.summaries).toBeUndefined()
    if (!input.destroyed) await once(input, 'close')
  })

  it('keeps the states of an overwrite without generation ids until its table is replaced', async () => {
    const overwrite = streams.map((stream) => ({
      ...stream,
      hasGenerations: false,
      isTruncate: stream.index === 0,
    }))
    const events: string[] = []
    const writer = new RecordingWriter()
    writer.finish = async () => void events.push('finished')
    const input = bytes([recordLine(first, data(1)), stateLine(first, 1, 1), stateLine(second, 2, 0)])
    await runWrite({
      input,
      streams: overwrite,
      writer,
      limits,
      emitState: (line) => events.push(`state ${JSON.parse(line.toString()).state.id}`),
      logger: silentLogger,
      signal: new AbortController().signal,
    })
    expect(events).toEqual(['state 2', 'finished', 'state 1'])
  })

  describe('an overwrite without generation ids that its source did not complete', () => {
    const overwrite = streams.map((stream) => ({ ...stream, hasGenerations: false, isTruncate: true }))

    it('keeps its states, since its rows are thrown away, and lets those of others go', async () => {
      const input = bytes([
        recordLine(first, data(1)),
        stateLine(first, 1, 1),
        recordLine(second, data(1)),
        stateLine(second, 2, 1),
        statusLine(first, 'INCOMPLETE'),
        statusLine(second),
      ])
      const { states, done } = start(input, new RecordingWriter(), { streams: overwrite })
      expect((await done).summaries.map(({ isSuccessful }) => isSuccessful)).toEqual([false, true])
      expect(states).toEqual([2])
    })

    it('keeps states of all streams together', async () => {
      const input = bytes([
        recordLine(first, data(1)),
        '{"type":"STATE","state":{"type":"GLOBAL","global":{"stream_states":[]},"id":9}}',
        statusLine(first, 'INCOMPLETE'),
        statusLine(second),
      ])
      const { states, done } = start(input, new RecordingWriter(), { streams: overwrite })
      await done
      expect(states).toEqual([])
    })
  })

  it('reads nothing where it was asked to stop before', async () => {
    const input = new PassThrough()
    const signal = AbortSignal.abort(new DestinationError('INTERRUPTED', 'stopped'))
    await expect(start(input, new RecordingWriter(), { signal }).done).rejects.toMatchObject({
      code: 'INTERRUPTED',
    })
    expect(input.destroyed).toBe(true)
  })

  it('counts waiting states as memory in use, and writes the records that they wait for', async () => {
    const input = new PassThrough()
    const { states, done } = start(input, new RecordingWriter())
    input.write(`${recordLine(first, data(1))}\n`)
    for (let id = 0; id < 10; id += 1) {
      input.write(
        `{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"first"},"stream_state":"${'x'.repeat(mebibyte)}"},"id":${id}}}\n`,
      )
    }
    // Long before the record is old enough, and before the input ends.
    await expect.poll(() => states.length).toBe(10)
    input.end()
    await done
  })

  it('writes no small batches for states that wait for the end anyway', async () => {
    const overwrite = streams.map((stream) => ({ ...stream, hasGenerations: false, isTruncate: true }))
    const writer = new RecordingWriter()
    const state = `{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"first"},"stream_state":"${'x'.repeat(mebibyte)}"},"id":1}}\n`
    const input = Readable.from(
      Array.from({ length: 10 }, (_, id) => Buffer.from(`${recordLine(first, data(id))}\n${state}`)),
    )
    const { states, done } = start(input, writer, { streams: overwrite })
    await done
    expect(states).toHaveLength(10)
    expect(writer.batches).toHaveLength(1)
  })
})
