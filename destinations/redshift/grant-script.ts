import { quoteIdentifier } from 'landfall/sdk'
import type { RedshiftConfig } from './config.ts'
import { redshiftNaming } from './naming.ts'

/**
 * The least that a user needs for syncs with this configuration, as a script for an administrator. Schemas of a source's
 * own namespaces are not known here.
 */
export function grantScript(config: RedshiftConfig): string {
  const user = quoteIdentifier(config.username)
  const database = quoteIdentifier(config.database)
  const isTypingEnabled = !config.disableTypeDedupe
  const schemas = new Set([
    redshiftNaming.rawNamespace(config.rawDataSchema),
    ...(isTypingEnabled ? [redshiftNaming.finalNamespace(config.schema)] : []),
  ])
  return [
    `-- Run this in the database ${JSON.stringify(config.database)}, as its owner or as a superuser.`,
    '-- A user that does not exist yet: CREATE USER ... PASSWORD ...',
    ...(isTypingEnabled ? [`GRANT TEMPORARY ON DATABASE ${database} TO ${user};`] : []),
    ...[...schemas].flatMap((name) => {
      const schema = quoteIdentifier(name)
      return [`CREATE SCHEMA IF NOT EXISTS ${schema};`, `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${user};`]
    }),
    ...(isTypingEnabled
      ? [
          '-- The same two lines for every namespace of the sources, unless the default schema takes them all.',
        ]
      : []),
    '',
  ].join('\n')
}
