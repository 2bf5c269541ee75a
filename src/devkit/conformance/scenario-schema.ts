import * as z from 'zod'
import { DestinationError } from '../../errors.ts'
import { describeProblems } from './settings.ts'

const keyPath = z.union([z.string().transform((key) => [key]), z.array(z.string())])
const row = z.record(z.string(), z.unknown())

/** How records are made where a scenario lists none; the first three are named as PyAirbyte names its own. */
const generators = ['large_batch', 'large_strings', 'incremental_batch'] as const

/**
 * A scenario of PyAirbyte's destination smoke tests: name, description, json_schema, primary_key, cursor_field, records. The
 * rest is optional, and ours.
 */
const scenario = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  json_schema: z.looseObject({ properties: z.record(z.string(), z.unknown()) }),
  primary_key: z.array(keyPath).nullish(),
  records: z.array(row).optional(),
  record_count: z.int().min(1).optional(),
  record_generator: z.enum(generators).optional(),
  /** Left out of the scenarios called `fast`. */
  high_volume: z.boolean().default(false),
  /** Upstream marks the streams of which its source also makes increments; the sync mode says it here. */
  incremental: z.boolean().optional(),
  destination_sync_mode: z
    .enum(['append', 'append_dedup', 'overwrite', 'overwrite_dedup'])
    .default('overwrite'),
  cursor_field: z.array(z.string()).default([]),
  /** Records between two states; without it there is one state, at the end. */
  state_every: z.int().min(1).optional(),
  /** Rows that must be there, or that each record must be there as its schema says. Without it, rows are only counted. */
  expected_rows: z.union([z.literal('as_sent'), z.array(row)]).optional(),
  expected_count: z.int().min(0).optional(),
  /** Columns about which `as_sent` says nothing. */
  not_compared: z.array(z.string()).default([]),
})

export type Scenario = z.output<typeof scenario>

const scenarioFile = z.strictObject({ custom_scenarios: z.array(scenario) })

/**
 * The scenarios of a file: a list, or an object with `custom_scenarios`.
 * @throws DestinationError `CONFIG_INVALID` that names each wrong field
 */
export function parseScenarios(content: unknown, path: string): readonly Scenario[] {
  const wrapped = Array.isArray(content) ? { custom_scenarios: content } : content
  const result = scenarioFile.safeParse(wrapped)
  if (result.success) return result.data.custom_scenarios
  throw new DestinationError(
    'CONFIG_INVALID',
    `The scenario file \`${path}\` is not valid: ${describeProblems(result.error)}`,
  )
}
