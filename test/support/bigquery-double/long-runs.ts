import { randomBytes } from 'node:crypto'
import type { Message } from './zetasql-service.ts'

/** Shorter ones do not matter, and texts of tests that are about lengths are shorter. */
const shortestText = 256 * 1024
const shortestRun = 10_000

/**
 * The evaluator's process takes messages of 4 MB, and nothing on its command line changes that. So a run of
 * thousands of equal letters within a long text goes to it as a mark, which is letters and digits too, and comes back
 * as what it was. Statements that move, parse or compare texts do not notice; one that measures them would.
 */
export class LongRuns {
  /** No text of a test has it. */
  readonly #name = `Zrun${randomBytes(8).toString('hex')}Z`
  readonly #mark = new RegExp(`${this.#name}(\\d+)Z`, 'g')
  readonly #runs: string[] = []
  readonly #indexes = new Map<string, number>()

  pack(cell: Message): Message {
    const { string_value: text } = cell
    if (typeof text !== 'string' || text.length < shortestText) return cell
    return { ...cell, string_value: this.#shorten(text) }
  }

  #shorten(text: string): string {
    const parts: string[] = []
    let copied = 0
    for (const [start, end] of findRuns(text)) {
      parts.push(text.slice(copied, start), `${this.#name}${this.#indexOf(text.slice(start, end))}Z`)
      copied = end
    }
    return parts.join('') + text.slice(copied)
  }

  unpack(cell: Message): Message {
    if (this.#runs.length === 0) return cell
    return Object.fromEntries(
      Object.entries(cell).map(([name, value]) => [
        name,
        typeof value === 'string' ? this.#expand(value) : value,
      ]),
    )
  }

  #indexOf(letters: string): number {
    const known = this.#indexes.get(letters)
    if (known !== undefined) return known
    this.#indexes.set(letters, this.#runs.length)
    return this.#runs.push(letters) - 1
  }

  #expand(text: string): string {
    return text.replace(this.#mark, (whole, index) => this.#runs[Number(index)] ?? whole)
  }
}

/** By hand: a regular expression needs a stack as deep as the run is long. */
function* findRuns(text: string): Generator<readonly [number, number]> {
  for (let start = 0; start < text.length; ) {
    const letter = text.charCodeAt(start)
    let end = start + 1
    while (end < text.length && text.charCodeAt(end) === letter) end += 1
    if (end - start >= shortestRun && /[A-Za-z]/.test(text.charAt(start))) yield [start, end]
    start = end
  }
}
