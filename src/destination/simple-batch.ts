import { randomUUID } from 'node:crypto'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { RawIdSequence, RecordBatch, RecordVisitor } from './record-batch.ts'

/** A record by its parts, each as JSON text. */
export type SimpleRecord = {
  /** The record's `data`. */
  readonly data: string
  /** Milliseconds since the epoch. */
  readonly emittedAt: number
  /** The record's `meta.changes`. */
  readonly changes?: string
}

/** A batch made from a few records at once: for `check` and for tests of a warehouse. */
export class SimpleBatch implements RecordBatch {
  readonly stream: StreamConfig
  readonly rawIds: RawIdSequence
  readonly #records: readonly { data: Buffer; emittedAt: number; changes: Buffer | undefined }[]

  constructor(stream: StreamConfig, records: readonly SimpleRecord[]) {
    this.stream = stream
    this.#records = records.map(({ data, emittedAt, changes }) => ({
      data: Buffer.from(data),
      emittedAt,
      changes: changes === undefined ? undefined : Buffer.from(changes),
    }))
    this.rawIds = randomIds(records.length)
  }

  get count(): number {
    return this.#records.length
  }

  get byteLength(): number {
    return this.#records.reduce((sum, { data, changes }) => sum + data.length + (changes?.length ?? 0), 0)
  }

  visit(visitor: RecordVisitor): void {
    for (const [index, { data, emittedAt, changes }] of this.#records.entries()) {
      visitor(index, data, 0, data.length, emittedAt, changes)
    }
  }
}

/** Random ids in sorted order, so that they keep the arrival order as the pipeline's own do. */
function randomIds(count: number): RawIdSequence {
  const ids = Array.from({ length: count }, () => randomUUID()).toSorted()
  const get = (index: number) => {
    const id = ids[index]
    if (id === undefined) throw new RangeError(`the batch has no record ${index}`)
    return id
  }
  return { get, write: (target, offset, index) => void target.write(get(index), offset, 'latin1') }
}
