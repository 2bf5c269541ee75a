import { SeededRandom } from './random.ts'

/** A stream of the source that the fault tests sync. Its records are a pure function of their position. */
export type FaultStream = {
  readonly name: string
  readonly namespace: string
  readonly isDeduped: boolean
  /** Whether `version` is the cursor, and some records of a key arrive late: with a version that is passed. */
  readonly hasCursor: boolean
  /** Whether some records say that their row is deleted. */
  readonly hasDeletes: boolean
  /** Whether every attempt reads all of it anew and replaces what was there (`full_refresh`, `overwrite`). */
  readonly isFullRefresh: boolean
  readonly seed: number
}

/** A record of a stream, as the final table must show it: every value as text. */
export type FaultRecord = {
  /** Whether no destination takes the amount: it must be NULL, and explained. */
  readonly isAmountRefused: boolean
  readonly position: number
  readonly id: number
  readonly version: number
  readonly text: string
  readonly amount: string
  readonly deletedAt: string | undefined
}

/** How many keys a deduplicated stream has: few, so that most records replace another. */
const keyCount = 97

/** Keys of which records are late or deleted. Both on one key would make the result depend on the batches. */
const isLateKey = (id: number) => id % 2 === 0

/** The record at a position, from 1. */
export function recordAt(stream: FaultStream, position: number): FaultRecord {
  const random = new SeededRandom(stream.seed * 1_000_003 + position)
  const id = stream.isDeduped ? random.below(keyCount) : position
  const isLate = stream.hasCursor && isLateKey(id) && random.chance(0.3)
  const isDeleted = stream.hasDeletes && !isLateKey(id) && random.chance(0.3)
  const isAmountRefused = random.chance(0.002)
  return {
    position,
    id,
    isAmountRefused,
    version: isLate ? Math.max(0, position - random.between(1, 200)) : position,
    text: oddText(random),
    amount: isAmountRefused ? '1e200000' : oddAmount(random),
    deletedAt: isDeleted ? '2024-05-06T07:08:09Z' : undefined,
  }
}

/** The record's line of input. The extraction time follows the position, so that a record sent again is the same. */
export function recordLineAt(stream: FaultStream, record: FaultRecord): string {
  const { position, id, version, text, amount, deletedAt } = record
  const values = JSON.stringify({ id, position, version, text }).slice(0, -1)
  const deletion = stream.hasDeletes ? `,"_ab_cdc_deleted_at":${JSON.stringify(deletedAt ?? null)}` : ''
  const names = JSON.stringify({ stream: stream.name, namespace: stream.namespace }).slice(1, -1)
  return `{"type":"RECORD","record":{${names},"emitted_at":${1_700_000_000_000 + position},"data":${values},"amount":${amount}${deletion}}}}`
}

export function schemaOf(stream: FaultStream): object {
  const deletion = stream.hasDeletes
    ? { _ab_cdc_deleted_at: { type: 'string', format: 'date-time', airbyte_type: 'timestamp_with_timezone' } }
    : {}
  return {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      position: { type: 'integer' },
      version: { type: 'integer' },
      text: { type: 'string' },
      amount: { type: 'number' },
      ...deletion,
    },
  }
}

const oddParts = ['x', 'plain words ', 'é', '漢字', '😀', '\\', '"', "'", '\n', '\t', '%s', '$$', ';--', '{}']

function oddAmount(random: SeededRandom): string {
  return `${random.below(1_000_000)}.${String(random.between(1, 999)).padStart(3, '0')}`
}

/** Mostly short, sometimes some kilobytes, seldom more than a message of COPY, with characters that need escapes. */
function oddText(random: SeededRandom): string {
  const part = random.pick(oddParts)
  const isLong = random.chance(0.02)
  const longest = random.chance(0.1) ? 400_000 : 20_000
  const length = isLong ? random.between(1000, longest) : random.between(0, 60)
  return `${part}${'abcdefghij'.repeat(Math.ceil(length / 10)).slice(0, length)}${random.pick(oddParts)}`
}
