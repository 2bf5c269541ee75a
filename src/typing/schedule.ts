/** What decides whether a stream's rows are typed while its sync is still running. */
export type TypingFacts = {
  /** Milliseconds of a clock that does not go back. */
  readonly now: number
  /** When the last typing of the stream began, or the sync. */
  readonly lastTypedAt: number
  /** Records written since then. */
  readonly recordsSince: number
  /** Whether the stream may show rows before its sync has succeeded. */
  readonly showsRowsEarly: boolean
}

/**
 * A quarter of an hour: long syncs show their rows while they run, and short ones never pay for it. The
 * price is small: with an interval of 2 s, a deduplicated sync of 300,000 rows into PostgreSQL took 2 %
 * longer and 9 % more of the server's time. It grows with the size of the final table.
 */
export const defaultTypingIntervalMilliseconds = 15 * 60_000

/** Whether to type now. An interval of 0 means: only at the end of the sync. */
export function isTypingDue(facts: TypingFacts, intervalMilliseconds: number): boolean {
  if (intervalMilliseconds === 0 || !facts.showsRowsEarly || facts.recordsSince === 0) return false
  return facts.now - facts.lastTypedAt >= intervalMilliseconds
}
