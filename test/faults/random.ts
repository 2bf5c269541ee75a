/** Numbers that look random and are the same for the same seed: an xorshift generator of 32 bits. */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    // Neighbouring seeds must not give neighbouring sequences, and a state of 0 would stay 0.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1
    for (let round = 0; round < 8; round += 1) this.#next()
  }

  /** A whole number from 0 up to, but without, `limit`. */
  below(limit: number): number {
    return Math.floor((this.#next() / 2 ** 32) * limit)
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True in `share` of all calls; 0 is never, 1 is always. */
  chance(share: number): boolean {
    return this.#next() / 2 ** 32 < share
  }

  pick<Choice>(choices: readonly Choice[]): Choice {
    const choice = choices[this.below(choices.length)]
    if (choice === undefined) throw new RangeError('There is nothing to pick from.')
    return choice
  }

  #next(): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state
    return state >>> 0
  }
}
