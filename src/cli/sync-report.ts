import type { StreamConfig } from '../catalog/stream-config.ts'
import type { SyncReport } from '../pipeline/run-write.ts'
import { describeStream } from '../protocol/messages.ts'

export type ReportOptions = SyncReport & {
  /** From the start of the command to its end. */
  readonly totalMilliseconds: number
  /** Connecting, looking at the tables and making them, before the first record was read. */
  readonly openingMilliseconds: number
  readonly typingMilliseconds: (stream: StreamConfig) => number | undefined
}

/** What a sync did and where its time went: a line per stream, then one for the whole. */
export function describeSync(options: ReportOptions): readonly string[] {
  return [...options.summaries.map((summary) => describeStreamWork(summary, options)), describeWhole(options)]
}

function describeStreamWork(
  { stream, status, recordsWritten }: SyncReport['summaries'][number],
  { times, typingMilliseconds }: ReportOptions,
): string {
  const { batches, bytes, loadingMilliseconds } = times.work(stream.index)
  const typing = typingMilliseconds(stream)
  const parts = [
    `${recordsWritten} records written, status ${status}`,
    ...(batches === 0
      ? []
      : [
          `${megabytes(bytes)} in ${batches} ${batches === 1 ? 'batch' : 'batches'}, loaded in ${seconds(loadingMilliseconds)}`,
        ]),
    ...(typing === undefined || typing === 0 ? [] : [`typed and deduplicated in ${seconds(typing)}`]),
  ]
  return `${describeStream(stream.descriptor)}: ${parts.join('; ')}.`
}

function describeWhole(options: ReportOptions): string {
  const { summaries, receivedBytes, times, totalMilliseconds, openingMilliseconds } = options
  const records = summaries.reduce((sum, summary) => sum + summary.recordsWritten, 0)
  const total = totalMilliseconds / 1000
  const parts = [
    `preparing tables ${seconds(openingMilliseconds)}`,
    `waiting for the source ${seconds(times.sourceMilliseconds)}`,
    `scanning ${seconds(times.scanningMilliseconds)}`,
    `waiting for the destination ${seconds(times.destinationMilliseconds + times.drainingMilliseconds)}`,
    `finishing tables ${seconds(times.finishingMilliseconds)}`,
  ]
  return (
    `Sync finished: ${records} records, ${megabytes(receivedBytes)} in ${total.toFixed(1)} s ` +
    `(${Math.round(records / total)} records/s, ${(receivedBytes / 1e6 / total).toFixed(1)} MB/s): ${parts.join(', ')}.`
  )
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
