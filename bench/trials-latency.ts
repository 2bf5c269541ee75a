import { execPath } from 'node:process'
import { recordLine } from '../src/testing/messages.ts'
import { createCatalog, executableOf, writeSyncFiles } from './connectors.ts'
import { users } from './kinds/users.ts'
import { stream } from './message-file.ts'
import type { PostgresContext } from './postgres-sync.ts'
import { measureStateLatencies } from './slow-source.ts'
import { median } from './statistics.ts'
import { Tally } from './tally.ts'
import type { Trial } from './trial.ts'

const intervalMilliseconds = 100
const flushSeconds = 2

/** What a load may take on top of the time that records are collected. */
const roomSeconds = 1

/**
 * How long a slow source waits for its states. A record stands for a state. The latest of them is what the goal
 * is about: what a platform shows as the source's progress is never older.
 */
export function latencyTrials(context: PostgresContext, states: number): readonly Trial[] {
  const { postgres, directory } = context
  const size = { records: 1, bytes: 0 }
  return [
    {
      name: 'latency',
      entries: [
        { name: 'state latency, median', ...size },
        {
          name: 'state latency, worst',
          goal: { kind: 'seconds', maximum: flushSeconds + roomSeconds },
          ...size,
        },
      ],
      run: async () => {
        await postgres.clear()
        const tally = new Tally()
        const records: string[] = []
        for (const record of (await users.open({ rows: states + 1, hasRepeats: false })).records) {
          tally.add(record)
          records.push(recordLine(stream, record.data))
        }
        const files = await writeSyncFiles({
          config: postgres.config,
          catalog: createCatalog(users, 'append'),
          directory,
        })
        const seconds = await measureStateLatencies({
          program: {
            command: execPath,
            arguments: [executableOf('postgres'), 'write', ...files],
            environment: { LANDFALL_FLUSH_INTERVAL_SECONDS: String(flushSeconds) },
          },
          records,
          intervalMilliseconds,
        })
        await postgres.checkFinal(users, tally.all())
        const unknown = { cpuSeconds: undefined, peakBytes: undefined }
        return [
          { seconds: median(seconds) ?? Number.NaN, ...unknown },
          { seconds: Math.max(...seconds), ...unknown },
        ]
      },
    },
  ]
}
