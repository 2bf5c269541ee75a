import { openDuckDbTarget } from '../destinations/duckdb/target.ts'
import { openPostgresTarget } from '../destinations/postgres/target.ts'
import { type PostgresVersion, postgresVersions, usualVersion } from '../support/postgres-server.ts'
import type { ScenarioTarget } from './run-scenario.ts'
import { isLarge, type Scenario } from './upstream-fixtures.ts'

export type ScenarioSuite = {
  readonly name: string
  readonly open: () => Promise<ScenarioTarget>
  /** Whether scenarios run side by side in one database; otherwise each gets its own. */
  readonly isShared: boolean
  /** Why the destination cannot run a scenario; undefined where it can. */
  readonly whyNot: (scenario: Scenario, variant: ScenarioVariant) => string | undefined
}

/** A change to the configuration in which every scenario runs. */
export type ScenarioVariant = {
  readonly name: string
  readonly config: { readonly [key: string]: unknown }
  readonly isTypingEnabled: boolean
}

const defaultVariant: ScenarioVariant = {
  name: 'as configured by default',
  config: {},
  isTypingEnabled: true,
}

export const scenarioVariants: readonly ScenarioVariant[] = [
  defaultVariant,
  {
    name: 'with raw tables in another schema',
    config: { raw_data_schema: 'raw_override' },
    isTypingEnabled: true,
  },
  { name: 'with raw tables only', config: { disable_type_dedupe: true }, isTypingEnabled: false },
]

/** Set `LANDFALL_ALL_SCENARIOS` to run the large scenarios everywhere. It takes minutes. */
const runsAll = (process.env.LANDFALL_ALL_SCENARIOS ?? '') !== ''

function whyTooLarge(scenario: Scenario): string | undefined {
  return isLarge(scenario) ? 'large: only with LANDFALL_ALL_SCENARIOS' : undefined
}

export const postgresSuites: readonly ScenarioSuite[] = postgresVersions.map((version) => ({
  name: `PostgreSQL ${version}`,
  open: () => openPostgres(version),
  isShared: true,
  whyNot: (scenario) => (version === usualVersion || runsAll ? undefined : whyTooLarge(scenario)),
}))

export const duckDbSuite: ScenarioSuite = {
  name: 'DuckDB',
  open: openDuckDbTarget,
  isShared: false,
  whyNot: (scenario, variant) => {
    const { steps, config } = scenario
    if (steps.some(({ op }) => op === 'start_sync')) return 'only one sync can have a database file open'
    if (config?.drop_cascade !== undefined) return 'no view keeps DuckDB from replacing a table'
    return variant.name === defaultVariant.name || runsAll ? undefined : whyTooLarge(scenario)
  },
}

async function openPostgres(version: PostgresVersion): Promise<ScenarioTarget> {
  const target = await openPostgresTarget(version)
  let last: Promise<unknown> = Promise.resolve()
  /** The target has one connection, which takes one statement at a time. */
  const inTurn = <Result>(action: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(action)
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    ...target,
    readRows: (table) => inTurn(() => target.readRows(table)),
    execute: (statement) => inTurn(() => target.database.query(statement)),
  }
}
