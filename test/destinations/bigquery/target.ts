import { joinSql, type Sql, sql, type TableName } from 'landfall/sdk'
import type { ConformanceTarget, TextRow } from 'landfall/testing'
import destination from '../../../destinations/bigquery/index.ts'
import { quoteName } from '../../../destinations/bigquery/quoting.ts'
import { BigQueryDouble, type DoubleOptions } from '../../support/bigquery-double/server.ts'
import { createServiceAccount } from '../../support/bigquery-double/service-account.ts'
import type { TokenRules } from '../../support/bigquery-double/verify-token.ts'
import { WriteService } from '../../support/bigquery-double/write-service.ts'

export const projectId = 'landfall-test'

export type BigQueryTarget = ConformanceTarget & { readonly double: BigQueryDouble }

/** A double of its own, with a configuration for it. */
export async function openBigQueryTarget(options: Partial<DoubleOptions> = {}): Promise<BigQueryTarget> {
  const { key, credentialsJson } = createServiceAccount()
  const double = await BigQueryDouble.start({ projectId, keys: [key], ...options })
  return {
    double,
    destination,
    config: {
      project_id: projectId,
      dataset_location: 'EU',
      dataset_id: 'public',
      credentials_json: credentialsJson,
      api_endpoint: double.url,
    },
    readRows: (table) => readRows(double, table),
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  }
}

/** The same with the Storage Write API behind it, and a configuration that loads by it. */
export async function openWriteTarget(
  options: Partial<TokenRules> = {},
): Promise<BigQueryTarget & { readonly writes: WriteService }> {
  const { key, credentialsJson } = createServiceAccount()
  const rules = { keys: [key], ...options }
  const target = await openBigQueryTarget(rules)
  const { double } = target
  const { engine, faults } = double
  const writes = await WriteService.start({ ...rules, store: engine.store, faults, projectId })
  return {
    ...target,
    writes,
    config: {
      ...target.config,
      credentials_json: credentialsJson,
      loading_method: { method: 'Storage Write API' },
      write_endpoint: writes.url,
    },
    [Symbol.asyncDispose]: async () => {
      await writes[Symbol.asyncDispose]()
      await double[Symbol.asyncDispose]()
    },
  }
}

/** Every value as text, by way of the evaluator. */
export async function readRows(
  { engine }: BigQueryDouble,
  table: TableName,
): Promise<readonly TextRow[] | undefined> {
  const stored = engine.store.tables.get(`${table.namespace}.${table.name}`)
  if (stored === undefined) return undefined
  const columns = stored.columns.map(
    ({ name, kind }) => sql`${asText(quoteName(name), kind)} AS ${quoteName(name)}`,
  )
  const query = sql`SELECT ${joinSql(columns, ', ')} FROM ${quoteName(table.namespace)}.${quoteName(table.name)}`
  const { result } = await engine.run(query)
  return (result?.rows ?? []).map((row) =>
    Object.fromEntries(stored.columns.map(({ name }, index) => [name, textOf(row[index]?.string_value)])),
  )
}

/** JSON as it is stored; what is no JSON by a cast, which writes all digits. */
function asText(column: Sql, kind: string): Sql {
  return kind === 'TYPE_JSON'
    ? sql`IF(${column} IS NULL, NULL, TO_JSON_STRING(${column}))`
    : sql`CAST(${column} AS STRING)`
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
