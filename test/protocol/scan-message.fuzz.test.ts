import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../../src/pipeline/split-lines.ts'
import { readDescriptor } from '../../src/pipeline/stream-router.ts'
import { isValidJson } from '../../src/protocol/scan-json.ts'
import { createMessageScanner } from '../../src/protocol/scan-message.ts'
import { anyLine } from './lines.ts'

/** Lines per run; `FUZZ_LINES=1000000 npx vitest run test/protocol/scan-message.fuzz.test.ts` for a long one. */
const lineCount = Number(process.env.FUZZ_LINES ?? 20_000)
const linesPerRun = 20

/** Ten times what a quiet machine needs. */
const patienceMilliseconds = 600_000 + lineCount

/** What a line says, by the scanner or by `JSON.parse`. */
type Reading =
  | {
      kind: 'record'
      stream: string
      namespace: string | undefined
      emittedAt: number
      data: unknown
      changes: unknown
    }
  | { kind: 'state' | 'status' | 'ignored' | 'invalid' | 'record with broken data' }

describe('the scanner and JSON.parse', () => {
  it(
    `read the same in ${lineCount} lines, in any order and cut anywhere into chunks`,
    () => {
      const lines = fc
        .array(fc.tuple(anyLine(), fc.nat(9)), { minLength: linesPerRun, maxLength: linesPerRun })
        .map((entries) =>
          entries.flatMap(([text, chance]) => (chance === 0 ? [text, respace(text)] : [text])),
        )
      const cuts = fc.array(fc.nat(4000), { maxLength: 10 })
      fc.assert(
        fc.property(lines, cuts, (texts, positions) => {
          const bytes = Buffer.from(texts.join('\n'))
          const readings = scanChunks(cut(bytes, positions))
          expect(readings.length).toBe(texts.length)
          for (const [index, text] of texts.entries()) {
            const reading = readings[index]
            // What the data holds is not the scanner's business, but then the line must be no JSON.
            const isBroken = reading?.kind === 'record with broken data'
            expect(isBroken ? { kind: 'invalid' } : reading, text).toEqual(parse(text))
          }
        }),
        { numRuns: Math.ceil(lineCount / linesPerRun) },
      )
    },
    patienceMilliseconds,
  )

  it('are fed with lines of every kind', () => {
    const kinds = new Map<string, number>()
    for (const text of fc.sample(anyLine(), { numRuns: 3000, seed: 1 })) {
      const { kind } = scanLine(Buffer.from(text))
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
    for (const kind of ['record', 'state', 'status', 'ignored', 'invalid', 'record with broken data']) {
      expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(5)
    }
    expect(kinds.get('record')).toBeGreaterThan(500)
  })
})

/** Nearly the line before: what is remembered of that one must not be taken for more than it is. */
function respace(text: string): string {
  return text.replaceAll(/"(emitted_at|data|stream|record)":/g, '$& ')
}

const scanner = createMessageScanner()

function scanChunks(chunks: readonly Buffer[]): Reading[] {
  const readings: Reading[] = []
  const splitter = new LineSplitter((buffer, start, end) => readings.push(read(buffer, start, end)))
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return readings
}

function scanLine(line: Buffer): Reading {
  return read(line, 0, line.length)
}

function read(buffer: Buffer, start: number, end: number): Reading {
  const result = scanner.scan(buffer, start, end)
  if (result.kind !== 'record') return { kind: result.kind }
  const { dataStart, dataEnd, changesStart, changesEnd, emittedAt } = result
  if (!isValidJson(buffer, dataStart, dataEnd)) return { kind: 'record with broken data' }
  const { name, namespace } = readDescriptor(buffer, result)
  const changes =
    changesEnd > changesStart ? JSON.parse(buffer.toString('utf8', changesStart, changesEnd)) : undefined
  const data: unknown = JSON.parse(buffer.toString('utf8', dataStart, dataEnd))
  return { kind: 'record', stream: name, namespace, emittedAt, data, changes }
}

function parse(text: string): Reading {
  const message = parseObject(text)
  if (message === undefined || typeof message.type !== 'string') return { kind: 'invalid' }
  if (message.type === 'STATE') return { kind: parseState(asObject(message.state)) }
  if (message.type === 'TRACE') return { kind: parseTrace(asObject(message.trace)) }
  if (message.type !== 'RECORD') return { kind: 'ignored' }
  return parseRecord(asObject(message.record))
}

function parseRecord(record: JsonRecord | undefined): Reading {
  const { stream, emitted_at: emittedAt, namespace = null } = record ?? {}
  const data = asObject(record?.data)
  const changes = asObject(record?.meta)?.changes
  const isNamespace = namespace === null || typeof namespace === 'string'
  if (typeof stream !== 'string' || typeof emittedAt !== 'number' || !isNamespace) return { kind: 'invalid' }
  if (data === undefined || Math.abs(emittedAt) > 8.64e15) return { kind: 'invalid' }
  return {
    kind: 'record',
    stream,
    namespace: namespace || undefined,
    emittedAt: Math.trunc(emittedAt) + 0,
    data,
    changes: Array.isArray(changes) && changes.length > 0 ? changes : undefined,
  }
}

function parseState(state: JsonRecord | undefined): 'state' | 'invalid' {
  const type =
    state?.type ?? (asObject(state?.global) ? 'GLOBAL' : asObject(state?.stream) ? 'STREAM' : 'LEGACY')
  const name = asObject(asObject(state?.stream)?.stream_descriptor)?.name
  if (state === undefined || !['STREAM', 'GLOBAL', 'LEGACY'].includes(String(type))) return 'invalid'
  return type === 'STREAM' && typeof name !== 'string' ? 'invalid' : 'state'
}

function parseTrace(trace: JsonRecord | undefined): 'status' | 'ignored' | 'invalid' {
  const type = typeof trace?.type === 'string' ? trace.type : undefined
  const status = asObject(trace?.stream_status)
  if (status === undefined) return type === 'STREAM_STATUS' ? 'invalid' : 'ignored'
  if (type !== undefined && type !== 'STREAM_STATUS') return 'ignored'
  if (typeof asObject(status.stream_descriptor)?.name !== 'string') return 'invalid'
  return ['STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE'].includes(String(status.status))
    ? 'status'
    : 'ignored'
}

type JsonRecord = { readonly [key: string]: unknown }

function parseObject(text: string): JsonRecord | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

function asObject(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : undefined
}

function cut(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const borders = [0, ...positions.map((position) => Math.min(position, bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  )
  return borders.slice(1).map((border, index) => bytes.subarray(borders[index], border))
}
