import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { recordLine, runCheckCommand, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createDeclarativeDestination,
  loadDeclarativeDestination,
} from '../../src/declarative/create-destination.ts'
import { readRetryAfter } from '../../src/declarative/http/http-client.ts'
import { readRejected } from '../../src/declarative/http/read-rejected.ts'
import type { HttpWriter } from '../../src/declarative/manifest.ts'
import { readManifest } from '../../src/declarative/read-manifest.ts'

const manifest = fileURLToPath(new URL('../../examples/declarative/events-api.yaml', import.meta.url))
const key = 'k3y-of-the-service'

type Call = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let server: Server
let url: string
let calls: Call[]
/**
 * Answers to be given before the usual ones: a status, `cut` for none, `half` for a body that breaks off, or a status
 * with a body that does not end.
 */
let troubles: (number | 'cut' | 'half' | { readonly endless: number })[]
/** Longer bodies are answered with 413. */
let longestBody: number
let directory: string

/** An events service: refuses wrong keys, and events whose data has no `id`. */
beforeEach(async () => {
  calls = []
  troubles = []
  longestBody = Number.POSITIVE_INFINITY
  directory = await mkdtemp(join(tmpdir(), 'landfall-http-'))
  server = createServer(async (request, response): Promise<unknown> => {
    const bytes = await buffer(request)
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
    calls.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    const trouble = request.method === 'POST' ? troubles.shift() : undefined
    if (trouble === 'cut') return response.destroy()
    if (trouble === 'half') {
      response.writeHead(200, { 'content-length': '100' }).write('{"rejected":[')
      return setTimeout(() => response.destroy(), 50)
    }
    if (typeof trouble === 'object') {
      response.writeHead(trouble.endless, { 'content-type': 'application/json' })
      return pipeline(Readable.from(forever()), response).catch(() => {})
    }
    if (body.length > longestBody) return response.writeHead(413).end('too long')
    if (trouble !== undefined) return response.writeHead(trouble, { 'retry-after': '0' }).end('trouble')
    if (request.headers.authorization !== `Bearer ${key}`) return response.writeHead(401).end('who?')
    const { events = [] }: { events?: { data: { id?: number } }[] } = JSON.parse(body || '{}')
    const rejected = events.flatMap(({ data }, index) =>
      data.id === undefined ? [{ index, reason: 'an event needs an id' }] : [],
    )
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ rejected }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(directory, { recursive: true, force: true })
})

function* forever() {
  const spaces = Buffer.alloc(64 * 1024, ' ')
  for (;;) yield spaces
}

const clicks = { name: 'page clicks' }

/** Where the example's answers have what. */
const places = { items: '/rejected', index: '/index', message: '/reason', policy: 'file' } as const

function config(changes: object = {}): object {
  return { url, api_key: key, rejects_file: join(directory, 'rejected.jsonl'), ...changes }
}

function catalog(
  mode: string,
  generation: readonly [number, number] = [1, 0],
  streams: readonly { readonly name: string }[] = [clicks],
): object {
  return {
    streams: streams.map((stream) => ({
      stream: { ...stream, json_schema: { type: 'object', properties: {} } },
      sync_mode: 'full_refresh',
      destination_sync_mode: mode,
      generation_id: generation[0],
      minimum_generation_id: generation[1],
      sync_id: 7,
    })),
  }
}

/** The example with shorter waits between attempts. */
async function loadImpatient(changes: Partial<HttpWriter> = {}) {
  const read = await readManifest(manifest)
  if (read.write.type !== 'HttpWriter') throw new Error('the example has another writer')
  const retry = { attempts: 5, first_delay_seconds: 0.01 }
  return createDeclarativeDestination({ ...read, write: { ...read.write, retry, ...changes } })
}

async function write(
  lines: readonly string[],
  changes: { readonly catalog?: object; readonly config?: object } = {},
) {
  return runWriteCommand(await loadImpatient(), {
    config: changes.config ?? config(),
    catalog: changes.catalog ?? catalog('append'),
    input: lines,
  })
}

describe('a manifest for an HTTP service', () => {
  it('checks the connection', async () => {
    const destination = await loadDeclarativeDestination(manifest)
    const status = async (changes: object) =>
      (await runCheckCommand(destination, config(changes))).messages.at(-1)?.connectionStatus
    expect(await status({})).toEqual({ status: 'SUCCEEDED' })
    expect(await status({ api_key: 'wrong' })).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('the credentials were refused'),
    })
    expect(await status({ url: 'ftp://x' })).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('`url`'),
    })
  })

  it('sends records as the bytes that came, and answers states behind them', async () => {
    const run = await write([
      recordLine(clicks, '{"id":9007199254740993,"x":1.0}'),
      recordLine(clicks, '{"id":2}'),
      stateLine(clicks, 1, 2),
      statusLine(clicks),
    ])
    expect(run.errorMessage).toBeUndefined()
    expect(run.stateLines).toHaveLength(1)
    const [call] = calls
    expect(call?.url).toBe('/v1/streams/page%20clicks/events')
    expect(call?.headers).toMatchObject({ 'user-agent': 'landfall', 'content-type': 'application/json' })
    expect(call?.body).toContain('"data":{"id":9007199254740993,"x":1.0}}')
    const { events } = JSON.parse(call?.body ?? '')
    expect(events[1]).toMatchObject({ stream: 'page clicks', generation_id: 1, sync_id: 7, data: { id: 2 } })
  })

  it('splits a batch into requests of the size that the manifest says', async () => {
    await write([...Array.from({ length: 250 }, (_, id) => recordLine(clicks, { id })), statusLine(clicks)])
    expect(calls.map(({ body }) => JSON.parse(body).events.length).toSorted()).toEqual(
      [100, 100, 50].toSorted(),
    )
  })

  it('asks again after a passing failure, with the same key, so that the service can tell', async () => {
    troubles = ['cut', 503, 'half', 429]
    const run = await write([recordLine(clicks, { id: 1 }), stateLine(clicks, 1, 1), statusLine(clicks)])
    expect(run.errorMessage).toBeUndefined()
    expect(run.stateLines).toHaveLength(1)
    expect(calls).toHaveLength(5)
    expect(new Set(calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  })

  it.each([
    ['12', 12],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['', 0],
    ['soon', 0],
  ])('waits as long as `Retry-After: %s` asks', (text, seconds) => {
    expect(readRetryAfter(text, Date.parse('2026-10-21T07:28:00Z'))).toBe(seconds)
  })

  it.each([
    [{ index: null, reason: 'whole batch refused' }],
    [{ index: '', reason: 'x' }],
    [{ index: [0], reason: 'x' }],
    [{ index: '0x1', reason: 'x' }],
    [{ index: 2, reason: 'x' }],
    [{ reason: 'x' }],
  ])('does not guess which record %j is about', (item) => {
    const text = JSON.stringify({ rejected: [item] })
    expect(() => readRejected(text, places, 2)).toThrow('`/index` of an item is no place in the batch')
  })

  it('takes several words about one record for one refusal', () => {
    const rejected = [
      { index: 1, reason: 'name missing' },
      { index: '0', reason: { code: 7 } },
      { index: 1, reason: 'age missing' },
    ]
    expect(readRejected(JSON.stringify({ rejected }), places, 2)).toEqual([
      { index: 1, reason: 'name missing; age missing' },
      { index: 0, reason: '{"code":7}' },
    ])
  })

  it('keeps refused records whole, however many are kept at once', async () => {
    const streams = ['one', 'two'].map((name) => ({ ...clicks, name }))
    const text = 'x'.repeat(9000)
    const input = streams.flatMap((stream) => [
      ...Array.from({ length: 400 }, (_, n) => recordLine(stream, { n, text })),
      statusLine(stream),
    ])
    const run = await write(input, { catalog: catalog('append', [1, 0], streams) })
    expect(run.errorMessage).toBeUndefined()
    const lines = (await readFile(join(directory, 'rejected.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(800)
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
  })

  it('says before the first request that refused records could not be kept', async () => {
    const run = await write([recordLine(clicks, { id: 1 }), statusLine(clicks)], {
      config: config({ rejects_file: join(directory, 'missing', 'rejected.jsonl') }),
    })
    expect(run.errorMessage).toMatch(/`.*rejected.jsonl` cannot be written: ENOENT/)
    expect(calls).toEqual([])
  })

  it('names an address that the server has left, and asks only once', async () => {
    troubles = [301]
    const run = await write([recordLine(clicks, { id: 1 }), statusLine(clicks)])
    expect(run.errorMessage).toMatch(/status 301: the server sends us to another address/)
    expect(calls).toHaveLength(1)
  })

  it.each([
    [{ url: 'http://user:pa55word-x@127.0.0.1:1' }, 'holds a user name or a password'],
    [{ api_key: 'pa55word-x…' }, 'The header `authorization` cannot be sent'],
  ])('says what cannot be sent, and shows no secret of %j', async (changes, message) => {
    const run = await write([recordLine(clicks, { id: 1 }), statusLine(clicks)], { config: config(changes) })
    expect(run.errorMessage).toContain(message)
    expect(run.stdout).not.toContain('pa55word-x')
    expect(run.stdout).not.toContain('Trying again')
  })

  it.each(['.', '..'])('refuses a stream called %s, which would lead to another address', async (name) => {
    const stream = { name }
    const run = await write([recordLine(stream, { id: 1 }), statusLine(stream)], {
      catalog: catalog('append', [1, 0], [stream]),
    })
    expect(run.errorMessage).toContain('cannot be a part of an address')
    expect(calls).toEqual([])
  })

  it('gives up in the end, without a state', async () => {
    troubles = Array.from({ length: 5 }, () => 503)
    const run = await write([recordLine(clicks, { id: 1 }), stateLine(clicks, 1, 1), statusLine(clicks)])
    expect(run.exitCode).toBe(1)
    expect(run.stateLines).toEqual([])
    expect(run.errorMessage).toContain('answered with status 503')
  })

  it('never shows the key', async () => {
    const run = await write([recordLine(clicks, { id: 1 }), statusLine(clicks)], {
      config: config({ url: 'http://127.0.0.1:1' }),
    })
    expect(run.exitCode).toBe(1)
    expect(run.stdout).not.toContain(key)
  })

  it('keeps refused records in a file, and counts them as refused', async () => {
    const run = await write([
      recordLine(clicks, { id: 1 }),
      recordLine(clicks, { name: 'no id' }),
      stateLine(clicks, 1, 2),
      statusLine(clicks),
    ])
    expect(run.errorMessage).toBeUndefined()
    const { state } = JSON.parse(run.stateLines[0] ?? '{}')
    expect(state.destinationStats).toMatchObject({ recordCount: 1, rejectedRecordCount: 1 })
    const kept = JSON.parse(await readFile(join(directory, 'rejected.jsonl'), 'utf8'))
    expect(kept).toMatchObject({ reason: 'an event needs an id', record: { data: { name: 'no id' } } })
  })

  it('fails at a refused record where the manifest says so', async () => {
    const rejected = { items: '/rejected', index: '/index', policy: 'fail' } as const
    const run = await runWriteCommand(await loadImpatient({ rejected }), {
      config: config(),
      catalog: catalog('append'),
      input: [recordLine(clicks, { name: 'no id' }), stateLine(clicks, 1, 1), statusLine(clicks)],
    })
    expect(run.errorMessage).toContain('refused 1 of 1 records of `page clicks`')
    expect(run.stateLines).toEqual([])
  })

  it('halves what is too large for the server, and refuses the record that is so alone', async () => {
    longestBody = 5000
    const run = await write([
      ...Array.from({ length: 60 }, (_, id) =>
        recordLine(clicks, { id, text: 'x'.repeat(id === 41 ? 6000 : 100) }),
      ),
      stateLine(clicks, 1, 60),
      statusLine(clicks),
    ])
    expect(run.errorMessage).toBeUndefined()
    const { state } = JSON.parse(run.stateLines[0] ?? '{}')
    expect(state.destinationStats).toMatchObject({ recordCount: 59, rejectedRecordCount: 1 })
    const taken = calls.filter(({ body }) => body.length <= longestBody)
    const ids = taken.flatMap(({ body }) =>
      JSON.parse(body).events.map(({ data }: { data: { id: number } }) => data.id),
    )
    expect(ids).toEqual(Array.from({ length: 60 }, (_, id) => id).filter((id) => id !== 41))
    const kept = JSON.parse(await readFile(join(directory, 'rejected.jsonl'), 'utf8'))
    expect(kept.record.data.id).toBe(41)
    expect(kept.reason).toMatch(/with its 6\d{3} bytes, the record alone is too large for the server/)
    const warnings = run.stdout.split('\n').filter((line) => line.includes('it gets halves'))
    expect(warnings).toHaveLength(1)
  })

  it('does not read an answer without an end, and releases no state for it', async () => {
    troubles = [{ endless: 200 }]
    const run = await write([recordLine(clicks, { id: 1 }), stateLine(clicks, 1, 1), statusLine(clicks)])
    expect(run.errorMessage).toContain('is longer than any list of refused records')
    expect(run.stateLines).toEqual([])
  })

  it('says what a refusal without an end is about', async () => {
    troubles = [{ endless: 403 }]
    const run = await write([recordLine(clicks, { id: 1 }), statusLine(clicks)])
    expect(run.errorMessage).toContain('answered with status 403: the credentials do not allow that')
  })

  it('removes older generations only when a full refresh is complete', async () => {
    const lines = [recordLine(clicks, { id: 1 }), stateLine(clicks, 1, 1)]
    await write([...lines, statusLine(clicks, 'INCOMPLETE')], { catalog: catalog('overwrite', [2, 2]) })
    expect(calls.map(({ method }) => method)).toEqual(['POST'])
    await write([...lines, statusLine(clicks)], { catalog: catalog('overwrite', [2, 2]) })
    expect(calls.at(-1)).toMatchObject({
      method: 'DELETE',
      url: '/v1/streams/page%20clicks/events?before_generation=2',
    })
  })

  it('refuses a mode that the manifest does not have', async () => {
    const deduped = catalog('append_dedup', [1, 0])
    const run = await write([], {
      catalog: JSON.parse(
        JSON.stringify(deduped)
          .replace('"properties":{}', '"properties":{"id":{"type":"integer"}}')
          .replace('"sync_id"', '"primary_key":[["id"]],"sync_id"'),
      ),
    })
    expect(run.errorMessage).toContain('Choose one of append, overwrite.')
  })
})
