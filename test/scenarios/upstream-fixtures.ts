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

export type ScenarioSync = {
  readonly op: 'sync'
  readonly streams: readonly ScenarioStream[]
  readonly messages: readonly { readonly file: string; readonly stream?: number }[]
  readonly stream_status_after_messages: 'COMPLETE' | 'INCOMPLETE' | null
  readonly expect_exit: 'success' | 'failure'
}

export type ScenarioVerify = {
  readonly op: 'verify'
  readonly raw: RowsSource
  readonly final?: RowsSource
  readonly stream?: number
  readonly set_generation_id?: string | number
}

export type Scenario = {
  readonly name: string
  readonly parameters?: { readonly gen?: readonly number[] }
  readonly steps: readonly (ScenarioSync | ScenarioVerify)[]
}

/** The named scenarios, once per value of `gen` where they have one. */
export function loadScenarios(names: readonly string[]): readonly Scenario[] {
  if (!hasFixtures) return []
  const { base }: { base: readonly Scenario[] } = JSON.parse(
    readFileSync(`${folder}sync_scenarios.json`, 'utf8'),
  )
  return names.flatMap((name) => {
    const scenario = base.find((candidate) => candidate.name === name)
    if (scenario === undefined) throw new Error(`no scenario ${name}`)
    return (scenario.parameters?.gen ?? [undefined]).map((gen) => withGeneration(scenario, gen))
  })
}

function withGeneration(scenario: Scenario, gen: number | undefined): Scenario {
  if (gen === undefined) return scenario
  const filled: Scenario = JSON.parse(JSON.stringify(scenario).replaceAll('"{gen}"', String(gen)))
  return { ...filled, name: `${scenario.name}, generation ${gen}` }
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
