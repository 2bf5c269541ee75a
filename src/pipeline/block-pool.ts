/** Size of a pooled block. About the size of a pipe's chunk, and small against any memory budget. */
export const blockBytes = 65_536

/** Free blocks that a pool keeps at most, 32 MiB: enough for the batches that are in flight at a time. */
const maximumFreeBlocks = 512

/** Blocks of `blockBytes` for record buffers, shared by all streams and used again after each batch. */
export class BlockPool {
  readonly #free: Buffer[] = []

  /** A block with undefined content. */
  take(): Buffer {
    // allocUnsafeSlow: a slice of Node's own pool would keep more memory than it shows.
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(blockBytes)
  }

  /** Takes a block back; nobody else may still read it. Blocks of other sizes are left to the garbage collector. */
  give(block: Buffer): void {
    if (block.length === blockBytes && this.#free.length < maximumFreeBlocks) this.#free.push(block)
  }
}
