import { quoteIdentifier, quoteLiteral } from 'landfall/sdk'
import type { PostgresConfig } from './config.ts'

/**
 * The least that a role needs for syncs with this configuration, as a script for an administrator: it can be
 * run again, and it holds no password. Schemas of a source's own namespaces are not known here.
 */
export function grantScript(config: PostgresConfig): string {
  const role = quoteIdentifier(config.username)
  const database = quoteIdentifier(config.database)
  const isTypingEnabled = !config.disableTypeDedupe
  const schemas = [...new Set([config.rawDataSchema, ...(isTypingEnabled ? [config.schema] : [])])]
  const connect = isTypingEnabled ? 'CONNECT, TEMPORARY' : 'CONNECT'
  return [
    `-- Run this in the database ${commentName(config.database)}, as its owner or as a superuser.`,
    'DO $script$ BEGIN',
    `  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(config.username)}) THEN`,
    `    CREATE ROLE ${role} LOGIN;`,
    '  END IF;',
    'END $script$;',
    `GRANT ${connect} ON DATABASE ${database} TO ${role};`,
    ...schemas.flatMap((schema) => schemaStatements(quoteIdentifier(schema), role)),
    ...(isTypingEnabled
      ? [
          '-- The same two lines for every namespace of the sources, unless the default schema takes them all.',
        ]
      : []),
    '-- A new role has no password yet: ALTER ROLE ... PASSWORD, or \\password in psql.',
    '',
  ].join('\n')
}

function schemaStatements(schema: string, role: string): readonly string[] {
  return [`CREATE SCHEMA IF NOT EXISTS ${schema};`, `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${role};`]
}

/** A line break in a name would end the comment. */
function commentName(name: string): string {
  return JSON.stringify(name)
}
