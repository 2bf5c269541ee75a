import type { RawIdSequence } from '../destination/record-batch.ts'

export type RawIdOptions = {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Fills a new buffer with random bytes, like the function of `node:crypto`. */
  readonly randomBytes: (size: number) => Buffer
}

/** Length of a UUID as text. */
export const rawIdBytes = 36

/**
 * Makes one id sequence per batch. The ids are UUIDs of version 7 (RFC 9562), laid out so that their text
 * sorts in arrival order:
 *
 * - 48 bits: the clock in milliseconds, moved forward where needed so that every batch has its own;
 * - 32 bits: the record's index in its batch (12 bits after the version, 20 bits after the variant);
 * - 42 bits: random, the same for the whole batch; they keep processes with the same clock apart.
 */
export function createRawIdFactory(options: RawIdOptions): () => RawIdSequence {
  let lastTime = -1
  return () => {
    lastTime = Math.max(lastTime + 1, Math.floor(options.now()))
    return new BatchRawIds(lastTime, options.randomBytes(6))
  }
}

const hexDigits = Buffer.from('0123456789abcdef', 'latin1')

class BatchRawIds implements RawIdSequence {
  /** The id of record 0. */
  readonly #template: Buffer
  /** The two random bits that share a byte with the end of the index. */
  readonly #sharedBits: number

  constructor(time: number, random: Buffer) {
    const timeText = time.toString(16).padStart(12, '0')
    const randomText = random.toString('hex', 1)
    const text = `${timeText.slice(0, 8)}-${timeText.slice(8)}-7000-8000-00${randomText}`
    this.#template = Buffer.from(text, 'latin1')
    this.#sharedBits = random.readUInt8(0) & 0b11
  }

  write(target: Buffer, offset: number, index: number): void {
    const template = this.#template
    for (let position = 0; position < rawIdBytes; position += 1) {
      target[offset + position] = template[position] ?? 0
    }
    target[offset + 15] = hexDigit(index >>> 28)
    target[offset + 16] = hexDigit(index >>> 24)
    target[offset + 17] = hexDigit(index >>> 20)
    target[offset + 19] = hexDigit(0b1000 | ((index >>> 18) & 0b11))
    target[offset + 20] = hexDigit(index >>> 14)
    target[offset + 21] = hexDigit(index >>> 10)
    target[offset + 22] = hexDigit(index >>> 6)
    target[offset + 24] = hexDigit(index >>> 2)
    target[offset + 25] = hexDigit((index << 2) | this.#sharedBits)
  }

  get(index: number): string {
    const target = Buffer.allocUnsafe(rawIdBytes)
    this.write(target, 0, index)
    return target.toString('latin1')
  }
}

function hexDigit(value: number): number {
  return hexDigits[value & 0xf] ?? 0
}
