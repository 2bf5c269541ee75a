import { statusLine } from 'landfall/testing'
import { type FaultStream, recordAt, recordLineAt } from './fault-stream.ts'
import type { SeededRandom } from './random.ts'

/** How the source speaks of where it stands; the two older ways have one state for all streams. */
export type StateKind = 'STREAM' | 'GLOBAL' | 'LEGACY'

/** Where the source stands in a stream: records from `position` + 1 up to `end` are still to come. */
export type Progress = { readonly stream: FaultStream; readonly position: number; readonly end: number }

/** A state line on its way, with what its echo must say. */
export type SentState = {
  readonly id: number
  readonly line: string
  /** `''` for states of all streams, else the stream's name: states of one scope come back in order. */
  readonly scope: string
  /** Up to where each stream that it guards was sent. */
  readonly positions: ReadonlyMap<FaultStream, number>
  /** Records of its scope since the state before. */
  readonly recordCount: number
}

export type SourceLine =
  | {
      readonly kind: 'record'
      readonly line: string
      readonly stream: FaultStream
      readonly position: number
    }
  | { readonly kind: 'state'; readonly line: string; readonly state: SentState }
  | { readonly kind: 'status'; readonly line: string }

/**
 * What a source prints from where it stands to the end, streams interleaved: records, a state now and then,
 * and COMPLETE for every stream at the very end, as the platform sends it.
 */
export function* sourceLines(
  progress: readonly Progress[],
  options: { readonly random: SeededRandom; readonly stateKind: StateKind },
): Generator<SourceLine> {
  const { random, stateKind } = options
  const positions = new Map(progress.map(({ stream, position }) => [stream, position]))
  const states = new StateLines(positions, stateKind)
  let unfinished = progress.filter(({ position, end }) => position < end)
  while (unfinished.length > 0) {
    const { stream, end } = random.pick(unfinished)
    for (let left = random.between(1, 60); left > 0; left -= 1) {
      const position = (positions.get(stream) ?? 0) + 1
      if (position > end) break
      positions.set(stream, position)
      states.count(stream)
      yield { kind: 'record', line: recordLineAt(stream, recordAt(stream, position)), stream, position }
    }
    if (random.chance(0.15)) yield states.next(stream)
    unfinished = unfinished.filter((item) => (positions.get(item.stream) ?? 0) < item.end)
  }
  // One at the end for each scope, also where no record came: the platform adds those.
  for (const { stream } of stateKind === 'STREAM' ? progress : progress.slice(0, 1)) yield states.next(stream)
  for (const { stream } of progress) yield { kind: 'status', line: statusLine(describe(stream)) }
}

class StateLines {
  readonly #positions: ReadonlyMap<FaultStream, number>
  readonly #kind: StateKind
  readonly #counts = new Map<string, number>()
  #id = 0

  constructor(positions: ReadonlyMap<FaultStream, number>, kind: StateKind) {
    this.#positions = positions
    this.#kind = kind
  }

  count(stream: FaultStream): void {
    const scope = this.#scope(stream)
    this.#counts.set(scope, (this.#counts.get(scope) ?? 0) + 1)
  }

  next(stream: FaultStream): SourceLine {
    const scope = this.#scope(stream)
    const recordCount = this.#counts.get(scope) ?? 0
    this.#counts.set(scope, 0)
    this.#id += 1
    const guarded = this.#kind === 'STREAM' ? [stream] : [...this.#positions.keys()]
    const positions = new Map(guarded.map((item) => [item, this.#positions.get(item) ?? 0]))
    const states = guarded.map((item) => ({
      stream_descriptor: describe(item),
      stream_state: { position: positions.get(item) },
    }))
    const content = {
      STREAM: { type: 'STREAM', stream: states[0] },
      GLOBAL: { type: 'GLOBAL', global: { shared_state: { lsn: this.#id }, stream_states: states } },
      LEGACY: { type: 'LEGACY', data: { states } },
    }[this.#kind]
    const line = JSON.stringify({
      type: 'STATE',
      state: { ...content, sourceStats: { recordCount }, id: this.#id },
    })
    return { kind: 'state', line, state: { id: this.#id, line, scope, positions, recordCount } }
  }

  #scope(stream: FaultStream): string {
    return this.#kind === 'STREAM' ? stream.name : ''
  }
}

export function describe({ name, namespace }: FaultStream): {
  readonly name: string
  readonly namespace: string
} {
  return { name, namespace }
}
