import {
  type Column,
  cdcDeletedAtKey,
  quoteLiteral,
  type RecordChange,
  type ResolvedType,
  resolveUnion,
  type Sql,
  sql,
  storedKey,
} from 'landfall/sdk'
import type { PostgresDialect } from './relative.ts'
import { tryCast } from './try-cast.ts'

/** How one column's value goes from the raw document to its type. */
export type TypedValue = {
  /** Reads the value out of `data`. */
  readonly extracted: Sql
  /** Checks and casts `value_<index>`. */
  readonly typed: Sql
  /** What `_airbyte_meta.changes` says when a value is nulled; absent for types that take every value. */
  readonly entry: RecordChange | undefined
  /** The type whose text is checked before it is cast; absent where no text is. */
  readonly checkedType?: Sql
}

export type TypedValueOptions = {
  readonly columnType: Sql
  /** Whether the server has `pg_input_is_valid`. */
  readonly hasInputCheck: boolean
  /** Casts of a relative, which count in place of PostgreSQL's. */
  readonly casts: NonNullable<PostgresDialect['casts']>
}

/**
 * How a JSON value becomes text for the check. `unquoted` reads strings without their quotes; `quoted`
 * keeps them, so that `"1"` is not an integer and `"true"` not a boolean, as in the Java connector.
 */
const castKinds: Readonly<
  Record<ResolvedType['type'], 'text' | 'json' | 'object' | 'array' | 'unquoted' | 'quoted'>
> = {
  string: 'text',
  number: 'unquoted',
  integer: 'quoted',
  boolean: 'quoted',
  timestamp_with_timezone: 'unquoted',
  timestamp_without_timezone: 'unquoted',
  time_with_timezone: 'unquoted',
  time_without_timezone: 'unquoted',
  date: 'unquoted',
  struct: 'object',
  array: 'array',
  unsupported_one_of: 'json',
  unknown: 'json',
}

/** The expressions for column number `index` (its values travel under that number, whatever its name). */
export function typedValue(column: Column, index: number, options: TypedValueOptions): TypedValue {
  const field = storedKey(column.id.originalName)
  const key = quoteLiteral(field)
  const value = sql`value_${index}`
  const resolved = resolveUnion(column.type).type
  const kind = castKinds[resolved]
  const text = sql`data ->> ${key}`
  const json = sql`NULLIF(data -> ${key}, 'null')`
  const entry = { field, change: 'NULLED', reason: 'DESTINATION_TYPECAST_ERROR' }
  const cast = options.casts[resolved]
  if (cast) return { extracted: json, typed: cast({ json: value, text: sql`(${value} #>> '{}')` }), entry }
  if (kind === 'text') return { extracted: text, typed: value, entry: undefined }
  // An unknown type keeps a JSON null as it is: the source said something, though nothing that has a type. It did not
  // say that a row is deleted.
  if (resolved === 'unknown' && field !== cdcDeletedAtKey)
    return { extracted: sql`data -> ${key}`, typed: value, entry: undefined }
  const takesAnyJson = kind === 'json' || column.type.type === 'union'
  if (kind === 'object' || kind === 'array' || kind === 'json') {
    if (takesAnyJson) return { extracted: json, typed: value, entry: undefined }
    const typed = sql`CASE WHEN jsonb_typeof(${value}) = ${quoteLiteral(kind)} THEN ${value} END`
    return { extracted: json, typed, entry }
  }
  const extracted = kind === 'quoted' ? sql`${json}::text` : text
  return { extracted, typed: checkedCast(value, options), entry, checkedType: options.columnType }
}

function checkedCast(value: Sql, { columnType, hasInputCheck }: TypedValueOptions): Sql {
  if (!hasInputCheck) return tryCast(value, columnType)
  return sql`CASE WHEN pg_input_is_valid(${value}, ${quoteLiteral(columnType)}) THEN ${value}::${columnType} END`
}
