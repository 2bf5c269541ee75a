import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Data of Airbyte's own suite. It is not part of this repository; without it the tests say that they skip. */
const folder = fileURLToPath(new URL('../../../shared/fixtures/', import.meta.url))

export const hasFixtures: boolean = existsSync(`${folder}sync_scenarios.json`)

/** A schema file, or one with other properties. */
export type SchemaSource =
  | string
  | {
      readonly base: string
      readonly remove_properties?: readonly string[]
      readonly add_properties?: { readonly [key: string]: unknown }
    }

/** Expected rows: a file, a part of one, several in a row. */
export type RowsSource =
  | string
  | {
      readonly file: string
      readonly repeat?: number
      /** `row count of <file>` */
      readonly skip_first?: string
      readonly set_generation_id?: number
    }
  | { readonly concat: readonly RowsSource[] }

export type ScenarioStream = {
  readonly namespace: string | null
  readonly name: string
  readonly json_schema: SchemaSource
  readonly [key: string]: unknown
}

export type ScenarioMessages = {
  readonly file?: string
  readonly inline?: { readonly emitted_at: number; readonly data: { readonly [key: string]: unknown } }
  readonly repeat?: number
  readonly set_emitted_at?: number
  /** A position in the sync's streams (default 0), or the words for all of them. */
  readonly stream?: number | 'every stream, in order'
}

type Status = 'COMPLETE' | 'INCOMPLETE' | null

export type ScenarioSync = {
  readonly op: 'sync'
  readonly streams: readonly ScenarioStream[]
  readonly messages: readonly ScenarioMessages[]
  readonly stream_status_after_messages: Status
  readonly expect_exit: 'success' | 'failure'
  /** A released connector that would have to run instead of this one. */
  readonly image?: string
}

/** A sync that goes on while others run: started, given messages, ended. */
export type ScenarioStart = {
  readonly op: 'start_sync'
  readonly id: string
  readonly streams: readonly ScenarioStream[]
}
export type ScenarioPush = {
  readonly op: 'push'
  readonly id: string
  readonly messages: readonly ScenarioMessages[]
}
export type ScenarioEnd = { readonly op: 'end_sync'; readonly id: string; readonly stream_status: Status }

/** Streams are named by their position in the last sync, or by the id of the sync that is theirs. */
type StreamReference = { readonly stream?: number | string }

export type ScenarioVerify = StreamReference & {
  readonly op: 'verify'
  readonly raw: RowsSource | null
  readonly final?: RowsSource
  readonly set_generation_id?: string | number
  readonly set_extracted_at?: string
  readonly remove_final_columns?: readonly string[]
}

export type ScenarioVerifyCounts = StreamReference & {
  readonly op: 'verify_counts'
  /** `[<times> x ]lines of <file>` */
  readonly raw_rows?: string
  readonly final_rows?: number
}

export type ScenarioVerifyValue = StreamReference & {
  readonly op: 'verify_value'
  readonly column: string
}

export type ScenarioSql = {
  readonly op: 'sql'
  readonly create_views: { readonly [view: string]: string }
}

export type ScenarioStep =
  | ScenarioSync
  | ScenarioStart
  | ScenarioPush
  | ScenarioEnd
  | ScenarioVerify
  | ScenarioVerifyCounts
  | ScenarioVerifyValue
  | ScenarioSql
  | { readonly op: 'expect_final_table_unreadable' }

export type Scenario = {
  readonly name: string
  readonly parameters?: { readonly gen?: readonly number[] }
  readonly requires?: string
  readonly skipped_when?: string
  readonly config?: { readonly [key: string]: unknown }
  readonly steps: readonly ScenarioStep[]
}

/** All scenarios, the general ones and those for PostgreSQL, once per value of `gen` where they have one. */
export function loadScenarios(): readonly Scenario[] {
  if (!hasFixtures) return []
  const { base, postgres }: { base: readonly Scenario[]; postgres: readonly Scenario[] } = JSON.parse(
    readFileSync(`${folder}sync_scenarios.json`, 'utf8'),
  )
  return [...base, ...postgres].flatMap((scenario) =>
    (scenario.parameters?.gen ?? [undefined]).map((gen) => withGeneration(scenario, gen)),
  )
}

function withGeneration(scenario: Scenario, gen: number | undefined): Scenario {
  if (gen === undefined) return scenario
  const filled: Scenario = JSON.parse(JSON.stringify(scenario).replaceAll('"{gen}"', String(gen)))
  return { ...filled, name: `${scenario.name}, generation ${gen}` }
}

/** Whether the scenario sends more than a handful of records. */
export function isLarge({ steps }: Scenario): boolean {
  return steps.some((step) => 'messages' in step && step.messages.some(({ repeat = 1 }) => repeat > 1))
}

/** Lines of a fixture; blank lines and comments are not part of the data. */
export function fixtureLines(path: string): readonly string[] {
  return readFileSync(`${folder}${path}`, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('//'))
}

export function loadSchema(source: SchemaSource): unknown {
  const {
    base,
    remove_properties: removed = [],
    add_properties: added = {},
  } = typeof source === 'string' ? { base: source } : source
  const schema = JSON.parse(readFileSync(`${folder}${base}`, 'utf8'))
  const kept = Object.entries(schema.properties).filter(([key]) => !removed.includes(key))
  return { ...schema, properties: { ...Object.fromEntries(kept), ...added } }
}

/** The expected rows as JSON lines, with the generation that the source asks for. */
export function loadRows(source: RowsSource): readonly string[] {
  if (typeof source === 'string') return fixtureLines(expectedFile(source))
  if ('concat' in source) return source.concat.flatMap(loadRows)
  const { file, repeat = 1, skip_first: skipFirst, set_generation_id: generation } = source
  const skipped = skipFirst === undefined ? 0 : loadRows(skipFirst.replace('row count of ', '')).length
  const lines = loadRows(file).slice(skipped)
  const marked = generation === undefined ? lines : lines.map((line) => withGenerationId(line, generation))
  return Array.from({ length: repeat }, () => marked).flat()
}

/** The scenarios name the expected files by the folder that the suite keeps them in. */
function expectedFile(path: string): string {
  return path.replace(/^dat\//, 'expected/postgres/')
}

function withGenerationId(line: string, generation: number): string {
  return JSON.stringify({ ...JSON.parse(line), _airbyte_generation_id: generation })
}
