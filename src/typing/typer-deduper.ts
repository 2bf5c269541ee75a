import type { StreamConfig } from '../catalog/stream-config.ts'
import type {
  Batching,
  DestinationContext,
  DestinationWriter,
  StreamSummary,
} from '../destination/destination.ts'
import type { Receipt, RecordBatch } from '../destination/record-batch.ts'
import type { Warehouse } from '../destination/warehouse.ts'
import { toDestinationError } from '../errors.ts'
import type { SqlGenerator, TableName } from '../sql/sql-generator.ts'
import { forEachConcurrently } from '../util/for-each-concurrently.ts'
import { gatherFacts, preparationConcurrency } from './gather-facts.ts'
import { planStream } from './plan-stream.ts'
import { RawLoader } from './raw-loader.ts'
import { defaultTypingIntervalMilliseconds } from './schedule.ts'
import { StreamTyper } from './stream-typer.ts'
import { withStream } from './with-stream.ts'

export type TyperDeduperOptions = {
  readonly streams: readonly StreamConfig[]
  readonly generator: SqlGenerator
  readonly warehouse: Warehouse
  readonly context: DestinationContext
  /** False for raw tables only (`disable_type_dedupe`). */
  readonly isTypingEnabled: boolean
}

/** Writes raw tables during a sync and final tables at its end, for any SQL warehouse. */
export class TyperDeduper implements DestinationWriter {
  readonly concurrency: number
  readonly batching: Batching | undefined
  readonly #options: TyperDeduperOptions
  readonly #typers: readonly StreamTyper[]
  readonly #loader: RawLoader
  /** The typing that runs beside the loads, one at a time. */
  #typing: Promise<void> | undefined
  #typingFailure: { readonly error: unknown } | undefined

  private constructor(options: TyperDeduperOptions, typers: readonly StreamTyper[]) {
    this.concurrency = options.warehouse.loadConcurrency
    this.batching = options.warehouse.batching
    this.#options = options
    this.#typers = typers
    const { warehouse, generator, context } = options
    this.#loader = new RawLoader({ warehouse, generator, logger: context.logger })
  }

  /** Looks at the tables of all streams, decides, and brings them into shape for the first record. */
  static async open(options: TyperDeduperOptions): Promise<TyperDeduper> {
    const { streams, generator, warehouse, isTypingEnabled, context } = options
    await createNamespaces(options)
    const facts = await gatherFacts(streams, generator, warehouse)
    const now = () => performance.now()
    const typers = streams.map((stream, index) => {
      const plan = planStream(stream, facts[index] ?? {}, isTypingEnabled, generator.makesTablesWithRows)
      return new StreamTyper({ stream, plan, generator, warehouse, logger: context.logger, now })
    })
    const [error] = await forEachConcurrently(typers, preparationConcurrency, (typer) => typer.prepare())
    if (error !== undefined) throw error
    return new TyperDeduper(options, typers)
  }

  async write(batch: RecordBatch): Promise<Receipt> {
    if (this.#typingFailure !== undefined) throw this.#typingFailure.error
    const { generator } = this.#options
    const { stream } = batch
    const typer = this.#typer(stream)
    const table = generator.rawTable(stream, typer.plan.rawSuffix)
    const receipt = await withStream(stream, () => this.#loader.load(table, batch))
    typer.countWritten(receipt.rowsWritten)
    this.#typeIfDue(typer)
    return receipt
  }

  #typeIfDue(typer: StreamTyper): void {
    const interval = this.#options.context.typingIntervalMilliseconds ?? defaultTypingIntervalMilliseconds
    if (this.#typing !== undefined || !typer.isDue(interval)) return
    this.#typing = typer
      .typeNow()
      .catch((error: unknown) => {
        // Reported by the next write or by `finish`, whichever comes first.
        this.#typingFailure = { error }
      })
      .finally(() => {
        this.#typing = undefined
      })
  }

  /** Finishes every stream, also after another has failed; then reports the first failure. */
  async finish(summaries: readonly StreamSummary[]): Promise<void> {
    const { context } = this.#options
    await this.#typing
    if (this.#typingFailure !== undefined) throw this.#typingFailure.error
    const errors = await forEachConcurrently(summaries, this.concurrency, (summary) =>
      this.#typer(summary.stream).finish(summary),
    )
    for (const error of errors.slice(1)) context.logger.error(toDestinationError(error).message)
    if (errors.length > 0) throw errors[0]
  }

  typingMilliseconds(stream: StreamConfig): number {
    return this.#typer(stream).typingMilliseconds
  }

  #typer(stream: StreamConfig): StreamTyper {
    const typer = this.#typers[stream.index]
    if (typer === undefined) throw new Error(`no plan for stream number ${stream.index}`)
    return typer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#typing
    this.#loader.report()
    await this.#options.warehouse[Symbol.asyncDispose]()
  }
}

/**
 * Looks before it creates: a role with rights on existing schemas only must be able to sync.
 * @param onCreated is told each one as it is there, so that a caller knows them also where the next is refused
 */
export async function createNamespaces(
  options: TyperDeduperOptions,
  onCreated?: (namespace: string) => void,
): Promise<void> {
  const { streams, generator, warehouse, isTypingEnabled } = options
  const wanted = new Set(
    streams.flatMap(({ id }) => [id.rawNamespace, ...(isTypingEnabled ? [id.finalNamespace] : [])]),
  )
  await warehouse.assertRights?.({ namespaces: [...wanted], tables: tablesOf(options), isTypingEnabled })
  const existing = await warehouse.listNamespaces([...wanted])
  const missing = [...wanted].filter((namespace) => !existing.has(namespace))
  for (const namespace of missing) {
    await warehouse.execute(generator.createNamespace(namespace))
    onCreated?.(namespace)
  }
}

function tablesOf({ streams, generator, isTypingEnabled }: TyperDeduperOptions): readonly TableName[] {
  return streams.flatMap((stream) => [
    generator.rawTable(stream),
    generator.rawTable(stream, '_airbyte_tmp'),
    ...presentTables(generator.untypedTable(stream, ''), generator.deletionsTable(stream)),
    ...(isTypingEnabled ? [generator.finalTable(stream)] : []),
  ])
}

function presentTables(...tables: readonly (TableName | undefined)[]): readonly TableName[] {
  return tables.filter((table) => table !== undefined)
}
