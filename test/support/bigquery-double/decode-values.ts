import type { Value } from './store.ts'

/** A value as the REST API writes it into the cells of a result. Kinds that no query of the connector returns are refused. */
export function toCell(value: Value, kind: string): string | null {
  const [field] = Object.keys(value).filter((name) => name !== 'value')
  if (field === undefined) return null
  const content = value[field]
  switch (kind) {
    case 'TYPE_BOOL':
    case 'TYPE_INT64':
    case 'TYPE_STRING':
      return String(content)
    case 'TYPE_JSON':
      return String(content)
    case 'TYPE_TIMESTAMP':
      return String(microsecondsOf(content))
    default:
      throw new Error(`the double does not write results of ${kind}; cast them to STRING`)
  }
}

function microsecondsOf(content: unknown): bigint {
  const { seconds = '0', nanos = 0 } = content as { readonly seconds?: string; readonly nanos?: number }
  return BigInt(seconds) * 1_000_000n + BigInt(nanos) / 1000n
}

const restTypes: { readonly [kind: string]: string } = {
  TYPE_BOOL: 'BOOLEAN',
  TYPE_INT64: 'INTEGER',
  TYPE_STRING: 'STRING',
  TYPE_JSON: 'JSON',
  TYPE_TIMESTAMP: 'TIMESTAMP',
  TYPE_NUMERIC: 'NUMERIC',
  TYPE_BIGNUMERIC: 'BIGNUMERIC',
  TYPE_DATE: 'DATE',
  TYPE_DATETIME: 'DATETIME',
  TYPE_TIME: 'TIME',
  TYPE_DOUBLE: 'FLOAT',
}

export function restType(kind: string): string {
  const name = restTypes[kind]
  if (name === undefined) throw new Error(`the double has no REST name for ${kind}`)
  return name
}
