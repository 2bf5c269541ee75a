import { DestinationError, joinSql, quoteIdentifier, type Sql, sql } from 'landfall/sdk'

/** What the role may do, as the server's own functions tell it. */
export type Rights = {
  readonly role: string
  readonly database: string
  readonly isReplica: boolean
  /** Transactions of this role begin as read-only. */
  readonly isReadOnly: boolean
  readonly canCreateSchemas: boolean
  readonly canCreateTemporary: boolean
  readonly schemas: readonly SchemaRights[]
  /** Of those tables only that exist. */
  readonly tables: readonly TableRights[]
}

export type SchemaRights = {
  readonly name: string
  readonly exists: boolean
  readonly canUse: boolean
  readonly canCreate: boolean
}

export type TableRights = {
  readonly namespace: string
  readonly name: string
  /** Also through membership in the role that owns it. */
  readonly isOwner: boolean
  readonly canChangeRows: boolean
}

/** @throws DestinationError `PERMISSION_DENIED` with the statements that give what is missing */
export function assertRights(rights: Rights, needsTemporary: boolean): void {
  assertWritable(rights)
  const missing = missingGrants(rights, needsTemporary)
  if (missing.length === 0) return
  throw new DestinationError(
    'PERMISSION_DENIED',
    `The role \`${rights.role}\` may not do all that this sync needs. Run this in the database \`${rights.database}\`, as ` +
      `the owner of these objects or as a superuser: ${joinSql(missing, '; ')};`,
  )
}

/** The statements that give what is missing. A role with rights on existing schemas needs none on the database. */
export function missingGrants(rights: Rights, needsTemporary: boolean): readonly Sql[] {
  const { role, database, schemas, tables, canCreateSchemas, canCreateTemporary } = rights
  const to = quoteIdentifier(role)
  return [
    ...(needsTemporary && !canCreateTemporary
      ? [sql`GRANT TEMPORARY ON DATABASE ${quoteIdentifier(database)} TO ${to}`]
      : []),
    ...schemas.flatMap((schema) => schemaGrants(schema, canCreateSchemas, to)),
    ...tables
      .filter(({ isOwner, canChangeRows }) => !isOwner && !canChangeRows)
      .map((table) => changeOwner(table, to)),
  ]
}

/** Tables that the sync can fill but not change: enough until columns, keys or indexes must be. */
export function tablesOfOthers({ tables, role }: Rights): readonly Sql[] {
  return tables
    .filter(({ isOwner, canChangeRows }) => !isOwner && canChangeRows)
    .map((table) => changeOwner(table, quoteIdentifier(role)))
}

export const selectRoleRights = sql`SELECT current_user AS role, current_database() AS database,
  pg_is_in_recovery() AS is_replica, current_setting('default_transaction_read_only') = 'on' AS is_read_only,
  has_database_privilege(current_database(), 'CREATE') AS can_create_schemas,
  has_database_privilege(current_database(), 'TEMPORARY') AS can_create_temporary`

export const selectSchemaRights = sql`SELECT wanted.name, n.oid IS NOT NULL AS exists,
  COALESCE(has_schema_privilege(n.oid, 'USAGE'), false) AS can_use,
  COALESCE(has_schema_privilege(n.oid, 'CREATE'), false) AS can_create
FROM unnest($1::text[]) AS wanted (name)
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.name`

/** `pg_has_role` also counts what the role may do as a member of the owner. */
export const selectTableRights = sql`SELECT n.nspname AS namespace, c.relname AS name,
  pg_has_role(c.relowner, 'USAGE') AS is_owner,
  has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
    AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE') AS can_change_rows
FROM unnest($1::text[], $2::text[]) AS wanted (namespace, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.namespace
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind IN ('r', 'p', 'f')`

function assertWritable({ isReplica, isReadOnly, role }: Rights): void {
  if (isReplica) {
    throw new DestinationError(
      'PERMISSION_DENIED',
      'The server is a read-only replica (a standby), which takes no data. Put the primary server into `host`.',
    )
  }
  if (isReadOnly) {
    throw new DestinationError(
      'PERMISSION_DENIED',
      `Transactions of the role \`${role}\` are read-only (\`default_transaction_read_only\`). Use another role, or run: ` +
        `ALTER ROLE ${quoteIdentifier(role)} SET default_transaction_read_only = off;`,
    )
  }
}

function schemaGrants(schema: SchemaRights, canCreateSchemas: boolean, to: Sql): readonly Sql[] {
  const name = quoteIdentifier(schema.name)
  if (!schema.exists) {
    return canCreateSchemas
      ? []
      : [sql`CREATE SCHEMA ${name}`, sql`GRANT USAGE, CREATE ON SCHEMA ${name} TO ${to}`]
  }
  const missing = [...(schema.canUse ? [] : [sql`USAGE`]), ...(schema.canCreate ? [] : [sql`CREATE`])]
  return missing.length === 0 ? [] : [sql`GRANT ${joinSql(missing, ', ')} ON SCHEMA ${name} TO ${to}`]
}

function changeOwner({ namespace, name }: TableRights, to: Sql): Sql {
  return sql`ALTER TABLE ${quoteIdentifier(namespace)}.${quoteIdentifier(name)} OWNER TO ${to}`
}
