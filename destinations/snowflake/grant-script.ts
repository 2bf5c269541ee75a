import { quoteIdentifier } from 'landfall/sdk'
import type { SnowflakeConfig } from './config.ts'
import { snowflakeNaming } from './naming.ts'

/**
 * The least that syncs need, for an administrator. Names of the configuration are folded to upper case where they
 * have no quotes, as the server does when a session starts.
 */
export function grantScript(config: SnowflakeConfig): string {
  const { role, warehouse, database, username, schema, rawDataSchema } = config
  const grantee = object(role)
  const schemas = [snowflakeNaming.finalNamespace(schema), snowflakeNaming.rawNamespace(rawDataSchema)]
  return [
    '-- Run with a role that may give these rights, for example SECURITYADMIN.',
    `GRANT ROLE ${grantee} TO USER ${object(username)};`,
    `GRANT USAGE ON WAREHOUSE ${object(warehouse)} TO ROLE ${grantee};`,
    `GRANT USAGE ON DATABASE ${object(database)} TO ROLE ${grantee};`,
    '',
    '-- So that the connector can make the schemas of its streams. A schema that it makes belongs to it.',
    `GRANT CREATE SCHEMA ON DATABASE ${object(database)} TO ROLE ${grantee};`,
    '',
    '-- Only for schemas that are there already and belong to another role. The same goes for the namespaces of streams.',
    ...schemas.map(
      (name) =>
        `GRANT USAGE, CREATE TABLE, CREATE STAGE ON SCHEMA ${object(database)}.${quoteIdentifier(name)} TO ROLE ${grantee};`,
    ),
    '',
  ].join('\n')
}

/** In quotes, also where the configuration has it in quotes already. */
function object(name: string): string {
  const isQuoted = /^".*"$/.test(name)
  return isQuoted ? name : quoteIdentifier(name.toUpperCase())
}
