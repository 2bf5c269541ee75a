import { joinSql, sql, type TableDescription, type TableName } from 'landfall/sdk'
import type pg from 'pg'
import { literal } from './literal.ts'
import { runStatement } from './statements.ts'

/** One entry per table asked for, `undefined` where there is none. */
export async function describeTables(
  client: pg.Client,
  tables: readonly TableName[],
): Promise<readonly (TableDescription | undefined)[]> {
  const descriptions = new Map<string, Map<string, string>>()
  for (const row of await runStatement<ColumnRow>(client, selectColumns(tables))) {
    const key = keyOf({ namespace: row.namespace, name: row.table_name })
    const description = descriptions.get(key) ?? new Map<string, string>()
    descriptions.set(key, description)
    if (row.column_name !== null && row.type_name !== null) description.set(row.column_name, row.type_name)
  }
  return tables.map((table) => descriptions.get(keyOf(table)))
}

/** Those of the given schemas that exist. */
export async function listNamespaces(
  client: pg.Client,
  namespaces: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await runStatement<{ readonly namespace: string }>(
    client,
    sql`SELECT nspname AS namespace FROM pg_catalog.pg_namespace WHERE nspname IN (${joinSql(namespaces.map(literal), ', ')})`,
  )
  return new Set(rows.map(({ namespace }) => namespace))
}

type ColumnRow = {
  readonly namespace: string
  readonly table_name: string
  readonly column_name: string | null
  readonly type_name: string | null
}

/**
 * The catalogs rather than `information_schema` or SVV_COLUMNS, which hide tables that the user has no rights on: they
 * are in the way all the same.
 */
function selectColumns(tables: readonly TableName[]) {
  const wanted = tables.map(
    ({ namespace, name }) => sql`(n.nspname = ${literal(namespace)} AND c.relname = ${literal(name)})`,
  )
  return sql`SELECT n.nspname AS namespace, c.relname AS table_name, a.attname AS column_name, t.typname AS type_name
FROM pg_catalog.pg_namespace n
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE ${joinSql(wanted, ' OR ')}
ORDER BY n.nspname, c.relname, a.attnum`
}

function keyOf({ namespace, name }: TableName): string {
  return JSON.stringify([namespace, name])
}
