import { PassThrough } from 'node:stream'
import { type ConformanceTarget, type ConnectorRun, runWriteCommand, type TextRow } from 'landfall/testing'
import { expect } from 'vitest'
import type { StreamConfig } from '../../src/catalog/stream-config.ts'
import type { StreamDescriptor } from '../../src/protocol/messages.ts'
import { parseCatalog } from '../../src/protocol/parse-catalog.ts'
import type { TableName } from '../../src/sql/sql-generator.ts'
import { type CompareOptions, expectRecords } from './compare-records.ts'
import {
  configureScenarioStream,
  describeScenarioStream,
  longText,
  type ScenarioNames,
  scenarioInput,
  statusInput,
} from './scenario-input.ts'
import {
  fixtureLines,
  loadRows,
  type RowsSource,
  type Scenario,
  type ScenarioSql,
  type ScenarioStream,
  type ScenarioVerify,
  type ScenarioVerifyCounts,
} from './upstream-fixtures.ts'

export type ScenarioTarget = ConformanceTarget & {
  /** Runs a statement beside the connector; only where the scenarios ask for it. */
  execute?(statement: string): Promise<unknown>
}

export type ScenarioOptions = {
  readonly names: ScenarioNames
  /** Changes to the target's configuration, besides the scenario's own. */
  readonly config: { readonly [key: string]: unknown }
  /** False where only raw tables are compared, and there must be no final ones. */
  readonly isTypingEnabled: boolean
}

/** Runs the steps of a scenario as written: same catalogs, same messages, same statuses. */
export async function runScenario(
  target: ScenarioTarget,
  { steps, config }: Scenario,
  options: ScenarioOptions,
): Promise<void> {
  const runner = new ScenarioRunner(target, { ...options, config: { ...config, ...options.config } })
  for (const step of steps) {
    if (step.op === 'sync') await runner.sync(step.streams, step.messages, step)
    else if (step.op === 'start_sync') runner.start(step.id, step.streams)
    else if (step.op === 'push') await runner.push(step.id, step.messages)
    else if (step.op === 'end_sync') await runner.end(step.id, step.stream_status)
    else if (step.op === 'verify') await runner.verify(step)
    else if (step.op === 'verify_counts') await runner.verifyCounts(step)
    else if (step.op === 'verify_value') await runner.verifyLongText(step.column)
    else if (step.op === 'sql') await runner.createViews(step.create_views)
    else await runner.expectNoFinalTable(0)
  }
}

type Messages = Parameters<typeof scenarioInput>[0]
type Status = Parameters<typeof statusInput>[1]

type RunningSync = {
  readonly input: PassThrough
  readonly streams: readonly StreamDescriptor[]
  readonly result: Promise<ConnectorRun>
}

class ScenarioRunner {
  readonly #target: ScenarioTarget
  readonly #options: ScenarioOptions
  readonly #running = new Map<string, RunningSync>()
  /** The streams of the last sync by position, those of started syncs by its id. */
  readonly #streams = new Map<number | string, ScenarioStream>()

  constructor(target: ScenarioTarget, options: ScenarioOptions) {
    this.#target = target
    this.#options = options
  }

  async sync(
    streams: readonly ScenarioStream[],
    messages: Messages,
    expected: { readonly stream_status_after_messages: Status; readonly expect_exit: string },
  ): Promise<void> {
    for (const [index, stream] of streams.entries()) this.#streams.set(index, stream)
    const descriptors = this.#describe(streams)
    const input = [
      ...scenarioInput(messages, descriptors),
      statusInput(descriptors, expected.stream_status_after_messages),
    ]
    const run = await this.#write(streams, input)
    expect(run.exitCode === 0, run.stdout).toBe(expected.expect_exit === 'success')
  }

