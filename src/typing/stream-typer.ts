import type { StreamConfig } from '../catalog/stream-config.ts'
import type { StreamSummary } from '../destination/destination.ts'
import type { Warehouse } from '../destination/warehouse.ts'
import type { Logger } from '../logger.ts'
import { describeStream } from '../protocol/messages.ts'
import type { SqlBatch } from '../sql/sql.ts'
import type { SqlGenerator } from '../sql/sql-generator.ts'
import { type FinishStep, type PrepareStep, planFinish, type StreamPlan, updateSteps } from './plan-stream.ts'
import { isTypingDue } from './schedule.ts'
import { withStream } from './with-stream.ts'

export type StreamTyperOptions = {
  readonly stream: StreamConfig
  readonly plan: StreamPlan
  readonly generator: SqlGenerator
  readonly warehouse: Warehouse
  readonly logger: Logger
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number
}

/** The SQL of each step; what the steps mean is decided in plan-stream. */
const prepareStatements: Record<PrepareStep, (generator: SqlGenerator, stream: StreamConfig) => SqlBatch> = {
  create_raw: (generator, stream) => generator.createRawTable(stream, ''),
  import_first_raw: (generator, stream) => generator.importFirstRawTable(stream),
  index_deletions: (generator, stream) => generator.indexDeletions(stream),
  create_temporary_raw: (generator, stream) => generator.createRawTable(stream, '_airbyte_tmp'),
  empty_temporary_raw: (generator, stream) =>
    generator.createRawTable(stream, '_airbyte_tmp', { replace: true }),
  absorb_temporary_raw: (generator, stream) => generator.absorbTemporaryRawTable(stream),
  create_final: (generator, stream) => generator.createFinalTable(stream),
  rehearse_final: (generator, stream) => rehearseFinalTable(generator, stream),
  mark_final: (generator, stream) => generator.markFinalTable(stream),
}

/** In one transaction: nobody sees the table, and a name or a column that the warehouse refuses fails before the load. */
function rehearseFinalTable(generator: SqlGenerator, stream: StreamConfig): SqlBatch {
  const drop = generator.dropTable(generator.finalTable(stream))
  return [[...generator.createFinalTable(stream), ...drop].flat()]
}

/** Carries out the plan of one stream: before its first record, while they come, after the last. */
export class StreamTyper {
  readonly stream: StreamConfig
  readonly #options: StreamTyperOptions
  #plan: StreamPlan
  #lastTypedAt: number
  #recordsSince = 0
  #typingMilliseconds = 0

  constructor(options: StreamTyperOptions) {
    this.stream = options.stream
    this.#options = options
    this.#plan = options.plan
    this.#lastTypedAt = options.now()
  }

  /** Spent on the final table so far, during the sync and at its end. */
  get typingMilliseconds(): number {
    return this.#typingMilliseconds
  }

  get plan(): StreamPlan {
    return this.#plan
  }

  async prepare(): Promise<void> {
    for (const step of this.#plan.prepare) {
      await this.#run(step, prepareStatements[step](this.#options.generator, this.stream))
    }
  }

  /** Called when records have become durable in the raw table. */
  countWritten(records: number): void {
    this.#recordsSince += records
  }

  /** Whether the final table should be brought up to date while the sync goes on. */
  isDue(intervalMilliseconds: number): boolean {
    const { final } = this.#plan
    const showsRowsEarly = !this.stream.isTruncate && final !== 'none' && final !== 'rebuild'
    const facts = {
      now: this.#options.now(),
      lastTypedAt: this.#lastTypedAt,
      recordsSince: this.#recordsSince,
    }
    return isTypingDue({ ...facts, showsRowsEarly }, intervalMilliseconds)
  }

  /** Types what is there. Records that arrive meanwhile wait for the next time. */
  async typeNow(): Promise<void> {
    const { final } = this.#plan
    if (final === 'none' || final === 'rebuild') return
    this.#lastTypedAt = this.#options.now()
    const records = this.#recordsSince
    const step = updateSteps[final]
    await this.#run(step, this.#finishStatements(step))
    this.#recordsSince -= records
    this.#plan = { ...this.#plan, final: 'populated', hasUnprocessed: false }
    this.#logTyping('final table brought up to date during the sync', this.#lastTypedAt)
  }

  async finish(summary: StreamSummary): Promise<void> {
    const steps = planFinish(this.#plan, { ...summary, recordsWritten: this.#recordsSince })
    const startedAt = this.#options.now()
    for (const step of steps) await this.#run(step, this.#finishStatements(step))
    if (steps.length > 0) this.#logTyping(`final table up to date (${steps.join(', ')})`, startedAt)
  }

  #finishStatements(step: FinishStep): SqlBatch {
    const { generator } = this.#options
    const { stream } = this
    switch (step) {
      case 'replace_raw':
        return generator.replaceRawTable(stream)
      case 'create_final':
        return generator.createFinalTable(stream)
      case 'create_filled_final':
        return generator.updateFinalTable(stream, 'new')
      case 'update_empty_final':
        return generator.updateFinalTable(stream, 'empty')
      case 'update_populated_final':
        return generator.updateFinalTable(stream, 'populated')
      case 'rebuild_final':
        return generator.rebuildFinalTable(
          stream,
          this.#plan.finalColumns ?? generator.finalTableColumns(stream),
        )
    }
  }

  async #run(step: PrepareStep | FinishStep, statements: SqlBatch): Promise<void> {
    const { logger, warehouse } = this.#options
    logger.debug(`${describeStream(this.stream.descriptor)}: ${step}`)
    await withStream(this.stream, () => warehouse.execute(statements, this.stream))
  }

  #logTyping(event: string, startedAt: number): void {
    const milliseconds = this.#options.now() - startedAt
    this.#typingMilliseconds += milliseconds
    const stream = describeStream(this.stream.descriptor)
    this.#options.logger.info(`${stream}: ${event} in ${(milliseconds / 1000).toFixed(2)} s.`)
  }
}
