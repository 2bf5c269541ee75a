import type { StateScope } from '../protocol/messages.ts'

/** A stretch of records of one scope that ends with a state; the last one of a scope has no state yet. */
type Epoch<State> = {
  /** Records received and not yet durable. */
  outstanding: number
  written: number
  rejected: number
  state: State | undefined
  /** Set when records were counted per stream before the first state said that it guards all streams. */
  mergedInto: Epoch<State> | undefined
}

type Scope<State> = {
  /** Oldest first; the last one is open. */
  readonly epochs: Epoch<State>[]
  isHeld: boolean
}

/** The records of one batch, by the epochs they belong to. */
export type BatchTicket<State> = readonly { readonly epoch: Epoch<State>; count: number }[]

/** A state whose records are all durable, with the counts for `destinationStats`. */
export type ReleasedState<State> = {
  readonly state: State
  readonly written: number
  readonly rejected: number
}

/**
 * Knows which states may leave. A state leaves once, in the order of its scope (its stream for STREAM, all
 * streams for GLOBAL and LEGACY), when every record that arrived before it in that scope is durable.
 * Batches may become durable in any order. No I/O, no clock.
 */
export class StateLedger<State> {
  readonly #streams: Scope<State>[]
  /** Per stream: the records since its last batch was taken. */
  readonly #open: { epoch: Epoch<State>; count: number }[][]
  /** STREAM states of streams that the catalog does not have: there is nothing to wait for but their turn. */
  #global: Scope<State> | undefined
  #kind: StateScope | undefined
  #pending = 0

  /** `heldStreams`: their states wait for `releaseHeld`, since their rows do not survive a failed sync. */
  constructor(streamCount: number, heldStreams: ReadonlySet<number> = new Set()) {
    this.#streams = Array.from({ length: streamCount }, (_, index) => ({
      epochs: [newEpoch<State>()],
      isHeld: heldStreams.has(index),
    }))
    this.#open = Array.from({ length: streamCount }, () => [])
  }

  /** States received and not yet released. */
  get pendingStates(): number {
    return this.#pending
  }

  /** Those of them that wait for `releaseHeld`. */
  get heldStates(): number {
    return this.#scopes()
      .filter(({ isHeld }) => isHeld)
      .reduce((sum, { epochs }) => sum + epochs.length - 1, 0)
  }

  /** Called for every record, so it makes no object unless a state came between. */
  countRecord(stream: number): void {
    const epoch = currentEpoch(this.#global ?? this.#scope(stream))
    epoch.outstanding += 1
    const runs = this.#runs(stream)
    const last = runs.at(-1)
    if (last !== undefined && last.epoch === epoch) last.count += 1
    else runs.push({ epoch, count: 1 })
  }

  /** The records of a stream since the last call: the batch that is about to be written. */
  takeTicket(stream: number): BatchTicket<State> {
    const runs = this.#runs(stream)
    this.#open[stream] = []
    return runs
  }

  /**
   * @param stream index of the state's stream; undefined for other scopes and for streams that the catalog lacks
   * @returns the states that may leave now, in order
   * @throws Error where a sync mixes kinds of states: the platform refuses that
   */
  addState(kind: StateScope, stream: number | undefined, state: State): readonly ReleasedState<State>[] {
    if (this.#kind !== undefined && this.#kind !== kind) throw new MixedStatesError(this.#kind, kind)
    this.#kind = kind
    if (kind === 'STREAM' && stream === undefined) return [{ state, written: 0, rejected: 0 }]
    const scope = kind === 'STREAM' && stream !== undefined ? this.#scope(stream) : this.#globalScope()
    currentEpoch(scope).state = state
    scope.epochs.push(newEpoch())
    this.#pending += 1
    return this.#release(scope)
  }

  /**
   * @param rejected indexes of the batch's records that were refused; they count for the states that follow them
   * @returns the states that may leave now, in order
   */
  markWritten(
    stream: number,
    ticket: BatchTicket<State>,
    rejected: readonly number[] = [],
  ): readonly ReleasedState<State>[] {
    let end = 0
    for (const { epoch, count } of ticket) {
      const target = epoch.mergedInto ?? epoch
      const start = end
      end += count
      const refused = countInRange(rejected, start, end)
      target.outstanding -= count
      target.rejected += refused
      target.written += count - refused
    }
    return this.#release(this.#global ?? this.#scope(stream))
  }

  /**
   * Called after the sync's tables were finished: the states that had to wait for that. States of streams that are not
   * finished stay: the rows before them will be sent again, or are lost. One such stream keeps all states of GLOBAL and LEGACY.
   */
  releaseHeld(finished: ReadonlySet<number>): readonly ReleasedState<State>[] {
    for (const [stream, scope] of this.#streams.entries()) if (finished.has(stream)) scope.isHeld = false
    if (this.#global !== undefined) this.#global.isHeld = this.#streams.some(({ isHeld }) => isHeld)
    return this.#scopes().flatMap((scope) => this.#release(scope))
  }

  #scopes(): readonly Scope<State>[] {
    return this.#global === undefined ? this.#streams : [this.#global]
  }

  #release(scope: Scope<State>): ReleasedState<State>[] {
    const released: ReleasedState<State>[] = []
    if (scope.isHeld) return released
    for (;;) {
      const epoch = scope.epochs[0]
      if (epoch?.state === undefined || epoch.outstanding > 0) break
      scope.epochs.shift()
      released.push({ state: epoch.state, written: epoch.written, rejected: epoch.rejected })
    }
    this.#pending -= released.length
    return released
  }

  /** The first GLOBAL or LEGACY state takes over what was counted per stream until then. */
  #globalScope(): Scope<State> {
    if (this.#global !== undefined) return this.#global
    const merged = newEpoch<State>()
    for (const { epochs } of this.#streams) {
      for (const epoch of epochs) {
        merged.outstanding += epoch.outstanding
        merged.written += epoch.written
        merged.rejected += epoch.rejected
        epoch.mergedInto = merged
      }
    }
    this.#global = { epochs: [merged], isHeld: this.#streams.some((scope) => scope.isHeld) }
    return this.#global
  }

  #scope(stream: number): Scope<State> {
    const scope = this.#streams[stream]
    if (scope === undefined) throw new RangeError(`stream number ${stream} is not in the ledger`)
    return scope
  }

  #runs(stream: number): { epoch: Epoch<State>; count: number }[] {
    const runs = this.#open[stream]
    if (runs === undefined) throw new RangeError(`stream number ${stream} is not in the ledger`)
    return runs
  }
}

/** Two kinds of states in one sync. */
export class MixedStatesError extends Error {
  constructor(first: StateScope, second: StateScope) {
    super(`a ${second} state after a ${first} state`)
    this.name = 'MixedStatesError'
  }
}

/** Most batches have no refused record, and the others a few. */
function countInRange(indexes: readonly number[], start: number, end: number): number {
  return indexes.reduce((sum, index) => (index >= start && index < end ? sum + 1 : sum), 0)
}

function newEpoch<State>(): Epoch<State> {
  return { outstanding: 0, written: 0, rejected: 0, state: undefined, mergedInto: undefined }
}

function currentEpoch<State>(scope: Scope<State>): Epoch<State> {
  const epoch = scope.epochs.at(-1)
  if (epoch === undefined) throw new RangeError('a scope always has an open epoch')
  return epoch
}
