import type { StreamConfig } from '../catalog/stream-config.ts'
import type { DestinationContext, DestinationWriter, StreamSummary } from '../destination/destination.ts'
import type { Receipt, RecordBatch } from '../destination/record-batch.ts'
import type { Warehouse } from '../destination/warehouse.ts'
import { DestinationError, toDestinationError } from '../errors.ts'
import { describeStream } from '../protocol/messages.ts'
import type { SqlBatch } from '../sql/sql.ts'
import type { SqlGenerator } from '../sql/sql-generator.ts'
import { forEachConcurrently } from '../util/for-each-concurrently.ts'
import { gatherFacts } from './gather-facts.ts'
import { type FinishStep, type PrepareStep, planFinish, planStream, type StreamPlan } from './plan-stream.ts'

export type TyperDeduperOptions = {
  readonly streams: readonly StreamConfig[]
  readonly generator: SqlGenerator
  readonly warehouse: Warehouse
  readonly context: DestinationContext
  /** False for raw tables only (`disable_type_dedupe`). */
  readonly isTypingEnabled: boolean
}

/** The SQL of each step; what the steps mean is decided in plan-stream. */
const prepareStatements: Record<PrepareStep, (generator: SqlGenerator, stream: StreamConfig) => SqlBatch> = {
  create_raw: (generator, stream) => generator.createRawTable(stream, ''),
  create_temporary_raw: (generator, stream) => generator.createRawTable(stream, '_airbyte_tmp'),
  empty_temporary_raw: (generator, stream) =>
    generator.createRawTable(stream, '_airbyte_tmp', { replace: true }),
  absorb_temporary_raw: (generator, stream) => generator.absorbTemporaryRawTable(stream),
  create_final: (generator, stream) => generator.createFinalTable(stream),
}

const finishStatements: Record<FinishStep, (generator: SqlGenerator, stream: StreamConfig) => SqlBatch> = {
  replace_raw: (generator, stream) => generator.replaceRawTable(stream),
  update_empty_final: (generator, stream) => generator.updateFinalTable(stream, 'empty'),
  update_populated_final: (generator, stream) => generator.updateFinalTable(stream, 'populated'),
  rebuild_final: (generator, stream) => generator.rebuildFinalTable(stream),
}

/** Writes raw tables during a sync and final tables at its end, for any SQL warehouse. */
export class TyperDeduper implements DestinationWriter {
  readonly concurrency: number
  readonly #options: TyperDeduperOptions
  readonly #plans: readonly StreamPlan[]

  private constructor(options: TyperDeduperOptions, plans: readonly StreamPlan[]) {
    this.concurrency = options.warehouse.loadConcurrency
    this.#options = options
    this.#plans = plans
  }

  /** Looks at the tables of all streams, decides, and brings them into shape for the first record. */
  static async open(options: TyperDeduperOptions): Promise<TyperDeduper> {
    const { streams, generator, warehouse, isTypingEnabled } = options
    await createNamespaces(options)
    const facts = await gatherFacts(streams, generator, warehouse)
    const plans = streams.map((stream, index) => planStream(stream, facts[index] ?? {}, isTypingEnabled))
    for (const [index, plan] of plans.entries()) {
      const stream = streams[index]
      if (stream === undefined) continue
      for (const step of plan.prepare) {
        options.context.logger.debug(`${describeStream(stream.descriptor)}: ${step}`)
        await withStream(stream, () => warehouse.execute(prepareStatements[step](generator, stream)))
      }
    }
    return new TyperDeduper(options, plans)
  }

  async write(batch: RecordBatch): Promise<Receipt> {
    const { generator, warehouse } = this.#options
    const { stream } = batch
    const suffix = this.#plan(stream).rawSuffix
    return withStream(stream, () => warehouse.insertRaw(generator.rawTable(stream, suffix), batch))
  }

  /** Finishes every stream, also after another has failed; then reports the first failure. */
  async finish(summaries: readonly StreamSummary[]): Promise<void> {
    const { context } = this.#options
    const errors = await forEachConcurrently(summaries, this.concurrency, (summary) =>
      this.#finishStream(summary),
    )
    for (const error of errors.slice(1)) context.logger.error(toDestinationError(error).message)
    if (errors.length > 0) throw errors[0]
  }

  async #finishStream(summary: StreamSummary): Promise<void> {
    const { generator, warehouse, context } = this.#options
    const { stream } = summary
    const steps = planFinish(this.#plan(stream), summary)
    const startedAt = performance.now()
    for (const step of steps) {
      await withStream(stream, () => warehouse.execute(finishStatements[step](generator, stream)))
    }
    if (steps.length === 0) return
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(2)
    context.logger.info(
      `${describeStream(stream.descriptor)}: final table up to date in ${seconds} s (${steps.join(', ')}).`,
    )
  }

  #plan(stream: StreamConfig): StreamPlan {
    const plan = this.#plans[stream.index]
    if (plan === undefined) throw new Error(`no plan for stream number ${stream.index}`)
    return plan
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.warehouse[Symbol.asyncDispose]()
  }
}

/** Looks before it creates: a role with rights on existing schemas only must be able to sync. */
export async function createNamespaces(options: TyperDeduperOptions): Promise<readonly string[]> {
  const { streams, generator, warehouse, isTypingEnabled } = options
  const wanted = new Set(
    streams.flatMap(({ id }) => [id.rawNamespace, ...(isTypingEnabled ? [id.finalNamespace] : [])]),
  )
  const existing = await warehouse.listNamespaces([...wanted])
  const missing = [...wanted].filter((namespace) => !existing.has(namespace))
  for (const namespace of missing) await warehouse.execute(generator.createNamespace(namespace))
  return missing
}

/** Names the stream in whatever goes wrong. */
async function withStream<Result>(stream: StreamConfig, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    const failure = toDestinationError(error)
    if (failure.stream !== undefined) throw failure
    throw new DestinationError(failure.code, failure.message, {
      stream: stream.descriptor,
      cause: failure.cause ?? failure,
      detail: failure.detail,
      failureType: failure.failureType,
    })
  }
}