  start(id: string, streams: readonly ScenarioStream[]): void {
    for (const stream of streams) this.#streams.set(id, stream)
    const input = new PassThrough()
    this.#running.set(id, {
      input,
      streams: this.#describe(streams),
      result: this.#write(streams, input),
    })
  }

  async push(id: string, messages: Messages): Promise<void> {
    const { input, streams } = this.#sync(id)
    for (const chunk of scenarioInput(messages, streams)) {
      if (!input.write(chunk)) await new Promise((resolve) => input.once('drain', resolve))
    }
  }

  async end(id: string, status: Status): Promise<void> {
    const { input, streams, result } = this.#sync(id)
    input.end(statusInput(streams, status))
    const run = await result
    expect(run.exitCode, run.stdout).toBe(0)
  }

  async verify(step: ScenarioVerify): Promise<void> {
    const { raw, final } = this.#tables(step.stream ?? 0)
    const { set_generation_id: generation, set_extracted_at: extractedAt } = step
    const replace = {
      ...(generation === undefined ? {} : { _airbyte_generation_id: Number(generation) }),
      ...(extractedAt === undefined ? {} : { _airbyte_extracted_at: extractedAt }),
    }
    if (step.raw !== null) await this.#expectRows(raw, step.raw, { replace })
    if (!this.#options.isTypingEnabled) await this.expectNoFinalTable(step.stream ?? 0)
    else if (step.final !== undefined) {
      await this.#expectRows(final, step.final, { replace, without: step.remove_final_columns ?? [] })
    }
  }

  async verifyCounts(step: ScenarioVerifyCounts): Promise<void> {
    const { raw, final } = this.#tables(step.stream ?? 0)
    if (step.raw_rows !== undefined) {
      expect((await this.#read(raw)).length).toBe(countOf(step.raw_rows))
    }
    if (step.final_rows !== undefined) expect(await this.#read(final)).toHaveLength(step.final_rows)
  }

  async verifyLongText(column: string): Promise<void> {
    const rows = await this.#read(this.#tables(0).final)
    expect(rows.map((row) => row[column])).toEqual([longText])
  }

  async createViews(views: ScenarioSql['create_views']): Promise<void> {
    const { raw, final } = this.#tables(0)
    for (const [view, query] of Object.entries(views)) {
      if (query.includes('only with typing and deduping') && !this.#options.isTypingEnabled) continue
      const { namespace, name } = query.includes('raw table') ? raw : final
      const place = view.replace('{ns}', this.#options.names.namespace)
      const schema = place.split('.')[0]
      await this.#target.execute?.(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
      await this.#target.execute?.(`CREATE VIEW ${place} AS SELECT * FROM "${namespace}"."${name}"`)
    }
  }

  async expectNoFinalTable(stream: number | string): Promise<void> {
    const { final } = this.#tables(stream)
    expect(await this.#target.readRows(final), `${final.namespace}.${final.name}`).toBeUndefined()
  }

  #describe(streams: readonly ScenarioStream[]): readonly StreamDescriptor[] {
    return streams.map((stream) => describeScenarioStream(stream, this.#options.names))
  }

  #write(
    streams: readonly ScenarioStream[],
    input: Iterable<Buffer> | AsyncIterable<Buffer>,
  ): Promise<ConnectorRun> {
    return runWriteCommand(this.#target.destination, {
      config: this.#config,
      catalog: {
        streams: streams.map((stream) => configureScenarioStream(stream, this.#options.names)),
      },
      input,
    })
  }

  get #config() {
    return { ...this.#target.config, ...this.#options.config }
  }

  #sync(id: string): RunningSync {
    const sync = this.#running.get(id)
    if (sync === undefined) throw new Error(`the scenario has not started a sync ${id}`)
    return sync
  }

  /** Where the destination itself would look for a stream's tables. */
  #tables(reference: number | string): { readonly raw: TableName; readonly final: TableName } {
    const { destination } = this.#target
    const config = destination.configSchema.parse(this.#config)
    const generator = destination.sqlGenerator(config)
    const planned = this.#plan(reference)
    return { raw: generator.rawTable(planned), final: generator.finalTable(planned) }
  }

  #plan(reference: number | string): StreamConfig {
    const { destination } = this.#target
    const stream = this.#streams.get(reference)
    if (stream === undefined) throw new Error(`the step names a stream ${reference} that no sync has`)
    const catalog = parseCatalog(
      JSON.stringify({ streams: [configureScenarioStream(stream, this.#options.names)] }),
    )
    const [planned] = destination.plan(destination.configSchema.parse(this.#config), catalog).streams
    if (planned === undefined) throw new Error(`stream ${reference} was not planned`)
    return planned
  }

  async #read(table: TableName): Promise<readonly TextRow[]> {
    const rows = await this.#target.readRows(table)
    expect(rows, `table ${table.namespace}.${table.name}`).toBeDefined()
    return rows ?? []
  }

  async #expectRows(table: TableName, source: RowsSource, options: CompareOptions): Promise<void> {
    const ignoresChanges = filesWithoutChanges.some((name) => JSON.stringify(source).includes(name))
    expectRecords(await this.#read(table), loadRows(source), { ...options, ignoresChanges })
  }
}

const filesWithoutChanges = [
  'sync2_expectedrecords_with_new_gen_id_raw',
  'sync2_expectedrecords_fullrefresh_append_with_new_gen_id_final',
]

/** `[<times> x ]lines of <file>` */
function countOf(words: string): number {
  const match = /^(?:(\d+) x )?lines of (\S+)/.exec(words)
  if (match === null) throw new Error(`cannot count \`${words}\``)
  const [, times = '1', file] = match
  return Number(times) * fixtureLines(`dat/${file}`).length
}
