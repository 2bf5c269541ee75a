import { SeededRandom } from '../random.ts'
import type { BenchRecord, RecordKind, RecordSource, SourceOptions } from '../record-kind.ts'

export type MakeRecord = (random: SeededRandom, key: number, updatedAt: number) => BenchRecord

/** When the first record was changed; each later one a second later. */
export const firstUpdateAt = Date.UTC(2026, 0, 1)

/** Of a hundred records, so many have a key that came before. */
const repeatPercentage = 17

/** A kind whose records have an `id` and an `updated_at`. */
export function defineGenerated(
  kind: Pick<RecordKind, 'name' | 'schema' | 'checked'>,
  make: MakeRecord,
): RecordKind {
  return {
    ...kind,
    primaryKey: ['id'],
    cursor: 'updated_at',
    open: async (options) => generate(options, make),
  }
}

function generate({ rows, hasRepeats }: SourceOptions, make: MakeRecord): RecordSource {
  let keys = 0
  return { records: { [Symbol.iterator]: makeRecords }, updates: { [Symbol.iterator]: makeUpdates } }

  function* makeRecords(): Generator<BenchRecord> {
    const random = new SeededRandom(1)
    keys = 0
    for (let index = 0; index < rows; index += 1) {
      const isRepeat = hasRepeats && keys > 0 && random.below(100) < repeatPercentage
      const key = 1 + (isRepeat ? random.below(keys) : keys)
      keys = Math.max(keys, key)
      yield make(random, key, firstUpdateAt + index * 1000)
    }
  }

  function* makeUpdates(): Generator<BenchRecord> {
    const random = new SeededRandom(2)
    for (let index = 0; index < Math.ceil(rows / 10); index += 1) {
      const key = 1 + random.below(keys)
      yield make(random, key, firstUpdateAt + (rows + index) * 1000)
    }
  }
}
