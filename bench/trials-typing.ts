import { PostgresDestination } from 'landfall/destinations/postgres'
import type { StreamConfig } from '../src/catalog/stream-config.ts'
import type { Warehouse } from '../src/destination/warehouse.ts'
import { silentLogger } from '../src/logger.ts'
import { parseCatalog } from '../src/protocol/parse-catalog.ts'
import type { SqlBatch } from '../src/sql/sql.ts'
import type { SqlGenerator } from '../src/sql/sql-generator.ts'
import { insertBareCasts } from './bare-casts.ts'
import { createCatalog } from './connectors.ts'
import type { Dataset } from './dataset.ts'
import type { Goal } from './goal.ts'
import { nameFor, type PostgresContext, sizeOf, syncPostgres } from './postgres-sync.ts'
import type { RecordKind } from './record-kind.ts'
import type { Measurement } from './run-process.ts'
import { type ExpectedRows, finalTable, rawTable } from './tables.ts'
import type { Trial } from './trial.ts'

const goal: Goal = { kind: 'times', maximum: 1.3 }

/** Rows of a load, each of which notes its rows as not typed yet: about 16 MB of the narrow ones. */
const rowsPerLoad = 40_000

/**
 * The statements that type and deduplicate all raw rows into an empty table, against INSERT ... SELECT with bare
 * casts; all of them over the same raw rows, into the same table with the same indexes. Empty for records that
 * a bare cast would fail on.
 */
export function typingTrials(context: PostgresContext, dataset: Dataset): readonly Trial[] {
  const { kind, input, expected } = dataset
  if (expected.append.changes > 0) return []
  const limit = nameFor('INSERT, bare casts', kind.name)
  const entry = (name: string) => ({ name: nameFor(name, kind.name), limit, ...sizeOf(input) })
  return [
    {
      name: 'typing',
      entries: [
        { name: limit, ...sizeOf(input) },
        entry('INSERT, bare casts, DISTINCT ON'),
        { ...entry('postgres typing and deduping'), goal },
      ],
      run: async () => {
        await context.postgres.clear()
        await syncPostgres(context, { kind, input, mode: 'append_dedup' })
        await using typing = await Typing.open(context, kind)
        return [
          await typing.measure(typing.bareCasts(false), expected.append),
          await typing.measure(typing.bareCasts(true), expected.dedup),
          await typing.measure(typing.ownStatements(), expected.dedup, typing.dropFinal()),
        ]
      },
    },
  ]
}

/** Statements for one stream over the connector's own connection, so that all run with the same settings. */
class Typing implements AsyncDisposable {
  readonly #context: PostgresContext
  readonly #kind: RecordKind
  readonly #stream: StreamConfig
  readonly #warehouse: Warehouse
  readonly #generator: SqlGenerator

  private constructor(
    context: PostgresContext,
    kind: RecordKind,
    parts: { readonly stream: StreamConfig; readonly warehouse: Warehouse; readonly generator: SqlGenerator },
  ) {
    this.#context = context
    this.#kind = kind
    this.#stream = parts.stream
    this.#warehouse = parts.warehouse
    this.#generator = parts.generator
  }

  static async open(context: PostgresContext, kind: RecordKind): Promise<Typing> {
    const destination = new PostgresDestination()
    const config = destination.configSchema.parse(context.postgres.config)
    const catalog = parseCatalog(JSON.stringify(createCatalog(kind, 'append_dedup')))
    const [stream] = destination.plan(config, catalog).streams
    if (stream === undefined) throw new Error('The catalog has no stream.')
    const { signal } = new AbortController()
    const warehouse = await destination.connect(config, { logger: silentLogger, signal })
    return new Typing(context, kind, {
      stream,
      warehouse,
      generator: destination.sqlGenerator(config, warehouse),
    })
  }

  bareCasts(keepsNewestOnly: boolean): SqlBatch {
    return [[insertBareCasts(this.#generator, this.#stream, { keepsNewestOnly })]]
  }

  ownStatements(): SqlBatch {
    return this.#generator.updateFinalTable(this.#stream, 'new')
  }

  /** The connector makes the table with its rows. */
  dropFinal(): SqlBatch {
    return this.#generator.dropTable(this.#generator.finalTable(this.#stream))
  }

  /** Into the emptied final table, over raw rows of which none is typed. */
  async measure(
    statements: SqlBatch,
    expected: ExpectedRows,
    preparation: SqlBatch = [],
  ): Promise<Measurement> {
    const { postgres } = this.#context
    await this.#forgetTyping()
    await this.#warehouse.execute(preparation, this.#stream)
    const measurement = await postgres.watchServer(async () => {
      const startedAt = performance.now()
      await this.#warehouse.execute(statements, this.#stream)
      const seconds = (performance.now() - startedAt) / 1000
      return { seconds, cpuSeconds: undefined, peakBytes: undefined }
    })
    await postgres.checkFinal(this.#kind, expected)
    return measurement
  }

  /** The sync before has typed the rows; their loads are noted as if it had not come to that. */
  async #forgetTyping(): Promise<void> {
    const { postgres } = this.#context
    const untyped = this.#generator.untypedTable(this.#stream, '')
    if (untyped === undefined) throw new Error('The connector notes no untyped rows.')
    const notes = `${untyped.namespace}.${untyped.name}`
    await postgres.run([
      `TRUNCATE ${finalTable}, ${notes}`,
      `INSERT INTO ${notes} (first_raw_id, last_raw_id)
       SELECT min(raw_id), max(raw_id)
       FROM (
         SELECT _airbyte_raw_id AS raw_id, row_number() OVER (ORDER BY _airbyte_raw_id) / ${rowsPerLoad} AS load
         FROM ${rawTable}
       ) AS numbered
       GROUP BY load`,
      // The first to read freshly loaded rows would pay for marking them as committed.
      `VACUUM ANALYZE ${rawTable}`,
    ])
    await postgres.checkpoint()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#warehouse[Symbol.asyncDispose]()
  }
}
