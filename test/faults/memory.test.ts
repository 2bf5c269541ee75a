import { existsSync } from 'node:fs'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { faultRun } from './fault-run.ts'
import { type FaultServer, startFaultServer } from './fault-server.ts'
import { createPostgresTarget } from './fault-target.ts'
import type { ProxyFault } from './tcp-proxy.ts'
import { runWatchedSync } from './watched-sync.ts'

const { isLong } = faultRun()

const mebibyte = 1024 * 1024

/**
 * Node, the driver and the program take 75 MiB. Up to 40 more are memory of large records that have been sent, which
 * the garbage collector has not come to yet; lines of more than 4 MiB do not wait for it.
 */
const baseMebibytes = 140

const budgetMebibytes = 16

const documents = { name: 'documents', namespace: 'big' }

const catalog = {
  streams: [
    {
      stream: { ...documents, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
      sync_mode: 'incremental',
      destination_sync_mode: 'append',
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}

type Case = {
  readonly title: string
  readonly recordMebibytes: number
  readonly records: number
  /** How long the server stops reading, once, in the middle. */
  readonly stallSeconds?: number
}

const cases: readonly Case[] = [
  { title: 'a record that is far larger than the budget', recordMebibytes: isLong ? 100 : 40, records: 1 },
  { title: 'records of 20 MiB, one after the other', recordMebibytes: 20, records: isLong ? 20 : 3 },
  {
    title: 'a server that stops reading while the source goes on',
    recordMebibytes: 1 / 16,
    records: isLong ? 6000 : 1600,
    stallSeconds: isLong ? 60 : 5,
  },
]

let server: FaultServer

beforeAll(async () => {
  server = await startFaultServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe.skipIf(!existsSync('/proc/self/status'))('memory of destination-postgres (needs /proc)', () => {
  it.each(cases)(
    'stays within the budget and one record: $title',
    async ({ recordMebibytes, records, stallSeconds = 0 }) => {
      const target = await createPostgresTarget(server)
      onTestFinished(() => target[Symbol.asyncDispose]())
      target.postgres?.proxy.arm(stallSeconds > 0 ? [stall(stallSeconds)] : [])
      const { exitCode, errorMessage, states, peak } = await runWatchedSync({
        connector: 'postgres',
        config: { ...target.config, disable_type_dedupe: true },
        catalog,
        lines: input(recordMebibytes, records),
        budgetMebibytes,
      })
      expect(errorMessage).toBeUndefined()
      expect(exitCode).toBe(0)
      expect(states).toBe(1)
      const [sum] = await server.query(
        `SELECT count(*) AS records, min(length(_airbyte_data ->> 'text')) AS least, max(length(_airbyte_data ->> 'text')) AS most
         FROM airbyte_internal.big_raw__stream_documents`,
        target.postgres?.database,
      )
      const length = String(recordMebibytes * mebibyte)
      expect(sum).toEqual({ records: String(records), least: length, most: length })
      expect(peak).toBeGreaterThan(0)
      expect(peak).toBeLessThan(baseMebibytes + budgetMebibytes + recordMebibytes)
    },
    300_000,
  )
})

function stall(seconds: number): ProxyFault {
  return {
    direction: 'toServer',
    trigger: { kind: 'bytes', count: 20 * mebibyte },
    moment: 'before',
    effect: { kind: 'stall', milliseconds: seconds * 1000 },
  }
}

function* input(recordMebibytes: number, records: number): Generator<string> {
  const text = 'x'.repeat(recordMebibytes * mebibyte)
  for (let id = 1; id <= records; id += 1) yield recordLine(documents, { id, text })
  yield stateLine(documents, 1, records)
  yield statusLine(documents)
}
