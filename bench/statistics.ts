import { type GoalFacts, isGoalMet } from './goal.ts'
import type { Measurement } from './run-process.ts'
import type { Entry } from './trial.ts'

/** One entry's measurements, one per round. */
export type Series = { readonly entry: Entry; readonly measurements: readonly Measurement[] }

export type Spread = { readonly minimum: number; readonly median: number; readonly maximum: number }

export type Summary = {
  readonly entry: Entry
  readonly seconds: Spread
  /** Of the median. */
  readonly recordsPerSecond: number
  readonly bytesPerSecond: number
  /**
   * Time per record against the limit's in the same round: below 1 is quicker than the limit. By rounds,
   * because the machine itself is quicker in one minute than in another.
   */
  readonly timeRatio: Spread | undefined
  /** Seconds on top of the limit's in the same round. */
  readonly addedSeconds: Spread | undefined
  /** Undefined where there is no goal, or nothing to compare with. */
  readonly isGoalMet: boolean | undefined
  /** Medians of the measured process and of the database server. */
  readonly cpuSeconds: number | undefined
  readonly serverCpuSeconds: number | undefined
  /** The same for each 10^9 bytes of messages. */
  readonly cpuSecondsPerGigabyte: number | undefined
  readonly serverCpuSecondsPerGigabyte: number | undefined
  /** What the server wrote to its log; the median. */
  readonly walBytes: number | undefined
  /** The highest of all rounds. */
  readonly peakBytes: number | undefined
}

export function summarize({ entry, measurements }: Series, all: readonly Series[]): Summary {
  const seconds = spread(measurements.map((measurement) => measurement.seconds))
  const limit = all.find((other) => other.entry.name === entry.limit && other.measurements.length > 0)
  const timeRatio =
    limit && spread(compare(measurements, limit, (own, other) => ratio(entry, own, limit, other)))
  const addedSeconds = limit && spread(compare(measurements, limit, (own, other) => own - other))
  const summary = {
    seconds,
    recordsPerSecond: entry.records / seconds.median,
    bytesPerSecond: entry.bytes / seconds.median,
    timeRatio,
    addedSeconds,
  }
  const isMet = entry.goal && isGoalMet(entry.goal, goalFacts(summary))
  return { entry, ...summary, isGoalMet: isMet, ...summarizeUsage(entry, measurements) }
}

/** What a goal is compared with. */
export function goalFacts(
  summary: Pick<Summary, 'timeRatio' | 'addedSeconds' | 'seconds' | 'bytesPerSecond'>,
): GoalFacts {
  const { timeRatio, addedSeconds, seconds, bytesPerSecond } = summary
  return {
    timeRatio: timeRatio?.median,
    addedSeconds: addedSeconds?.median,
    seconds: seconds.median,
    bytesPerSecond,
  }
}

function summarizeUsage({ bytes }: Entry, measurements: readonly Measurement[]) {
  const cpuSeconds = median(measurements.map((measurement) => measurement.cpuSeconds))
  const serverCpuSeconds = median(measurements.map((measurement) => measurement.serverCpuSeconds))
  const perGigabyte = (seconds: number | undefined) =>
    seconds === undefined || bytes === 0 ? undefined : seconds / (bytes / 1e9)
  const peaks = present(measurements.map(({ peakBytes }) => peakBytes))
  return {
    cpuSeconds,
    serverCpuSeconds,
    cpuSecondsPerGigabyte: perGigabyte(cpuSeconds),
    serverCpuSecondsPerGigabyte: perGigabyte(serverCpuSeconds),
    walBytes: median(measurements.map(({ walBytes }) => walBytes)),
    peakBytes: peaks.length > 0 ? Math.max(...peaks) : undefined,
  }
}

/** Round by round. */
function compare(
  measurements: readonly Measurement[],
  limit: Series,
  calculate: (own: number, other: number) => number,
): readonly number[] {
  return measurements.map(({ seconds }, round) =>
    calculate(seconds, limit.measurements[round]?.seconds ?? Number.NaN),
  )
}

function ratio(entry: Entry, own: number, limit: Series, other: number): number {
  return own / entry.records / (other / limit.entry.records)
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right)
  const at = (position: number) => sorted[position] ?? Number.NaN
  const [low, high] = [at(Math.floor((sorted.length - 1) / 2)), at(Math.ceil((sorted.length - 1) / 2))]
  return { minimum: at(0), median: (low + high) / 2, maximum: at(sorted.length - 1) }
}

export function median(values: readonly (number | undefined)[]): number | undefined {
  const known = present(values)
  return known.length > 0 ? spread(known).median : undefined
}

function present<Value>(values: readonly (Value | undefined)[]): readonly Value[] {
  return values.filter((value) => value !== undefined)
}
