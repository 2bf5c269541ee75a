/** What the policy looks at in a stream's buffer that holds at least one record. */
export type BufferFacts = {
  readonly stream: number
  /** Memory that the buffer occupies. */
  readonly allocatedBytes: number
  /** When its oldest record arrived, in milliseconds. */
  readonly firstRecordAt: number
}

export type FlushLimits = {
  /** A buffer of this size is worth a batch of its own. */
  readonly batchBytes: number
  /** For all buffers and batches together. */
  readonly budgetBytes: number
  /** No record waits longer than this, so that states appear on slow sources too. */
  readonly maximumAgeMilliseconds: number
}

export type PipelineFacts = {
  readonly now: number
  /** Buffers, batches in flight, states that wait for them, and the unfinished line. */
  readonly usedBytes: number
  readonly hasInputEnded: boolean
}

/**
 * Which buffer to write next, or none. Age goes before size, or a busy stream could starve a quiet one;
 * memory pressure and the end of input take the largest first, which frees most with one batch.
 */
export function chooseFlush(
  buffers: readonly BufferFacts[],
  limits: FlushLimits,
  facts: PipelineFacts,
): number | undefined {
  const oldest = minimumBy(buffers, (buffer) => buffer.firstRecordAt)
  if (oldest === undefined) return undefined
  if (facts.now - oldest.firstRecordAt >= limits.maximumAgeMilliseconds) return oldest.stream
  const largest = minimumBy(buffers, (buffer) => -buffer.allocatedBytes)
  if (largest === undefined) return undefined
  const mustFree = facts.hasInputEnded || facts.usedBytes >= limits.budgetBytes
  return mustFree || largest.allocatedBytes >= limits.batchBytes ? largest.stream : undefined
}

/** What the policy looks at in a batch that the destination has collected and not loaded yet. */
export type CollectedFacts = { readonly firstRecordAt: number }

/**
 * Whether a collected batch must be loaded now, with whatever else is collected by then: for its age, because
 * nothing more will come, or because states that wait for such batches fill the memory.
 */
export function isLoadDue(
  batch: CollectedFacts,
  limits: Pick<FlushLimits, 'maximumAgeMilliseconds'>,
  facts: { readonly now: number; readonly isLast: boolean; readonly isFullOfStates: boolean },
): boolean {
  return (
    facts.isLast || facts.isFullOfStates || facts.now - batch.firstRecordAt >= limits.maximumAgeMilliseconds
  )
}

function minimumBy<Item>(items: readonly Item[], measure: (item: Item) => number): Item | undefined {
  let best: Item | undefined
  let bestMeasure = Number.POSITIVE_INFINITY
  for (const item of items) {
    const value = measure(item)
    if (value < bestMeasure) {
      best = item
      bestMeasure = value
    }
  }
  return best
}
