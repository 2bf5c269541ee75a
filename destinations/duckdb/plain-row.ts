import type { DuckDBValue } from '@duckdb/node-api'
import type { Row } from 'landfall/sdk'
import type { Driver } from './open-database.ts'

/** A row in JavaScript's own values: numbers and integers without loss, everything else as DuckDB writes it. */
export function plainRow(row: { readonly [column: string]: DuckDBValue }, driver: Driver): Row {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(value, driver)]))
}

function plainValue(value: DuckDBValue, driver: Driver): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof driver.DuckDBTimestampTZValue) {
    // The driver would write it in the time zone of the machine.
    return `${new driver.DuckDBTimestampValue(value.micros).toString()}+00`
  }
  return value.toString()
}
