import { parseCatalog } from 'landfall/sql'
import {
  type CaseStream,
  type CaseSync,
  type ConformanceTarget,
  runWriteCommand,
  type TextRow,
} from 'landfall/testing'
import { expect } from 'vitest'
import { caseCatalog, caseLines, withChanges } from '../../src/testing/case-messages.ts'
import { openBigQueryTarget } from '../destinations/bigquery/target.ts'
import { openDuckDbTarget } from '../destinations/duckdb/target.ts'
import { openPostgresTarget } from '../destinations/postgres/target.ts'
import { openSnowflakeTarget } from '../destinations/snowflake/target.ts'

/** How each destination is opened, in the order of the page. */
export const openTarget = {
  BigQuery: () => openBigQueryTarget(),
  DuckDB: openDuckDbTarget,
  PostgreSQL: openPostgresInUtc,
  Snowflake: () => openSnowflakeTarget(),
} satisfies { readonly [name: string]: () => Promise<ConformanceTarget> }

/** The connection that reads shows times as the other destinations do. */
async function openPostgresInUtc(): Promise<ConformanceTarget> {
  const target = await openPostgresTarget('18')
  await target.database.query("SET TIME ZONE 'UTC'")
  return target
}

export type DestinationName = keyof typeof openTarget

export const names = Object.keys(openTarget) as readonly DestinationName[]

/** Every destination's own answer. */
export type Answers = { readonly [name in DestinationName]: string }

/** What was sent, in words or as JSON, and what one destination has made of it. */
export type Observation = { readonly subject: string; readonly sent: string; readonly answer: string }

const namespace = 'differential'

/** Runs a sync, which must end as it says. */
export async function runSync(target: ConformanceTarget, sync: CaseSync): Promise<void> {
  const run = await runWriteCommand(target.destination, {
    config: { ...target.config, ...sync.config },
    catalog: caseCatalog(sync, namespace),
    input: caseLines(sync, namespace),
  })
  expect(run.exitCode, run.stdout).toBe(sync.exitCode ?? 0)
}

/** The final table of a stream, with the entries of `_airbyte_meta` in a column `changes`. */
export async function readFinalTable(
  target: ConformanceTarget,
  stream: CaseStream,
): Promise<readonly TextRow[]> {
  const { generator, planned } = plan(target, stream)
  const rows = await target.readRows(generator.finalTable(planned))
  if (rows === undefined) throw new Error(`\`${stream.name}\` has no final table`)
  return rows.map(withChanges)
}

/** The final table's columns with their types, as the destination itself spells them. */
export function columnTypes(target: ConformanceTarget, stream: CaseStream): ReadonlyMap<string, string> {
  const { generator, planned } = plan(target, stream)
  return generator.finalTableColumns(planned)
}

function plan({ destination, config }: ConformanceTarget, stream: CaseStream) {
  const parsed = destination.configSchema.parse(config)
  const catalog = parseCatalog(JSON.stringify(caseCatalog({ streams: [stream], lines: [] }, namespace)))
  const [planned] = destination.plan(parsed, catalog).streams
  if (planned === undefined) throw new Error(`\`${stream.name}\` was not planned`)
  return { generator: destination.sqlGenerator(parsed), planned }
}
