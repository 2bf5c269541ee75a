import { ApiError } from './errors.ts'

/**
 * What goes wrong, for the next requests of one kind. `refuse`: an HTTP status in place of an answer, before
 * anything is done. `cut`: the connection breaks, `before` or `after` the work. `fail_job`: the job is accepted, and ends with an error.
 */
export type Fault = {
  readonly on: RequestKind
  readonly times: number
} & (
  | { readonly kind: 'refuse'; readonly status: number; readonly reason: string }
  | { readonly kind: 'cut'; readonly moment: 'before' | 'after' }
  | {
      readonly kind: 'fail_job'
      readonly reason: string
      readonly message: string
      readonly matching?: RegExp
    }
)

export type RequestKind =
  | 'query'
  | 'load'
  | 'job'
  | 'results'
  | 'metadata'
  | 'object'
  // Those of the Storage Write API.
  | 'create_stream'
  | 'append'
  | 'finalize'
  | 'commit'
  | 'stream'

export class Faults {
  #pending: Fault[] = []

  add(fault: Fault): void {
    this.#pending.push(fault)
  }

  /** True where every fault has happened. */
  get isEmpty(): boolean {
    return this.#pending.length === 0
  }

  /** What a test leaves behind must not meet the next one. */
  clear(): void {
    this.#pending = []
  }

  take(on: RequestKind, ...kinds: readonly Fault['kind'][]): Fault | undefined {
    const index = this.#pending.findIndex((fault) => fault.on === on && kinds.includes(fault.kind))
    const fault = this.#pending[index]
    if (fault === undefined) return undefined
    const rest = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []
    this.#pending = [...this.#pending.slice(0, index), ...rest, ...this.#pending.slice(index + 1)]
    return fault
  }

  /** @param text the query; a fault may wait for one that matches */
  failJob(on: 'query' | 'load', text = ''): void {
    const isMeant = (fault: Fault) => fault.kind === 'fail_job' && (fault.matching?.test(text) ?? true)
    if (!this.#pending.some((fault) => fault.on === on && isMeant(fault))) return
    const fault = this.take(on, 'fail_job')
    if (fault?.kind === 'fail_job') throw new ApiError(400, fault.reason, fault.message)
  }
}
