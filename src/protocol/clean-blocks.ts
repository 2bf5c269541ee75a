import { needsSanitizing } from './sanitize-json.ts'

/** Answers `needsSanitizing` for records that lie in shared blocks: one look at what is left of a block does for most. */
export class CleanBlocks {
  #block: Buffer | undefined
  #start = 0
  #isClean = false

  needsSanitizing(block: Buffer, start: number, end: number): boolean {
    if (block !== this.#block || start < this.#start) {
      this.#block = block
      this.#start = start
      this.#isClean = !needsSanitizing(block, start, block.length)
    }
    // Behind the last record a block may hold the remains of others: then each record is looked at.
    return !this.#isClean && needsSanitizing(block, start, end)
  }
}
