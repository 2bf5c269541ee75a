import type { ConformanceTarget } from 'landfall/testing'
import { openTargetIn } from '../../destinations/postgres/target.ts'
import { createDatabaseOn, type TestDatabase } from '../postgres-database.ts'
import { runConnectorContainer } from './connector-container.ts'
import { builtImage, postgresContainer } from './containers.ts'

export type ContainerTarget = ConformanceTarget & {
  readonly database: TestDatabase
  readonly image: string
  readonly network: string
  /** The database as the connector's container sees it. */
  readonly connectorConfig: { readonly [key: string]: unknown }
}

/** The image of destination-postgres, run as the platform runs it, and a database in a container. */
export async function openContainerTarget(version: string): Promise<ContainerTarget> {
  const [image, server] = await Promise.all([builtImage('postgres'), postgresContainer(version)])
  const target = openTargetIn(await createDatabaseOn(server))
  const place = { host: server.networkHost, port: server.networkPort }
  const common = { image, network: server.network }
  return {
    ...target,
    ...common,
    connectorConfig: { ...target.config, ...place },
    runCheck: (config) =>
      runConnectorContainer({
        ...common,
        argv: ['check', '--config', '/dest/connectorConfig.json'],
        files: { 'connectorConfig.json': { ...config, ...place } },
      }),
    runWrite: ({ config, catalog, input, env = {} }) =>
      runConnectorContainer(
        {
          ...common,
          env,
          argv: ['write', '--config', '/dest/connectorConfig.json', '--catalog', '/dest/catalog.json'],
          files: { 'connectorConfig.json': { ...Object(config), ...place }, 'catalog.json': catalog },
        },
        input,
      ),
  }
}
