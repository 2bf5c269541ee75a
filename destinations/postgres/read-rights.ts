import type { RightsNeeded } from 'landfall/sdk'
import type pg from 'pg'
import { type Rights, selectRoleRights, selectSchemaRights, selectTableRights } from './rights.ts'
import { runStatement } from './statements.ts'

/** Asks the server what the role of this session may do with the objects of a sync. */
export async function readRights(
  client: pg.Client,
  { namespaces, tables }: RightsNeeded,
): Promise<Rights | undefined> {
  const [role] = await runStatement<RoleRow>(client, selectRoleRights)
  if (role === undefined) return undefined
  const schemas = await runStatement<SchemaRow>(client, selectSchemaRights, [namespaces])
  const found = await runStatement<TableRow>(client, selectTableRights, [
    tables.map((table) => table.namespace),
    tables.map((table) => table.name),
  ])
  return {
    role: role.role,
    database: role.database,
    isReplica: role.is_replica,
    isReadOnly: role.is_read_only,
    canCreateSchemas: role.can_create_schemas,
    canCreateTemporary: role.can_create_temporary,
    schemas: schemas.map(({ name, exists, can_use: canUse, can_create: canCreate }) => ({
      name,
      exists,
      canUse,
      canCreate,
    })),
    tables: found.map(({ namespace, name, is_owner: isOwner, can_change_rows: canChangeRows }) => ({
      namespace,
      name,
      isOwner,
      canChangeRows,
    })),
  }
}

type RoleRow = {
  readonly role: string
  readonly database: string
  readonly is_replica: boolean
  readonly is_read_only: boolean
  readonly can_create_schemas: boolean
  readonly can_create_temporary: boolean
}

type SchemaRow = {
  readonly name: string
  readonly exists: boolean
  readonly can_use: boolean
  readonly can_create: boolean
}

type TableRow = {
  readonly namespace: string
  readonly name: string
  readonly is_owner: boolean
  readonly can_change_rows: boolean
}
