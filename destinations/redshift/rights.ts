import { joinSql, type RightsNeeded, type Row, type Sql, sql } from 'landfall/sdk'
import type pg from 'pg'
import type { Rights } from '../postgres/rights.ts'
import { literal } from './literal.ts'
import { runStatement } from './statements.ts'

/** Asks the server what the user of this session may do with the objects of a sync. */
export async function readRights(
  client: pg.Client,
  { namespaces, tables }: RightsNeeded,
): Promise<Rights | undefined> {
  const [user] = await runStatement(client, selectUser)
  if (user === undefined) return undefined
  const schemas = await runStatement(client, selectSchemas(namespaces))
  const found = tables.length === 0 ? [] : await runStatement(client, selectTables(tables))
  return {
    role: String(user.role),
    database: String(user.database),
    isReplica: false,
    isReadOnly: false,
    canCreateSchemas: user.can_create_schemas === true,
    canCreateTemporary: user.can_create_temporary === true,
    schemas: namespaces.map((name) => schemaRights(name, schemas)),
    tables: found.map((row) => ({
      namespace: String(row.namespace),
      name: String(row.name),
      isOwner: row.is_owner === true || user.is_superuser === true,
      canChangeRows: row.can_change_rows === true,
    })),
  }
}

function schemaRights(name: string, rows: readonly Row[]) {
  const row = rows.find((candidate) => candidate.name === name)
  return {
    name,
    exists: row !== undefined,
    canUse: row?.can_use === true,
    canCreate: row?.can_create === true,
  }
}

/** https://docs.aws.amazon.com/redshift/latest/dg/r_PG_USER.html */
const selectUser = sql`SELECT usename AS role, current_database() AS database, usesuper AS is_superuser,
  has_database_privilege(current_database(), 'CREATE') AS can_create_schemas,
  has_database_privilege(current_database(), 'TEMP') AS can_create_temporary
FROM pg_catalog.pg_user
WHERE usename = current_user`

function selectSchemas(namespaces: readonly string[]): Sql {
  return sql`SELECT nspname AS name,
  has_schema_privilege(nspname, 'USAGE') AS can_use,
  has_schema_privilege(nspname, 'CREATE') AS can_create
FROM pg_catalog.pg_namespace
WHERE nspname IN (${joinSql(namespaces.map(literal), ', ')})`
}

function selectTables(tables: RightsNeeded['tables']): Sql {
  const wanted = tables.map(
    ({ namespace, name }) => sql`(n.nspname = ${literal(namespace)} AND c.relname = ${literal(name)})`,
  )
  const rights = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map(
    (right) => sql`has_table_privilege(c.oid, ${literal(right)})`,
  )
  return sql`SELECT n.nspname AS namespace, c.relname AS name,
  c.relowner = (SELECT usesysid FROM pg_catalog.pg_user WHERE usename = current_user) AS is_owner,
  ${joinSql(rights, ' AND ')} AS can_change_rows
FROM pg_catalog.pg_namespace n
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
WHERE ${joinSql(wanted, ' OR ')}`
}
