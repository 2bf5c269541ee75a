import type { StreamConfig } from '../catalog/stream-config.ts'
import type { RawIdSequence, RecordBatch, RecordVisitor } from './record-batch.ts'

/** What a record is written as in place of what was sent; `undefined`: as it was sent. */
export type RecordReplacement = { readonly data: Buffer; readonly changes: Buffer | undefined } | undefined

export type RecordReplacer = (data: Buffer, changes: Buffer | undefined) => RecordReplacement

/**
 * Some records of another batch, in its order and with their own raw ids. Nothing is copied: the view is
 * valid as long as the batch is. Replacements are made anew on each visit, so that they take no memory.
 */
export class SelectedBatch implements RecordBatch {
  readonly stream: StreamConfig
  readonly count: number
  readonly rawIds: RawIdSequence
  readonly hasOldIds: boolean
  readonly #base: RecordBatch
  readonly #indexes: Uint32Array
  readonly #replace: RecordReplacer | undefined
  #byteLength: number | undefined

  /** @param indexes positions in `base`, ascending, at least one */
  constructor(base: RecordBatch, indexes: Uint32Array, replace?: RecordReplacer) {
    this.stream = base.stream
    this.count = indexes.length
    this.hasOldIds = base.hasOldIds ?? false
    this.#base = base
    this.#indexes = indexes
    this.#replace = replace
    this.rawIds = {
      get: (index) => base.rawIds.get(this.baseIndex(index)),
      write: (target, offset, index) => base.rawIds.write(target, offset, this.baseIndex(index)),
    }
  }

  get byteLength(): number {
    if (this.#byteLength !== undefined) return this.#byteLength
    let sum = 0
    this.visit((_index, _block, start, end, _emittedAt, changes) => {
      sum += end - start + (changes?.length ?? 0)
    })
    this.#byteLength = sum
    return sum
  }

  /** Where a record of this view stands in the batch that it comes from. */
  baseIndex(index: number): number {
    const position = this.#indexes[index]
    if (position === undefined) throw new RangeError(`the batch has no record ${index}`)
    return position
  }

  visit(visitor: RecordVisitor, from = 0): void {
    if (from >= this.count) return
    let next = from
    this.#base.visit((baseIndex, block, start, end, emittedAt, changes) => {
      if (baseIndex !== this.#indexes[next]) return true
      const index = next
      next += 1
      const replacement = this.#replace?.(block.subarray(start, end), changes)
      if (replacement === undefined) return visitor(index, block, start, end, emittedAt, changes)
      const { data } = replacement
      return visitor(index, data, 0, data.length, emittedAt, replacement.changes)
    }, this.baseIndex(from))
  }
}
