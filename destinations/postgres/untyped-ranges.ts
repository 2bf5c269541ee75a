import {
  quoteIdentifier,
  quoteLiteral,
  type RawIdSequence,
  rawColumns,
  type Sql,
  sql,
  type TableName,
  withSuffix,
} from 'landfall/sdk'
import { postgresNaming } from './naming.ts'

/**
 * Beside each raw table, the ranges of raw ids that were loaded and not typed yet: a row per load, written
 * in its transaction. `_airbyte_loaded_at` is then filled by the load itself. Marking every raw row after
 * typing would write each of them a second time, with its index entries: a third of a sync's time.
 */
export function untypedTableOf({ namespace, name }: TableName): TableName {
  return { namespace, name: withSuffix(name, '_airbyte_untyped', postgresNaming.maxIdentifierBytes) }
}

const first = quoteIdentifier('first_raw_id')
const last = quoteIdentifier('last_raw_id')
const rawId = quoteIdentifier(rawColumns.rawId)
const loadedAt = quoteIdentifier(rawColumns.loadedAt)

/** The key refuses a load that is noted twice, before its rows could be typed twice. */
export function createUntypedTable(raw: TableName): readonly Sql[] {
  const table = quoteTable(untypedTableOf(raw))
  return [
    sql`DROP TABLE IF EXISTS ${table}`,
    sql`CREATE TABLE ${table} (\n  ${first} varchar PRIMARY KEY,\n  ${last} varchar NOT NULL\n)`,
  ]
}

/**
 * Notes a load. The ids of its rows are the only ones of the table between its first and its last, in the order of
 * whatever language the database has (see `createRawIdFactory`), but for records that were loaded again.
 */
export function noteUntyped(raw: TableName, ids: RawIdSequence, count: number): Sql {
  const range = sql`${quoteLiteral(ids.get(0))}, ${quoteLiteral(ids.get(count - 1))}`
  return sql`INSERT INTO ${quoteTable(untypedTableOf(raw))} (${first}, ${last})\nVALUES (${range})`
}

/**
 * What goes behind FROM: the noted rows, found range by range in the primary key of the raw table. As a plain join
 * the planner would take a ninth of the raw table for each range, and read all of it from some size on: `OFFSET 0`
 * keeps the look-up of a range a query of its own, for which it takes one row of 200. Rows that are not marked as
 * loaded are typed for that: among a load's rows there may be an older record that was loaded again, or what somebody unmarked.
 */
export function untypedRows(raw: TableName): Sql {
  return sql`${quoteTable(untypedTableOf(raw))} AS untyped
      CROSS JOIN LATERAL (
        SELECT *
        FROM ${quoteTable(raw)} AS raw
        WHERE raw.${rawId} BETWEEN untyped.${first} AND untyped.${last}
          AND raw.${loadedAt} IS NOT NULL
        OFFSET 0
      ) AS noted`
}

export function hasUntyped(raw: TableName): Sql {
  return sql`EXISTS (SELECT 1 FROM ${quoteTable(untypedTableOf(raw))})`
}

/** Only what the transaction sees, and so has typed: in one snapshot, later loads are left alone. */
export function forgetUntyped(raw: TableName): Sql {
  return sql`DELETE FROM ${quoteTable(untypedTableOf(raw))}`
}

/** The temporary raw table has taken the place of the real one. */
export function replaceUntyped(temporary: TableName, raw: TableName): readonly Sql[] {
  const [old, fresh] = [untypedTableOf(raw), untypedTableOf(temporary)]
  return [
    sql`DROP TABLE IF EXISTS ${quoteTable(old)}`,
    sql`ALTER TABLE ${quoteTable(fresh)} RENAME TO ${quoteIdentifier(old.name)}`,
  ]
}

/** The rows of the temporary raw table are in the real one now. */
export function absorbUntyped(temporary: TableName, raw: TableName): readonly Sql[] {
  const fresh = quoteTable(untypedTableOf(temporary))
  return [
    sql`INSERT INTO ${quoteTable(untypedTableOf(raw))} (${first}, ${last})\nSELECT ${first}, ${last}\nFROM ${fresh}`,
    sql`DROP TABLE ${fresh}`,
  ]
}

function quoteTable({ namespace, name }: TableName): Sql {
  return sql`${quoteIdentifier(namespace)}.${quoteIdentifier(name)}`
}
