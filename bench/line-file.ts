import { closeSync, openSync, writeSync } from 'node:fs'

/** Enough for few calls to the system. */
const bufferedCharacters = 1_000_000

/** A text file that is written line by line. */
export class LineFile implements Disposable {
  readonly path: string
  readonly #file: number
  #text = ''
  #bytes = 0

  constructor(path: string) {
    this.path = path
    this.#file = openSync(path, 'wx')
  }

  /** Of all lines so far. */
  get byteLength(): number {
    return this.#bytes + Buffer.byteLength(this.#text)
  }

  writeLine(line: string): void {
    this.#text += `${line}\n`
    if (this.#text.length >= bufferedCharacters) this.#flush()
  }

  [Symbol.dispose](): void {
    this.#flush()
    closeSync(this.#file)
  }

  #flush(): void {
    const bytes = Buffer.from(this.#text)
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written)
    this.#bytes += bytes.length
    this.#text = ''
  }
}
