import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Data of Airbyte's own suite. It is not part of this repository; without it the tests say that they skip. */
const folder = fileURLToPath(new URL('../../../shared/fixtures/', import.meta.url))

export const hasFixtures: boolean = existsSync(`${folder}sync_scenarios.json`)

export type ScenarioStream = {
  readonly namespace: string | null
  readonly name: string
  readonly json_schema: string
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
  readonly raw: string
  readonly final?: string
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
  const { base }: { base: readonly Scenario[] } = JSON.parse(readFileSync(`${folder}sync_scenarios.json`, 'utf8'))
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

export function fixtureJson(path: string): unknown {
  return JSON.parse(readFileSync(`${folder}${path}`, 'utf8'))
}
