import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../support/postgres-database.ts'
import { collectOutput, writeFiles } from '../support/spawn-connector.ts'
import { faultRun } from './fault-run.ts'

const { isLong } = faultRun()

const program = '/usr/bin/prlimit'
const whyNot = existsSync(program) ? undefined : `${program} is missing: install the package util-linux`

const mebibyte = 1024 * 1024
const streamCount = isLong ? 500 : 60
const recordMebibytes = isLong ? 100 : 40
const budgetMebibytes = 16

/** What Node sets aside in addresses before it does anything, for code and for its threads; no memory is behind most of it. */
const addressesOfNode = 1500

/** Addresses that the process may use: those, the budget, copies of one record, and garbage as in memory.test.ts. */
const mostMebibytes = addressesOfNode + budgetMebibytes + recordMebibytes * 4 + 190

const streams = Array.from({ length: streamCount }, (_, index) => ({
  name: `stream_${index}`,
  namespace: 'many',
}))

/** Whose records of 5 MiB come one after the other. */
const largeStreams = streams.slice(0, 40)

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

function* input(): Generator<string> {
  const [big] = streams
  for (let id = 0; id < 20; id += 1)
    for (const stream of streams) yield recordLine(stream, { id, text: 'x'.repeat(1000) })
  if (big) yield recordLine(big, { id: 20, text: 'x'.repeat(recordMebibytes * mebibyte) })
  // Each of these has memory of its own, and more addresses than bytes while it grows.
  for (const stream of largeStreams) yield recordLine(stream, { id: 21, text: 'x'.repeat(5 * mebibyte) })
  for (const [index, stream] of streams.entries()) {
    const isLarge = largeStreams.includes(stream)
    yield stateLine(stream, 1, 20 + (index === 0 ? 1 : 0) + (isLarge ? 1 : 0))
    yield statusLine(stream)
  }
}

it.skipIf(whyNot !== undefined)(
  `destination-postgres works under a hard limit of memory, with ${streamCount} streams and a record of ${recordMebibytes} MiB${whyNot ? ` (${whyNot})` : ''}`,
  async () => {
    const database = await createTestDatabase()
    onTestFinished(() => database[Symbol.asyncDispose]())
    const files = writeFiles({ config: { ...database.config, disable_type_dedupe: true }, catalog })
    const bin = fileURLToPath(new URL('../../bin/destination-postgres.js', import.meta.url))
    const limit = `--as=${mostMebibytes * mebibyte}`
    const words = [
      limit,
      process.execPath,
      bin,
      'write',
      '--config',
      files.config ?? '',
      '--catalog',
      files.catalog ?? '',
    ]
    const env = { ...process.env, LANDFALL_MEMORY_BUDGET_MB: String(budgetMebibytes) }
    const child = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.on('error', () => {
      // A process that dies of the limit reads no more; its exit code says so.
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const done = collectOutput(child)
    for (const line of input())
      if (!child.stdin.write(`${line}\n`))
        await Promise.race([once(child.stdin, 'drain').catch(() => {}), done])
    child.stdin.end()
    const { exitCode, errorMessage, stateLines, stderr } = await done
    expect({ exitCode, errorMessage, stderr }).toEqual({ exitCode: 0, errorMessage: undefined, stderr: '' })
    expect(stateLines).toHaveLength(streamCount)
    const [sum] = await database.query(
      `SELECT count(*) AS records, max(length(_airbyte_data ->> 'text')) AS most FROM airbyte_internal.many_raw__stream_stream_0`,
    )
    expect(sum).toEqual({ records: '22', most: String(recordMebibytes * mebibyte) })
  },
  300_000,
)
