import { invalid } from './errors.ts'
import type { StoredColumn, StoredRow, StoredTable, Value } from './store.ts'

/** https://cloud.google.com/bigquery/quotas#load_jobs: "Maximum row size". */
export const maximumRowBytes = 100 * 1024 * 1024

/**
 * Rows of a load job from newline-delimited JSON, all of them or an error that says where the first bad row
 * begins. Only the types of raw tables.
 */
export function readJsonRows(body: Buffer, table: StoredTable): readonly StoredRow[] {
  const rows: StoredRow[] = []
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(0x0a, start)
    const end = newline === -1 ? body.length : newline
    if (end > start) rows.push(readRow(body.subarray(start, end), start, table))
    start = end + 1
  }
  return rows
}

function readRow(line: Buffer, position: number, { columns }: StoredTable): StoredRow {
  const fail = (what: string) =>
    invalid(
      `Error while reading data, error message: JSON parsing error in row starting at position ${position}: ${what}`,
    )
  if (line.length > maximumRowBytes) throw fail('Row size is larger than: 104857600')
  let row: { readonly [name: string]: unknown }
  try {
    row = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line))
  } catch {
    throw fail('Parser terminated before end of string')
  }
  const known = new Set(columns.map(({ name }) => name))
  const unknown = Object.keys(row).find((name) => !known.has(name))
  if (unknown !== undefined) throw fail(`No such field: ${unknown}.`)
  return columns.map((column) => {
    const value = row[column.name]
    if (value === undefined || value === null) {
      if (column.isRequired)
        throw fail(`Only optional fields can be set to NULL. Field: ${column.name}; Value: NULL`)
      return {}
    }
    const converted = toValue(column, value)
    if (converted === undefined)
      throw fail(`Could not convert value to ${column.kind}. Field: ${column.name}`)
    return converted
  })
}

function toValue({ kind }: StoredColumn, value: unknown): Value | undefined {
  switch (kind) {
    case 'TYPE_STRING':
      return typeof value === 'string' ? { string_value: value } : undefined
    case 'TYPE_INT64':
      return /^-?\d+$/.test(String(value)) ? { int64_value: String(value) } : undefined
    case 'TYPE_TIMESTAMP':
      return typeof value === 'string' ? toTimestamp(value) : undefined
    default:
      throw new Error(`the double does not load ${kind}`)
  }
}

/** The years 1 to 9999, up to microseconds. */
function toTimestamp(text: string): Value | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(text)
  const [, day, time, fraction = ''] = match ?? []
  const milliseconds = Date.parse(`${day}T${time}Z`)
  if (Number.isNaN(milliseconds) || milliseconds < Date.parse('0001-01-01T00:00:00Z')) return undefined
  return {
    timestamp_value: { seconds: String(milliseconds / 1000), nanos: Number(fraction.padEnd(6, '0')) * 1000 },
  }
}
