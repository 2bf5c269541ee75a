import { type ConformanceTarget, runCase } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toCase } from '../../../src/devkit/conformance/scenario-case.ts'
import { selectSmokeScenarios } from '../../../src/devkit/conformance/scenario-file.ts'
import { openBigQueryTarget } from '../../destinations/bigquery/target.ts'
import { openDuckDbTarget } from '../../destinations/duckdb/target.ts'
import { openPostgresTarget } from '../../destinations/postgres/target.ts'
import { openSnowflakeTarget } from '../../destinations/snowflake/target.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

const scenarios = await selectSmokeScenarios(['all'])
const [postgresVersion] = postgresVersions.slice(-1)

/** The names that PyAirbyte gives them, so that a person who knows them there finds them here. */
const upstreamNames = [
  'basic_types',
  'timestamp_types',
  'large_decimals_and_numbers',
  'nested_json_objects',
  'null_handling',
  'column_naming_edge_cases',
  'table_naming_edge_cases',
  'CamelCaseStreamName',
  'wide_table_50_columns',
  'empty_stream',
  'single_record_stream',
  'large_batch_stream',
  'unicode_and_special_strings',
  'schema_with_no_primary_key',
  'long_column_names',
  'duplicate_primary_keys',
  'time_types',
  'union_types',
  'array_of_primitives',
  'large_string_values',
  'sparse_records',
  'special_number_values',
  'incremental_batch_stream',
]

describe('the predefined scenarios', () => {
  it('are those of PyAirbyte', () => {
    expect(scenarios.map(({ name }) => name)).toEqual(upstreamNames)
  })

  it.each([
    { words: ['fast'], count: 22 },
    { words: ['all'], count: 23 },
    { words: ['basic_types, union_types'], count: 2 },
    { words: ['fast', 'large_batch_stream'], count: 23 },
  ])('are selected by $words', async ({ words, count }) => {
    expect(await selectSmokeScenarios(words)).toHaveLength(count)
  })

  it.each([
    ['basic', 'There is no predefined scenario `basic`. Choose `fast`, `all`, or some of: basic_types,'],
    ['own.yaml', 'A file of your own goes behind `--custom-scenarios`.'],
  ])('do not hold `%s`', async (word, message) => {
    await expect(selectSmokeScenarios([word])).rejects.toThrow(message)
  })

  it('keep every digit on their way', () => {
    const special = scenarios.filter(({ name }) => name === 'special_number_values').map(toCase)
    expect(special[0]?.syncs[0]?.lines[3]).toContain('"integer_value":9223372036854775807}')
  })
})

const targets: readonly { readonly name: string; readonly open: () => Promise<ConformanceTarget> }[] = [
  { name: 'duckdb', open: openDuckDbTarget },
  { name: 'postgres', open: () => openPostgresTarget(postgresVersion ?? '18') },
  { name: 'snowflake', open: openSnowflakeTarget },
  { name: 'bigquery', open: openBigQueryTarget },
]

describe.each(targets)('destination-$name', ({ open }) => {
  let target: ConformanceTarget
  beforeAll(async () => {
    target = await open()
  })
  afterAll(() => target?.[Symbol.asyncDispose]())

  it.each(scenarios.map(toCase))('$name', (scenario) =>
    runCase(target, scenario, scenario.name.toLowerCase()),
  )
})
