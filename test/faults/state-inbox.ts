import { isDeepStrictEqual } from 'node:util'
import type { FaultStream } from './fault-stream.ts'
import type { SentState } from './source-lines.ts'

/** Checks the states that come back: each once, in the order of its scope, unchanged, with true counts. */
export class StateInbox {
  readonly #acknowledge: (stream: FaultStream, position: number) => void
  /** Per scope, what was sent and has not come back, oldest first. */
  readonly #expected = new Map<string, SentState[]>()
  readonly #problems: string[] = []
  #received = 0

  constructor(acknowledge: (stream: FaultStream, position: number) => void) {
    this.#acknowledge = acknowledge
  }

  get problems(): readonly string[] {
    return this.#problems
  }

  get received(): number {
    return this.#received
  }

  /** How many have not come back. */
  get missing(): number {
    return [...this.#expected.values()].reduce((sum, states) => sum + states.length, 0)
  }

  expect(state: SentState): void {
    const states = this.#expected.get(state.scope) ?? []
    states.push(state)
    this.#expected.set(state.scope, states)
  }

  receive(line: string): void {
    const echo = readEcho(line)
    // A process that was killed may leave half a line; whoever reads it throws it away.
    if (echo === undefined) return
    this.#received += 1
    const { id, message, recordCount } = echo
    const scope = [...this.#expected.values()].find((states) => states.some((state) => state.id === id))
    const state = scope?.shift()
    if (state === undefined) this.#problems.push(`state ${id} came back twice, or was never sent`)
    else if (state.id !== id) this.#problems.push(`state ${id} came back before state ${state.id}`)
    else this.#compare(state, message, recordCount)
  }

  #compare(state: SentState, message: unknown, recordCount: unknown): void {
    if (!isDeepStrictEqual(JSON.parse(state.line), message))
      this.#problems.push(`state ${state.id} was changed`)
    if (recordCount !== state.recordCount)
      this.#problems.push(`state ${state.id} counts ${recordCount} records, not ${state.recordCount}`)
    for (const [stream, position] of state.positions) this.#acknowledge(stream, position)
  }
}

type Echo = { readonly id: number; readonly message: unknown; readonly recordCount: unknown }

/** The message without what the destination has added to it. */
function readEcho(line: string): Echo | undefined {
  try {
    const message = JSON.parse(line)
    const { destinationStats, ...state } = message.state
    return { id: state.id, message: { ...message, state }, recordCount: destinationStats?.recordCount }
  } catch {
    return undefined
  }
}
