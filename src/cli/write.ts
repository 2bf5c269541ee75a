import type { StreamConfig } from '../catalog/stream-config.ts'
import type { Batching, Destination, DestinationWriter, StreamSummary } from '../destination/destination.ts'
import type { Logger } from '../logger.ts'
import type { FlushLimits } from '../pipeline/flush-policy.ts'
import { flushLimits } from '../pipeline/memory-budget.ts'
import { runWrite } from '../pipeline/run-write.ts'
import { describeStream } from '../protocol/messages.ts'
import { parseCatalog } from '../protocol/parse-catalog.ts'
import { assertJson, parseConfig, readConfigFile, readTextFile } from './load-config.ts'
import type { CommandContext, CommandEnvironment } from './main.ts'
import { collectSecrets } from './secrets.ts'
import { describeSync } from './sync-report.ts'

/** `write`: one sync. The exit code is 1 without a TRACE where the source, not this connector, broke off. */
export async function runWriteCommand(
  destination: Destination,
  paths: { readonly configPath: string; readonly catalogPath: string },
  context: CommandContext,
): Promise<number> {
  const { writer, logger, signal, environment } = context
  const startedAt = performance.now()
  const value = await readConfigFile(paths.configPath)
  context.hideSecrets(collectSecrets(destination.spec().connectionSpecification, value))
  const config = parseConfig(destination.configSchema, value)
  const { streams, notes } = destination.plan(config, await readCatalog(paths.catalogPath))
  for (const note of notes) logger.warn(note)
  await using batchWriter: DestinationWriter = await destination.open(config, streams, {
    logger,
    signal,
    typingIntervalMilliseconds: readTypingInterval(environment),
    leaseMilliseconds: readLease(environment),
  })
  const openedAt = performance.now()
  const report = await runWrite({
    input: environment.openInput(),
    streams,
    writer: batchWriter,
    limits: readLimits(environment, batchWriter.batching),
    emitState: (line) => writer.writeLine(line),
    logger,
    signal,
  })
  const lines = describeSync({
    ...report,
    openingMilliseconds: openedAt - startedAt,
    totalMilliseconds: performance.now() - startedAt,
    typingMilliseconds: (stream) => batchWriter.typingMilliseconds?.(stream),
  })
  for (const line of lines) logger.info(line)
  return hasUnfinishedStreams(report.summaries, logger) ? 1 : 0
}

async function readCatalog(path: string) {
  const text = await readTextFile(path, 'CATALOG_INVALID', 'catalog')
  assertJson(text, path, 'CATALOG_INVALID', 'catalog')
  return parseCatalog(text)
}

function readLimits(
  { env, availableBytes }: CommandEnvironment,
  batching: Batching | undefined,
): FlushLimits {
  const megabytes = positiveNumber(env.LANDFALL_MEMORY_BUDGET_MB)
  const seconds = positiveNumber(env.LANDFALL_FLUSH_INTERVAL_SECONDS)
  return flushLimits({
    availableBytes,
    batching,
    budgetBytes: megabytes && megabytes * 1024 * 1024,
    maximumAgeMilliseconds: seconds && seconds * 1000,
  })
}

/** 0 is a choice here: final tables at the end of the sync only. */
function readTypingInterval({ env }: CommandEnvironment): number | undefined {
  const value = env.LANDFALL_TYPING_INTERVAL_SECONDS
  if (value === '0') return 0
  const seconds = positiveNumber(value)
  return seconds && seconds * 1000
}

/** Below some seconds, a busy machine could not renew it in time. */
const shortestLeaseSeconds = 2

function readLease({ env }: CommandEnvironment): number | undefined {
  const seconds = positiveNumber(env.LANDFALL_LEASE_SECONDS)
  return seconds && Math.max(seconds, shortestLeaseSeconds) * 1000
}

function positiveNumber(value: string | undefined): number | undefined {
  const number = Number(value ?? Number.NaN)
  return Number.isFinite(number) && number > 0 ? number : undefined
}

/**
 * A stream without COMPLETE was cut short by its source. Its records are safe wherever its states have left, but the
 * sync is not whole. A TRACE of ours would hide the source's own reason, which is why there is none.
 */
function hasUnfinishedStreams(summaries: readonly StreamSummary[], logger: Logger): boolean {
  const unfinished = summaries.filter((summary) => !summary.isSuccessful)
  for (const { stream, status } of unfinished) {
    logger.warn(
      `${describeStream(stream.descriptor)}: the source did not complete this stream (status ${status}). ${outcomeOf(stream)}`,
    )
  }
  return unfinished.length > 0
}

function outcomeOf({ isTruncate, hasGenerations }: StreamConfig): string {
  if (!isTruncate) return 'What it sent is stored.'
  if (hasGenerations) return 'What it sent is stored, but the old data was not replaced.'
  return 'The old data was not replaced. The states of the stream were kept back, so that the next sync starts it anew.'
}
