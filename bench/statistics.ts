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
   * Records per second against those of the limit in the same round: above 1 is quicker than the limit.
   * By rounds, because the machine itself is quicker in one minute than in another.
   */
  readonly ratio: Spread | undefined
  /** Medians of the measured process and of the database server. */
  readonly cpuSeconds: number | undefined
  readonly serverCpuSeconds: number | undefined
  /** The highest of all rounds. */
  readonly peakBytes: number | undefined
}

export function summarize({ entry, measurements }: Series, all: readonly Series[]): Summary {
  const seconds = spread(measurements.map((measurement) => measurement.seconds))
  const limit = all.find((other) => other.entry.name === entry.limit)
  const peaks = present(measurements.map(({ peakBytes }) => peakBytes))
  return {
    entry,
    seconds,
    recordsPerSecond: entry.records / seconds.median,
    bytesPerSecond: entry.bytes / seconds.median,
    ratio: limit && spread(ratios({ entry, measurements }, limit)),
    cpuSeconds: median(measurements.map(({ cpuSeconds }) => cpuSeconds)),
    serverCpuSeconds: median(measurements.map(({ serverCpuSeconds }) => serverCpuSeconds)),
    peakBytes: peaks.length > 0 ? Math.max(...peaks) : undefined,
  }
}

function ratios(series: Series, limit: Series): readonly number[] {
  const speeds = ({ entry, measurements }: Series) =>
    measurements.map(({ seconds }) => entry.records / seconds)
  const limitSpeeds = speeds(limit)
  return speeds(series).map((speed, round) => speed / (limitSpeeds[round] ?? Number.NaN))
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right)
  const at = (position: number) => sorted[position] ?? Number.NaN
  const [low, high] = [at(Math.floor((sorted.length - 1) / 2)), at(Math.ceil((sorted.length - 1) / 2))]
  return { minimum: at(0), median: (low + high) / 2, maximum: at(sorted.length - 1) }
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const known = present(values)
  return known.length > 0 ? spread(known).median : undefined
}

function present<Value>(values: readonly (Value | undefined)[]): readonly Value[] {
  return values.filter((value) => value !== undefined)
}
