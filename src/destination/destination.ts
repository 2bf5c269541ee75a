import { type CatalogPlan, planPlainStreams } from '../catalog/plan-catalog.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { Logger } from '../logger.ts'
import type { ConnectorSpecification } from '../protocol/messages.ts'
import type { ConfiguredCatalog } from '../protocol/parse-catalog.ts'
import type { Lacks } from './capabilities.ts'
import type { Receipt, RecordBatch } from './record-batch.ts'

export type DestinationContext = {
  readonly logger: Logger
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal
  /**
   * How often final tables are brought up to date while a sync runs; 0 means only at its end. Absent: the
   * framework's default.
   */
  readonly typingIntervalMilliseconds?: number | undefined
  /**
   * Where syncs are kept apart by leases: how long one is good without being renewed. Absent: the framework's default.
   */
  readonly leaseMilliseconds?: number | undefined
}

/** How a stream's input ended: `NONE` where no terminal status came. */
export type TerminalStatus = 'COMPLETE' | 'INCOMPLETE' | 'NONE'

export type StreamSummary = {
  readonly stream: StreamConfig
  readonly status: TerminalStatus
  /** Records written in this sync, by the receipts. */
  readonly recordsWritten: number
  /**
   * Whether the stream's data is whole: COMPLETE, or the end of input in the dialect without statuses.
   * Only then may old data be replaced.
   */
  readonly isSuccessful: boolean
}

/** How a destination wants its batches, where each one has a price of its own. */
export type Batching = {
  /** As large as this where memory allows; small containers get smaller ones. */
  readonly batchBytes: number
  /** How long a record may wait for a batch to fill. States wait as long. */
  readonly maximumAgeMilliseconds: number
}

/** Takes the batches of one sync. The framework calls `write`, then `finish`, then disposes it. */
export interface DestinationWriter extends AsyncDisposable {
  /** How many `write` calls may run at the same time; 1 keeps the arrival order of all records. */
  readonly concurrency: number
  /** Absent: small batches, soon. */
  readonly batching?: Batching | undefined
  /** Makes a batch durable. States that follow its records are released once the receipt is there. */
  write(batch: RecordBatch): Promise<Receipt>
  /** Called once, after the input ended and every batch was written; one summary per configured stream. */
  finish(summaries: readonly StreamSummary[]): Promise<void>
  /**
   * For the report at the end of a sync: milliseconds that went into a stream's final table so far. Absent
   * where there are no final tables.
   */
  typingMilliseconds?(stream: StreamConfig): number
}

/** Turns a parsed configuration file into a typed one, or throws. A zod schema fits. */
export type ConfigSchema<Config> = { parse(value: unknown): Config }

/**
 * What a connector author extends for anything that is not a SQL warehouse: a queue, an API, files. The
 * command line, the pipeline, the memory budget, states and error reports come with it.
 */
export abstract class Destination<Config = unknown> {
  /** The connector's name without the `destination-` in front. */
  abstract readonly name: string
  abstract readonly configSchema: ConfigSchema<Config>
  /** What it cannot do that others can, with the reason: for the conformance suite and the support matrix. */
  readonly lacks: Lacks = {}
  abstract spec(): ConnectorSpecification
  /** Throws a `DestinationError` where a sync with this configuration could not succeed. */
  abstract check(config: Config, context: DestinationContext): Promise<void>
  /**
   * A script for an administrator: the least that syncs with this configuration need, without secrets. Absent
   * where there are no rights to give. Printed by `landfall grants`.
   */
  grants?(config: Config): string
  /** The catalog in the destination's own terms: every name as it is, unless a destination has rules of its own. */
  plan(_config: Config, catalog: ConfiguredCatalog): CatalogPlan {
    return { streams: planPlainStreams(catalog), notes: [] }
  }
  /** Connects and prepares every stream; called before the first record is read. */
  abstract open(
    config: Config,
    streams: readonly StreamConfig[],
    context: DestinationContext,
  ): Promise<DestinationWriter>
}
