import type { StreamConfig } from '../catalog/stream-config.ts'
import type { RawIdSequence, RecordBatch, RecordVisitor } from './record-batch.ts'

/** A record by its parts, each as JSON text. */
export type SimpleRecord = {
  /** The record's `data`. */
  readonly data: string
  /** Milliseconds since the epoch. */
  readonly emittedAt: number
  /** The record's `meta.changes`. */
  readonly changes?: string | undefined
  /** Default: a new one. Where one is given, the batch `hasOldIds`. */
  readonly rawId?: string
}

/** A batch made from a few records at once: for `check` and for tests of a warehouse. */
export class SimpleBatch implements RecordBatch {
  readonly stream: StreamConfig
  readonly rawIds: RawIdSequence
  readonly hasOldIds: boolean
  readonly #records: readonly { data: Buffer; emittedAt: number; changes: Buffer | undefined }[]

  constructor(stream: StreamConfig, records: readonly SimpleRecord[]) {
    this.stream = stream
    this.#records = records.map(({ data, emittedAt, changes }) => ({
      data: Buffer.from(data),
      emittedAt,
      changes: changes === undefined ? undefined : Buffer.from(changes),
    }))
    this.hasOldIds = records.some(({ rawId }) => rawId !== undefined)
    const fresh = orderedIds(records.length)
    this.rawIds = sequence((index) => records[index]?.rawId ?? fresh(index))
  }

  get count(): number {
    return this.#records.length
  }

  get byteLength(): number {
    return this.#records.reduce((sum, { data, changes }) => sum + data.length + (changes?.length ?? 0), 0)
  }

  visit(visitor: RecordVisitor, from = 0): void {
    for (const [index, { data, emittedAt, changes }] of this.#records.entries()) {
      if (index < from) continue
      if (visitor(index, data, 0, data.length, emittedAt, changes) === false) return
    }
  }
}

/**
 * UUIDs of version 7 with the fraction of the millisecond behind the clock (RFC 9562, section 6.2, method
 * 3), then the record's index in decimal digits: they sort by arrival, also across batches.
 */
function orderedIds(count: number): (index: number) => string {
  const now = performance.timeOrigin + performance.now()
  const milliseconds = Math.floor(now)
  const time = milliseconds.toString(16).padStart(12, '0')
  const fraction = Math.floor((now - milliseconds) * 4096)
    .toString(16)
    .padStart(3, '0')
  return (index) => {
    if (index >= count) throw new RangeError(`the batch has no record ${index}`)
    const tail = String(index).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${fraction}-8000-${tail}`
  }
}

function sequence(get: (index: number) => string): RawIdSequence {
  return { get, write: (target, offset, index) => void target.write(get(index), offset, 'latin1') }
}
