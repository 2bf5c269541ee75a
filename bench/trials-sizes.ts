import { join } from 'node:path'
import { manyStreamsCatalog, runSync } from './connectors.ts'
import { writeManyStreams } from './dataset.ts'
import type { Input } from './message-file.ts'
import { maximumBytes, type PostgresContext } from './postgres-sync.ts'
import { rawNamespace } from './tables.ts'
import type { Trial } from './trial.ts'
import { rawOnly } from './trials-postgres.ts'

/** In the file that is sent again and again: enough for the pipe, small on the disk. */
const fileRecords = 20_000

/** Inputs of any size, which are never on a disk: the connector's memory must follow neither bytes nor streams. */
export function sizesTrials(
  context: PostgresContext,
  { megabytes, streams }: { readonly megabytes: readonly number[]; readonly streams: readonly number[] },
): readonly Trial[] {
  return streams.flatMap((count) => {
    const input = writeManyStreams(join(context.directory, `sizes-${count}.jsonl`), fileRecords, count)
    return megabytes.map((size) => sizeTrial(context, { input, streams: count, megabytes: size }))
  })
}

type Size = { readonly input: Input; readonly streams: number; readonly megabytes: number }

function sizeTrial({ postgres, directory }: PostgresContext, { input, streams, megabytes }: Size): Trial {
  const repetitions = Math.ceil((megabytes * 1e6) / input.bytes)
  const records = input.records * repetitions
  const name = `postgres raw only, ${megabytes} MB in ${streams} ${streams === 1 ? 'stream' : 'streams'}`
  return {
    name: 'sizes',
    entries: [{ name, records, bytes: input.bytes * repetitions, maximumBytes }],
    run: async () => {
      await postgres.clear()
      const config = { ...postgres.config, ...rawOnly }
      const catalog = manyStreamsCatalog(streams)
      const sync = { connector: 'postgres', config, catalog, input, repetitions, directory } as const
      const measurement = await postgres.watchServer(() => runSync(sync))
      const rows = await postgres.countRows(rawNamespace)
      await postgres.clear()
      if (rows !== records) throw new Error(`${rows} rows of ${records} are there.`)
      return [measurement]
    },
  }
}
