import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../support/postgres-database.ts'
import { collectOutput, spawnConnector, writeFiles } from '../support/spawn-connector.ts'

const streamCount = 500
const mostMebibytes = 256

const streams = Array.from({ length: streamCount }, (_, index) => ({
  name: `stream_${index}`,
  namespace: 'many',
}))
const catalog = {
  streams: streams.map((stream) => ({
    stream: { ...stream, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
    sync_mode: 'incremental',
    destination_sync_mode: 'append',
    generation_id: 1,
    minimum_generation_id: 0,
    sync_id: 1,
  })),
}

/** Interleaved streams: as many as there are, one record at a time. */
function* interleavedRecords(records: number): Generator<string> {
  const filler = 'x'.repeat(300)
  for (let id = 0; id < records; id += 1) {
    const stream = streams[id % streamCount]
    if (stream !== undefined) yield recordLine(stream, { id, filler })
  }
  for (const [index, stream] of streams.entries()) {
    yield stateLine(stream, index + 1, records / streamCount)
    yield statusLine(stream)
  }
}

describe.skipIf(!existsSync('/proc/self/status'))('memory of destination-postgres (needs /proc)', () => {
  it(`stays below ${mostMebibytes} MiB with ${streamCount} interleaved streams`, async () => {
    const database = await createTestDatabase()
    onTestFinished(() => database[Symbol.asyncDispose]())
    const { config = '', catalog: catalogPath = '' } = writeFiles({
      config: { ...database.config, disable_type_dedupe: true },
      catalog,
    })
    const child = spawnConnector('postgres', ['write', '--config', config, '--catalog', catalogPath])
    const done = collectOutput(child)
    let peak = 0
    const watch = setInterval(() => {
      peak = Math.max(peak, peakMebibytes(child.pid ?? 0))
    }, 50)
    for (const line of interleavedRecords(200_000)) {
      if (!child.stdin.write(`${line}\n`)) await once(child.stdin, 'drain')
    }
    child.stdin.end()
    const run = await done
    clearInterval(watch)
    expect(run.errorMessage).toBeUndefined()
    expect(run.exitCode).toBe(0)
    expect(run.stateLines).toHaveLength(streamCount)
    expect(peak).toBeGreaterThan(0)
    expect(peak).toBeLessThan(mostMebibytes)
    const [sum] = await database.query(
      `SELECT count(*) AS tables FROM pg_stat_user_tables WHERE schemaname = 'airbyte_internal' AND relname NOT LIKE '%untyped'`,
    )
    expect(sum?.tables).toBe(String(streamCount))
  })
})

/** The most memory that a process ever had resident, by Linux; 0 when it is gone. */
function peakMebibytes(pid: number): number {
  try {
    const [, kibibytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kibibytes) / 1024
  } catch {
    // The process has ended between two looks.
    return 0
  }
}
