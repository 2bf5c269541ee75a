import type { RawIdSequence } from '../destination/record-batch.ts'

export type RawIdOptions = {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Fills a new buffer with random bytes, like the function of `node:crypto`. */
  readonly randomBytes: (size: number) => Buffer
}

/** Length of a UUID as text. */
export const rawIdBytes = 36

/** Of the last record that a batch can have. */
export const largestIndex = 199_999_999

/**
 * Makes one id sequence per batch. The ids are UUIDs of version 7 (RFC 9562), laid out so that their text
 * sorts in arrival order, and within a batch by the rules of any language:
 *
 * - 48 bits: the clock in milliseconds, moved forward where needed so that every batch has its own;
 * - the record's index in its batch as decimal digits: three behind the version; 8 or 9 for the variant; five.
 *   Hexadecimal ones would not do: Danish sorts `aa` behind `z`, and Welsh `ff` behind `f`;
 * - 40 bits: random, the same for the whole batch; they keep processes with the same clock apart.
 *
 * Their `get` and `write` throw `RangeError` beyond `largestIndex`.
 */
export function createRawIdFactory(options: RawIdOptions): () => RawIdSequence {
  let lastTime = -1
  return () => {
    lastTime = Math.max(lastTime + 1, Math.floor(options.now()))
    return new BatchRawIds(lastTime, options.randomBytes(5))
  }
}

/** Where the digits stand in the text, the last one first; of the variant, only the last bit counts. */
const lastPlace = 25
const variantPlace = 19
const places = [lastPlace, 24, 22, 21, 20, variantPlace, 17, 16, 15]
const digitZero = 0x30
const variantZero = 0x38

class BatchRawIds implements RawIdSequence {
  /** The id of record `#index`. */
  readonly #text: Buffer
  #index = 0

  constructor(time: number, random: Buffer) {
    const timeText = time.toString(16).padStart(12, '0')
    const text = `${timeText.slice(0, 8)}-${timeText.slice(8)}-7000-8000-00${random.toString('hex')}`
    this.#text = Buffer.from(text, 'latin1')
  }

  write(target: Buffer, offset: number, index: number): void {
    // Nearly always the next one.
    if (index === this.#index + 1 && index % 10 > 0) this.#text[lastPlace] = digitZero + (index % 10)
    else this.#writeDigits(index)
    this.#index = index
    const text = this.#text
    for (let position = 0; position < rawIdBytes; position += 1) {
      target[offset + position] = text[position] ?? 0
    }
  }

  get(index: number): string {
    const target = Buffer.allocUnsafe(rawIdBytes)
    this.write(target, 0, index)
    return target.toString('latin1')
  }

  #writeDigits(index: number): void {
    if (index > largestIndex) throw new RangeError(`a batch has no record ${index}`)
    let rest = index
    for (const place of places) {
      const [zero, base] = place === variantPlace ? [variantZero, 2] : [digitZero, 10]
      this.#text[place] = zero + (rest % base)
      rest = Math.floor(rest / base)
    }
  }
}
