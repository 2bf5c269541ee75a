import { manyStreamsCatalog, runSync } from './connectors.ts'
import { type Dataset, type MemoryDataset, streamCount } from './dataset.ts'
import { maximumBytes, type PostgresContext, syncPostgres } from './postgres-sync.ts'
import { namespace, rawNamespace } from './tables.ts'
import type { Trial } from './trial.ts'
import { rawOnly } from './trials-postgres.ts'

/** For an input that is larger than the others, without a larger file. */
const repetitions = 3

/** Inputs that are larger, smaller and of more streams than the others: the memory must not follow. */
export function memoryTrials(
  context: PostgresContext,
  { kind, input }: Dataset,
  { fewUsers, manyStreams, expectedFew }: MemoryDataset,
): readonly Trial[] {
  const { postgres, directory } = context
  const repeated = { records: input.records * repetitions, bytes: input.bytes * repetitions }
  const size = ({ records, bytes }: { readonly records: number; readonly bytes: number }) => ({
    records,
    bytes,
    maximumBytes,
  })
  return [
    {
      name: 'memory',
      entries: [{ name: `postgres raw only, ${repetitions} times the rows`, ...size(repeated) }],
      run: async () => {
        await postgres.clear()
        const sync = { kind, input, mode: 'append', config: rawOnly, repetitions } as const
        const measurement = await syncPostgres(context, sync)
        await assertCount(rawNamespace, repeated.records)
        return [measurement]
      },
    },
    {
      name: 'memory',
      entries: [{ name: 'postgres append, a tenth', ...size(fewUsers) }],
      run: async () => {
        await postgres.clear()
        const measurement = await syncPostgres(context, { kind, input: fewUsers, mode: 'append' })
        await postgres.checkFinal(kind, expectedFew)
        return [measurement]
      },
    },
    {
      name: 'memory',
      entries: [{ name: `postgres append, ${streamCount} streams`, ...size(manyStreams) }],
      run: async () => {
        await postgres.clear()
        const sync = {
          config: postgres.config,
          catalog: manyStreamsCatalog(streamCount),
          input: manyStreams,
          directory,
        }
        const measurement = await postgres.watchServer(() => runSync({ ...sync, connector: 'postgres' }))
        await assertCount(namespace, manyStreams.records)
        return [measurement]
      },
    },
  ]

  async function assertCount(schema: string, expected: number): Promise<void> {
    const rows = await postgres.countRows(schema)
    if (rows !== expected) throw new Error(`${rows} rows of ${expected} are there.`)
  }
}
