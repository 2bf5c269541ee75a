import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultStream } from './fault-stream.ts'
import type { FaultTarget, Look } from './fault-target.ts'
import type { TableModel } from './table-model.ts'

type WatchedStream = { readonly stream: FaultStream; readonly model: TableModel; readonly generation: number }

/** Up to which record the source sends, in this job and in the one before. */
type Ends = { readonly now: number; readonly before: number }

/** How often the reader looks. */
const intervalMilliseconds = 60

/** Reads tables while they are refreshed: each look must show the old rows or the new ones, whole. */
export class ReaderWatch implements AsyncDisposable {
  readonly problems: string[] = []
  readonly #stop = new AbortController()
  #watching: Promise<void> = Promise.resolve()

  static async start(
    target: FaultTarget,
    streams: readonly WatchedStream[],
    ends: Ends,
  ): Promise<ReaderWatch> {
    const watch = new ReaderWatch()
    const { look } = target
    if (look === undefined) return watch
    const old = new Map<FaultStream, Look | undefined>()
    for (const { stream } of streams) old.set(stream, await look(stream))
    watch.#watching = watch.#watch(look, streams, { old, ends })
    return watch
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#watching
  }

  async #watch(
    look: NonNullable<FaultTarget['look']>,
    streams: readonly WatchedStream[],
    { old, ends }: { readonly old: ReadonlyMap<FaultStream, Look | undefined>; readonly ends: Ends },
  ): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const item of streams) {
        // A look that fails because the server is away says nothing about the tables.
        const seen = await look(item.stream).catch(() => old.get(item.stream))
        if (isSame(seen, old.get(item.stream)) || isWhole(seen, item, ends.now) || isLate(seen, item, ends))
          continue
        this.problems.push(
          `a reader of ${item.stream.name} saw ${show(seen)}; before, there was ${show(old.get(item.stream))}`,
        )
        return
      }
      await sleep(intervalMilliseconds)
    }
  }
}

/** A table that does not exist yet and an empty one show the same rows. */
function isSame(left: Look | undefined, right: Look | undefined): boolean {
  return show(left) === show(right)
}

/** In append streams, records of attempts that broke off may be there twice. */
function isWhole(seen: Look | undefined, { stream, model, generation }: WatchedStream, end: number): boolean {
  const whole = model.countWhole(end)
  if (whole === 0) return seen === undefined || seen.size === 0
  const rows = seen?.get(String(generation))
  if (seen?.size !== 1 || rows === undefined) return false
  return stream.isDeduped ? rows === whole : rows >= whole
}

/**
 * The whole rows of the attempt before: the server goes on with a transaction whose client was killed, and its COMMIT may
 * come after the first look of this attempt.
 */
function isLate(seen: Look | undefined, item: WatchedStream, { now, before }: Ends): boolean {
  const earlier = { ...item, generation: item.generation - 1 }
  return isWhole(seen, earlier, now) || isWhole(seen, earlier, before)
}

function show(look: Look | undefined): string {
  const parts = [...(look ?? [])]
    .toSorted()
    .map(([generation, rows]) => `${rows} rows of generation ${generation}`)
  return parts.join(' and ') || 'no row'
}
