/** Finds the nth occurrence of a text in streams of bytes, also where it lies across two chunks. */
export class PatternCounter {
  readonly #pattern: Buffer
  /** Per stream, the last bytes, too few to hold the text. */
  readonly #tails = new Map<number, Buffer>()
  #count = 0

  constructor(text: string) {
    this.#pattern = Buffer.from(text)
  }

  /**
   * @returns where in `chunk` the occurrence with this number (from 1) begins; 0 where it began in an
   *   earlier chunk; undefined where it does not end in this chunk
   */
  find(chunk: Buffer, stream: number, occurrence: number): number | undefined {
    const tail = this.#tails.get(stream) ?? Buffer.alloc(0)
    const text = Buffer.concat([tail, chunk])
    const keep = Math.min(text.length, this.#pattern.length - 1)
    this.#tails.set(stream, text.subarray(text.length - keep))
    let position = text.indexOf(this.#pattern)
    while (position !== -1) {
      this.#count += 1
      if (this.#count === occurrence) return Math.max(0, position - tail.length)
      position = text.indexOf(this.#pattern, position + this.#pattern.length)
    }
    return undefined
  }
}
