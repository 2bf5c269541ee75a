import * as z from 'zod'
import { DestinationError } from '../../errors.ts'
import type { CaseStream, ConformanceCase, ExpectedRow } from '../../testing/conformance-case.ts'
import { recordLine, stateLine, statusLine } from '../../testing/messages.ts'
import { caseNamespace } from '../../testing/placeholders.ts'
import { isObject } from '../../util/is-object.ts'
import { describeProblems } from './settings.ts'

const keyPath = z.union([z.string().transform((key) => [key]), z.array(z.string())])

/**
 * A scenario of PyAirbyte's destination smoke tests: name, description, json_schema, primary_key, records. The
 * rest is optional, and ours.
 */
const scenario = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  json_schema: z.looseObject({ properties: z.record(z.string(), z.unknown()) }),
  primary_key: z.array(keyPath).nullish(),
  records: z.array(z.record(z.string(), z.unknown())).optional(),
  record_count: z.int().min(1).optional(),
  /** Upstream's name for "as many records as `record_count` says, made from the schema". */
  record_generator: z.string().optional(),
  /** PyAirbyte marks scenarios that are slow; `--scenarios` has no use for it. */
  high_volume: z.boolean().optional(),
  destination_sync_mode: z.enum(['append', 'append_dedup', 'overwrite', 'overwrite_dedup']).optional(),
  cursor_field: z.array(z.string()).optional(),
  expected_rows: z.array(z.record(z.string(), z.unknown())).optional(),
  expected_count: z.int().min(0).optional(),
})

type Scenario = z.infer<typeof scenario>

const scenarioFile = z.union([
  z.array(scenario),
  z.strictObject({ custom_scenarios: z.array(scenario) }).transform((file) => file.custom_scenarios),
])

/**
 * Cases from the content of a scenario file: a list of scenarios, or an object with `custom_scenarios`.
 * @throws DestinationError `CONFIG_INVALID` that names each wrong field
 */
export function readScenarios(content: unknown, path: string): readonly ConformanceCase[] {
  const result = (Array.isArray(content) ? z.array(scenario) : scenarioFile).safeParse(content)
  if (result.success) return result.data.map(toCase)
  throw new DestinationError(
    'CONFIG_INVALID',
    `The scenario file \`${path}\` is not valid: ${describeProblems(result.error)}`,
  )
}

function toCase(entry: Scenario): ConformanceCase {
  const stream: CaseStream = {
    name: entry.name,
    namespace: caseNamespace,
    properties: entry.json_schema.properties,
    mode: entry.destination_sync_mode ?? 'overwrite',
    primaryKey: entry.primary_key ?? [],
    cursor: entry.cursor_field ?? [],
    generation: [1, entry.destination_sync_mode?.startsWith('append') === true ? 0 : 1],
  }
  const records = entry.records ?? makeRecords(entry)
  const rows = entry.expected_rows?.map(toExpectedRow)
  return {
    name: entry.name,
    syncs: [
      {
        streams: [stream],
        lines: [
          ...records.map((record) => recordLine(stream, record)),
          stateLine(stream, 1, records.length),
          statusLine(stream),
        ],
        final: { [entry.name]: rows ?? anyRows(entry, records) },
        states: [{ id: 1, recordCount: records.length }],
      },
    ],
  }
}

/** Rows that only count: nothing is said about their columns. */
function anyRows(entry: Scenario, records: readonly object[]): readonly ExpectedRow[] {
  const isDeduped = entry.destination_sync_mode?.endsWith('dedup') === true
  const keys = records.map((record) =>
    JSON.stringify((entry.primary_key ?? []).map((path) => path.reduce<unknown>(memberOf, record))),
  )
  const count = entry.expected_count ?? (isDeduped ? new Set(keys).size : records.length)
  return Array.from({ length: count }, () => ({}))
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined
}

/** Numbers compare as decimals, objects and lists as JSON, the rest as it is. */
function toExpectedRow(row: { readonly [column: string]: unknown }): ExpectedRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (typeof value === 'number') return [column, { number: String(value) }]
      if (typeof value === 'object' && value !== null) return [column, { json: JSON.stringify(value) }]
      return [column, value === null || typeof value === 'boolean' ? value : String(value)]
    }),
  )
}

function makeRecords({ record_count: count = 0, json_schema: schema }: Scenario): readonly object[] {
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(
      Object.entries(schema.properties).map(([key, property]) => [key, makeValue(property, index)]),
    ),
  )
}

/** A value of the property's type that differs from record to record. */
function makeValue(property: unknown, index: number): unknown {
  const { type, format } = isObject(property) ? property : {}
  const name = Array.isArray(type) ? type.find((entry) => entry !== 'null') : type
  const instant = new Date(Date.UTC(2024, 0, 1) + index * 1000).toISOString()
  if (name === 'integer') return index + 1
  if (name === 'number') return index + 0.5
  if (name === 'boolean') return index % 2 === 0
  if (name === 'object') return { index }
  if (name === 'array') return [index]
  if (format === 'date-time') return instant
  return format === 'date' ? instant.slice(0, 10) : `value ${index + 1}`
}
