import { checksumOf } from './checksum.ts'
import type { BenchRecord } from './record-kind.ts'
import type { ExpectedRows } from './tables.ts'

/** What must be in the tables after the records that were added. Later ones replace earlier ones of the same key. */
export class Tally {
  readonly #checksums: number[] = []
  readonly #badValues: number[] = []
  #rows = 0
  #checksum = 0
  #changes = 0

  add({ key, checked, badValues }: BenchRecord): void {
    const checksum = checksumOf(checked)
    this.#rows += 1
    this.#checksum += checksum
    this.#changes += badValues
    this.#checksums[key - 1] = checksum
    this.#badValues[key - 1] = badValues
  }

  get distinctKeys(): number {
    return this.#checksums.length
  }

  /** Of a raw table, where no value is looked at yet. */
  raw(): ExpectedRows {
    return { ...this.all(), changes: 0 }
  }

  /** Of a final table that keeps every row. */
  all(): ExpectedRows {
    const { distinctKeys } = this
    return { rows: this.#rows, distinctKeys, checksum: this.#checksum, changes: this.#changes }
  }

  /** Of a final table with a row per key. */
  newest(): ExpectedRows {
    const { distinctKeys } = this
    const [checksum, changes] = [sum(this.#checksums), sum(this.#badValues)]
    return { rows: distinctKeys, distinctKeys, checksum, changes }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
