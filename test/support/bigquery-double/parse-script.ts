import { isWord, readDepths, readTokens, type Token } from './tokens.ts'

/** A step of a script; https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language. Only what the connector uses. */
export type Step =
  | { readonly kind: 'statement'; readonly text: string }
  | {
      readonly kind: 'declare'
      readonly name: string
      readonly type: string
      readonly value: string | undefined
    }
  | { readonly kind: 'if'; readonly condition: string; readonly steps: readonly Step[] }
  | { readonly kind: 'block'; readonly steps: readonly Step[] }
  | { readonly kind: 'begin_transaction' | 'commit_transaction' }

/** Throws for what BigQuery would not take, or the double does not know. */
export function parseScript(text: string): readonly Step[] {
  const tokens = readTokens(text)
  const reader = new Reader(text, tokens)
  const steps = reader.steps([])
  if (!reader.isAtEnd) throw new Error('Syntax error: Unexpected END')
  return steps
}

class Reader {
  readonly #text: string
  readonly #tokens: readonly Token[]
  readonly #depths: readonly number[]
  #position = 0

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text
    this.#tokens = tokens
    this.#depths = readDepths(tokens)
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#tokens.length
  }

  /** Declarations come first in a script or a block. */
  steps(ends: readonly string[]): readonly Step[] {
    const steps: Step[] = []
    while (!this.isAtEnd && !isWord(this.#tokens[this.#position], ...ends)) {
      const step = this.#step()
      if (step.kind === 'declare' && steps.some(({ kind }) => kind !== 'declare')) {
        throw new Error('Variable declarations are allowed only at the start of a block or script')
      }
      steps.push(step)
    }
    return steps
  }

  #step(): Step {
    const [first, second] = [this.#tokens[this.#position], this.#tokens[this.#position + 1]]
    if (isWord(first, 'BEGIN') && isWord(second, 'TRANSACTION')) return this.#transaction('begin_transaction')
    if (isWord(first, 'COMMIT')) return this.#transaction('commit_transaction')
    if (isWord(first, 'BEGIN')) return this.#block()
    if (isWord(first, 'IF')) return this.#if()
    if (isWord(first, 'DECLARE')) return this.#declare()
    const unknown = ['SET', 'LOOP', 'WHILE', 'REPEAT', 'FOR', 'CASE', 'CALL', 'RAISE', 'EXECUTE', 'ROLLBACK']
    if (isWord(first, ...unknown)) throw new Error(`the double does not know ${first?.value} in scripts`)
    return { kind: 'statement', text: this.#until(';') }
  }

  #transaction(kind: 'begin_transaction' | 'commit_transaction'): Step {
    this.#until(';')
    return { kind }
  }

  #block(): Step {
    this.#position += 1
    const steps = this.steps(['END'])
    this.#expect('END')
    this.#skipSemicolon()
    return { kind: 'block', steps }
  }

  #if(): Step {
    this.#position += 1
    const condition = this.#until('THEN')
    const steps = this.steps(['END'])
    this.#expect('END')
    this.#expect('IF')
    this.#skipSemicolon()
    return { kind: 'if', condition, steps }
  }

  #declare(): Step {
    const text = this.#until(';')
    const match = /^DECLARE\s+(?<name>\w+)\s+(?<type>[\s\S]+?)(?:\s+DEFAULT\s+(?<value>[\s\S]+))?$/i.exec(
      text,
    )
    const { name, type, value } = match?.groups ?? {}
    if (name === undefined || type === undefined) throw new Error(`Syntax error in ${text}`)
    return { kind: 'declare', name, type, value }
  }

  /** The text up to a word or a semicolon outside of brackets, which is left behind. */
  #until(end: string): string {
    const from = this.#position
    const depth = this.#depths[from]
    while (!this.isAtEnd && !(this.#isAt(end) && this.#depths[this.#position] === depth)) {
      this.#position += 1
    }
    const [first, last] = [this.#tokens[from], this.#tokens[this.#position - 1]]
    this.#position += 1
    return this.#text.slice(first?.start, last?.end)
  }

  #isAt(end: string): boolean {
    const token = this.#tokens[this.#position]
    return token?.kind !== 'name' && token?.value === end
  }

  #expect(word: string): void {
    if (!isWord(this.#tokens[this.#position], word)) throw new Error(`Syntax error: Expected ${word}`)
    this.#position += 1
  }

  #skipSemicolon(): void {
    if (this.#tokens[this.#position]?.value === ';') this.#position += 1
  }
}
