import type { Row } from 'landfall/sdk'

export type ApiSchema = { readonly fields?: readonly { readonly name?: string; readonly type?: string }[] }
export type ApiRow = { readonly f?: readonly { readonly v?: unknown }[] }

/** Rows in JavaScript's own values: integers without loss, everything else as BigQuery writes it. */
export function readRows(schema: ApiSchema | undefined, rows: readonly ApiRow[]): readonly Row[] {
  const fields = schema?.fields ?? []
  return rows.map(({ f: cells = [] }) =>
    Object.fromEntries(
      fields.map(({ name = '', type = '' }, index) => [name, readValue(cells[index]?.v, type)]),
    ),
  )
}

function readValue(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null
  if (type === 'BOOLEAN' || type === 'BOOL') return value === 'true'
  if (type === 'INTEGER' || type === 'INT64') return BigInt(String(value))
  return value
}
