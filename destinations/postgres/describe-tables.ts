import { quoteLiteral, sql, type TableDescription, type TableName } from 'landfall/sdk'
import type pg from 'pg'
import { runStatement } from './statements.ts'
import { unconstrainedNumeric } from './types.ts'

/** One entry per table asked for, `undefined` where there is none. */
export async function describeTables(
  client: pg.Client,
  tables: readonly TableName[],
): Promise<readonly (TableDescription | undefined)[]> {
  const descriptions: (Map<string, string> | undefined)[] = tables.map(() => undefined)
  const namespaces = tables.map((table) => table.namespace)
  const names = tables.map((table) => table.name)
  const rows = await runStatement<ColumnRow>(client, selectColumns, [namespaces, names])
  for (const { position, column_name: name, type_name: type } of rows) {
    const description = descriptions[position - 1] ?? new Map<string, string>()
    descriptions[position - 1] = description
    if (name !== null && type !== null) description.set(name, type)
  }
  return descriptions
}

/** Those of the given schemas that exist. */
export async function listNamespaces(
  client: pg.Client,
  namespaces: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await runStatement<{ readonly namespace: string }>(client, selectNamespaces, [namespaces])
  return new Set(rows.map(({ namespace }) => namespace))
}

/** A table without columns has one row, whose column and type are null. */
type ColumnRow = {
  readonly position: number
  readonly column_name: string | null
  readonly type_name: string | null
}

/**
 * The catalogs rather than `information_schema`, which hides tables that the role has no rights on: they are
 * in the way all the same. `position` counts from 1.
 */
const selectColumns = sql`SELECT wanted.position::int4 AS position, a.attname AS column_name,
  CASE WHEN t.typname = 'numeric' AND a.atttypmod = -1 THEN ${quoteLiteral(unconstrainedNumeric)} ELSE t.typname END AS type_name
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (namespace, name, position)
JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.namespace
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind IN ('r', 'p', 'f')
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
ORDER BY wanted.position, a.attnum`

const selectNamespaces = sql`SELECT nspname AS namespace FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[])`
