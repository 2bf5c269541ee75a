import type { Batching } from '../destination/destination.ts'
import type { FlushLimits } from './flush-policy.ts'

const mebibyte = 1024 * 1024

/** Below this a pipeline cannot keep a load and the next batch apart. */
const smallestBudget = 8 * mebibyte

/** Three times 1 million records: 16, 32 and 64 MiB load equally fast. With 32 the process stays below 256 MiB. */
const largestDefaultBudget = 32 * mebibyte

/** The rest of a container is for Node, the driver and the warehouse's own buffers. */
const budgetShare = 1 / 8

/** A COPY of this size costs its fixed price (a transaction, a round trip) less than 1 % extra. */
const usualBatchBytes = 8 * mebibyte

/** A batch being written, the next one, and room for small streams. */
const batchesPerBudget = 6

/** With large batches: one being written, one being filled, and room for small streams. */
const largeBatchesPerBudget = 3

/** Keeps states at most a minute apart: half of it for the age, half for the load itself. */
const defaultMaximumAgeMilliseconds = 30_000

export type BudgetSettings = {
  /** What the container or the machine allows the process, in bytes. */
  readonly availableBytes: number
  /** Overrides the share of it that buffers may take. */
  readonly budgetBytes?: number | undefined
  readonly maximumAgeMilliseconds?: number | undefined
  /** What the destination asks for. */
  readonly batching?: Batching | undefined
}

/** The pipeline's limits for the memory that there is. */
export function flushLimits(settings: BudgetSettings): FlushLimits {
  const { availableBytes, batching, maximumAgeMilliseconds } = settings
  const wanted = batching === undefined ? 0 : batching.batchBytes * largeBatchesPerBudget
  const share = Math.min(Math.max(largestDefaultBudget, wanted), Math.floor(availableBytes * budgetShare))
  const budgetBytes = Math.max(smallestBudget, settings.budgetBytes ?? share)
  const batchBytes = batching?.batchBytes ?? usualBatchBytes
  const batches = batching === undefined ? batchesPerBudget : largeBatchesPerBudget
  return {
    budgetBytes,
    batchBytes: Math.min(batchBytes, Math.floor(budgetBytes / batches)),
    maximumAgeMilliseconds:
      maximumAgeMilliseconds ?? batching?.maximumAgeMilliseconds ?? defaultMaximumAgeMilliseconds,
  }
}
